/** A parked wait goes on wherever n8n runs the node. */
import type { IDataObject } from 'n8n-workflow';

import {
	callWorkflow,
	calledTrigger,
	ifTrue,
	loopOverItems,
	merge,
	postItems,
} from '../../real-n8n/core-nodes.mjs';
import { items, manualTrigger, setField, WorkflowBuilder } from '../../real-n8n/workflows.mjs';
import { jsonOf, NODE } from '../support/lab.mjs';
import { AS_CREATED, endedWhileParked, lab } from '../support/parking-lab.mjs';

const BACK = setField('back', "={{ $('Items').item.json.row }}", 'Back');

/** What the node Back found: the task, and the row that it came from. */
const linked = (taskId: string, row: number) =>
	expect.objectContaining({ taskId, status: 'succeeded', back: String(row) });

const inWorkflow = (name: string) => new WorkflowBuilder(name, AS_CREATED);

const fromItems = (list: readonly IDataObject[]) =>
	inWorkflow('Test').then(manualTrigger()).then(items(list));

test.concurrent('started by a webhook, in production', async () => {
	const { tasks, activate, watch, node } = lab();
	tasks('production');
	const taskId = '={{ $json.body.taskId }}';
	const { id, call } = await activate((webhook) => webhook.then(node({ parameters: { taskId } })));
	expect((await call({ taskId: 'production' })).status).toBe(200);
	const started = await watch.untilStarted(id);
	await watch.untilParked(started);
	const { status, mode, nodes } = await watch.untilEnded(started);
	expect({ status, mode }).toEqual({ status: 'success', mode: 'webhook' });
	expect(jsonOf(nodes[NODE]?.outputs[0])).toEqual([endedWhileParked('production')]);
});

test.concurrent(
	'started by hand: one run of the node, as if it had never been parked',
	async () => {
		const { execution, run, json } = await lab().run({ items: lab().tasks('by hand') });
		expect(execution).toMatchObject({ status: 'success', mode: 'manual', waitTill: null });
		expect(json).toEqual([endedWhileParked('by hand')]);
		expect(execution.runs[NODE]).toHaveLength(1);
		expect(run.raw).toMatchObject({
			source: [{ previousNode: 'Items' }],
			executionStatus: 'success',
		});
		expect(run.raw).not.toHaveProperty('inputOverride');
	},
);

test.concurrent("started by hand with the node's own button: nothing behind it runs", async () => {
	const { client, watch, workflow, tasks } = lab();
	const { id } = await client.createWorkflow(
		workflow({ items: tasks('button') })
			.then(BACK)
			.build(),
	);
	const started = await client.runByHand(id, 'Start', NODE);
	await watch.untilParked(started);
	const { status, nodes } = await watch.untilEnded(started);
	expect(status).toBe('success');
	expect(jsonOf(nodes[NODE]?.outputs[0])).toEqual([endedWhileParked('button')]);
	expect(Object.keys(nodes)).toEqual(['Start', 'Items', NODE]);
});

test.concurrent(
	'in a sub-workflow: the caller waits too, and goes on with what comes out',
	async () => {
		const { client, node, tasks, runToEnd } = lab();
		const called = inWorkflow('Called').then(calledTrigger()).then(node());
		const saved = await client.createWorkflow(called.build());
		await client.activateWorkflow(saved);
		const caller = fromItems(tasks('called')).then(callWorkflow(saved)).then(BACK);
		const { status, nodes } = await runToEnd(caller);
		expect(status).toBe('success');
		expect(jsonOf(nodes.Back?.outputs[0])).toEqual([linked('called', 0)]);
	},
);

test.concurrent('in a sub-workflow that is defined in place', async () => {
	const { node, tasks, runToEnd } = lab();
	const called = inWorkflow('Called').then(calledTrigger()).then(node());
	const call = callWorkflow({ json: called.build() });
	const { status, nodes } = await runToEnd(fromItems(tasks('in place')).then(call).then(BACK));
	expect(status).toBe('success');
	expect(jsonOf(nodes.Back?.outputs[0])).toEqual([linked('in place', 0)]);
});

test.concurrent('in a sub-workflow that nobody waits for', async () => {
	const { client, node, tasks, inbox, lookups } = lab();
	const called = inWorkflow('Called').then(calledTrigger()).then(node()).then(postItems(inbox.url));
	const saved = await client.createWorkflow(called.build());
	await client.activateWorkflow(saved);
	const call = callWorkflow(saved, { waits: false });
	const { status } = await client.runToEnd(fromItems(tasks('let go')).then(call).build());
	expect(status).toBe('success');
	expect(await inbox.untilAbout(['let go'])).toEqual([endedWhileParked('let go')]);
	expect(lookups('let go')).toBe(2);
});

test.concurrent('in a loop over batches: each batch is parked, none is lost', async () => {
	const { node, tasks, runToEnd } = lab();
	const looping = fromItems(tasks('batch 1', 'batch 2'))
		.then(loopOverItems(1))
		.branch(BACK, node())
		.connect(NODE, 'Loop');
	const { status, nodes, runs } = await runToEnd(looping);
	expect(status).toBe('success');
	expect(jsonOf(nodes.Back?.outputs[0])).toEqual([linked('batch 1', 0), linked('batch 2', 1)]);
	expect(runs[NODE]?.map(({ outputs }) => jsonOf(outputs[0]))).toEqual([
		[endedWhileParked('batch 1')],
		[endedWhileParked('batch 2')],
	]);
});

test.concurrent('behind the second output of a node', async () => {
	const { node, tasks, runToEnd } = lab();
	const rows = tasks('at once', 'if not').map((item, row) => ({ ...item, wanted: row === 0 }));
	const workflow = fromItems(rows)
		.then(ifTrue('wanted'))
		.add(node())
		.connect('If', NODE, 1)
		.add(BACK)
		.connect(NODE, 'Back');
	const { status, nodes } = await runToEnd(workflow);
	expect(status).toBe('success');
	expect(jsonOf(nodes.Back?.outputs[0])).toEqual([linked('if not', 1)]);
	expect(nodes[NODE]?.raw.source).toMatchObject([{ previousNode: 'If', previousNodeOutput: 1 }]);
});

test.concurrent('behind two branches that both lead to it: parked for each', async () => {
	const { node, tasks, runToEnd } = lab();
	const rows = tasks('yes', 'no').map((item, row) => ({ ...item, wanted: row === 0 }));
	const workflow = fromItems(rows)
		.then(ifTrue('wanted'))
		.then(node())
		.connect('If', NODE, 1)
		.then(BACK);
	const { status, runs } = await runToEnd(workflow);
	expect(status).toBe('success');
	// n8n takes the branches from the last to the first
	expect(runs.Back?.map(({ outputs }) => jsonOf(outputs[0]))).toEqual([
		[linked('no', 1)],
		[linked('yes', 0)],
	]);
});

test.concurrent('two parked nodes, one behind the other', async () => {
	const { node, tasks, runToEnd } = lab();
	const [first, second] = tasks('first', 'second');
	const taskId = "={{ $('Items').item.json.next }}";
	const workflow = fromItems([{ ...first, next: second?.taskId }])
		.then(node())
		.then(node({ name: 'Second', parameters: { taskId } }))
		.then(BACK);
	const { status, nodes } = await runToEnd(workflow);
	expect(status).toBe('success');
	expect(jsonOf(nodes[NODE]?.outputs[0])).toEqual([endedWhileParked('first')]);
	expect(jsonOf(nodes.Second?.outputs[0])).toEqual([endedWhileParked('second')]);
	expect(jsonOf(nodes.Back?.outputs[0])).toEqual([linked('second', 0)]);
});

test.concurrent('two parked nodes side by side, and a merge of both', async () => {
	const { node, tasks, runToEnd } = lab();
	const rows = tasks('left', 'right');
	const of = (taskId: string) => ({ name: taskId, parameters: { taskId } });
	const workflow = fromItems(rows.slice(0, 1))
		.add(node(of('left')), [0, -100])
		.add(node(of('right')), [0, 100])
		.add(merge())
		.connect('Items', 'left')
		.connect('Items', 'right')
		.connect('left', 'Merge', 0, 'main', 0)
		.connect('right', 'Merge', 0, 'main', 1)
		.add(BACK)
		.connect('Merge', 'Back');
	const { status, nodes } = await runToEnd(workflow);
	expect(status).toBe('success');
	expect(jsonOf(nodes.Merge?.outputs[0])).toEqual([
		endedWhileParked('left'),
		endedWhileParked('right'),
	]);
	expect(jsonOf(nodes.Back?.outputs[0])).toEqual([linked('left', 0), linked('right', 0)]);
});

test.concurrent('where n8n saves no successful executions', async () => {
	const { tasks, activate, watch, node, client, inbox } = lab();
	tasks('unsaved');
	const taskId = '={{ $json.body.taskId }}';
	const { id, call } = await activate(
		(webhook) => webhook.then(node({ parameters: { taskId } })).then(postItems(inbox.url)),
		{ settings: { ...AS_CREATED, saveDataSuccessExecution: 'none' } },
	);
	await call({ taskId: 'unsaved' });
	const started = await watch.untilStarted(id);
	await watch.untilParked(started);
	await watch.untilGone(started);
	expect(inbox.about(['unsaved'])).toEqual([endedWhileParked('unsaved')]);
	expect(await client.listExecutions({ workflowId: id })).toEqual([]);
});
