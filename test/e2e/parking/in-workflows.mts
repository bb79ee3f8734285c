/** A parked wait goes on wherever n8n runs the node. */
import type { IDataObject } from 'n8n-workflow';

import {
	callWorkflow,
	calledTrigger,
	ifTrue,
	loopOverItems,
	merge,
	postItems,
} from '../../n8n-harness/core-nodes.mjs';
import { items, manualTrigger, setField, WorkflowBuilder } from '../../n8n-harness/workflows.mjs';
import { jsonOf, NODE } from '../support/test-bed.mjs';
import { AS_CREATED, endedWhileParked, lab } from '../support/parking-test-bed.mjs';

const BACK = setField('back', "={{ $('Items').item.json.row }}", 'Back');

/** What the node Back found: the task, and the row that it came from. */
const linked = (taskId: string, row: number) =>
	expect.objectContaining({ taskId, status: 'succeeded', back: String(row) });

/** n8n's own, and that of old workflows: other entries of its stack come first. */
const ORDERS = ['v1', 'v0'] as const;

const inWorkflow = (name: string, executionOrder: (typeof ORDERS)[number] = 'v1') =>
	new WorkflowBuilder(name, { executionOrder });

const fromItems = (list: readonly IDataObject[], order?: (typeof ORDERS)[number]) =>
	inWorkflow('Test', order).then(manualTrigger()).then(items(list));

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

test.concurrent.each(ORDERS)(
	'in a loop over batches: each batch is parked, none is lost (order %s)',
	async (order) => {
		const { node, tasks, runToEnd } = lab();
		const [first, second] = [`${order} batch 1`, `${order} batch 2`];
		const looping = fromItems(tasks(first, second), order)
			.then(loopOverItems(1))
			.branch(BACK, node())
			.connect(NODE, 'Loop');
		const { status, nodes, runs } = await runToEnd(looping);
		expect(status).toBe('success');
		expect(jsonOf(nodes.Back?.outputs[0])).toEqual([linked(first, 0), linked(second, 1)]);
		expect(runs[NODE]?.map(({ outputs }) => jsonOf(outputs[0]))).toEqual([
			[endedWhileParked(first)],
			[endedWhileParked(second)],
		]);
	},
);

test.concurrent.each(ORDERS)('behind the second output of a node (order %s)', async (order) => {
	const { node, tasks, runToEnd } = lab();
	const taskId = `${order} if not`;
	const rows = tasks(`${order} if`, taskId).map((item, row) => ({ ...item, wanted: row === 0 }));
	const workflow = fromItems(rows, order)
		.then(ifTrue('wanted'))
		.add(node())
		.connect('If', NODE, 1)
		.add(BACK)
		.connect(NODE, 'Back');
	const { status, nodes } = await runToEnd(workflow);
	expect(status).toBe('success');
	expect(jsonOf(nodes.Back?.outputs[0])).toEqual([linked(taskId, 1)]);
	expect(nodes[NODE]?.raw.source).toMatchObject([{ previousNode: 'If', previousNodeOutput: 1 }]);
});

test.concurrent.each(ORDERS)(
	'behind two branches that both lead to it: parked for each (order %s)',
	async (order) => {
		const { node, tasks, runToEnd } = lab();
		const taskIds = [`${order} yes`, `${order} no`];
		const rows = tasks(...taskIds).map((item, row) => ({ ...item, wanted: row === 0 }));
		const workflow = fromItems(rows, order)
			.then(ifTrue('wanted'))
			.then(node())
			.connect('If', NODE, 1)
			.then(BACK);
		const { status, runs } = await runToEnd(workflow);
		expect(status).toBe('success');
		const found = (runs.Back ?? []).map(({ outputs }) => jsonOf(outputs[0]));
		// Which branch n8n takes first depends on the order
		expect(found).toHaveLength(2);
		expect(found).toEqual(
			expect.arrayContaining(taskIds.map((taskId, row) => [linked(taskId, row)])),
		);
	},
);

test.concurrent.each(ORDERS)('two parked nodes, one behind the other (order %s)', async (order) => {
	const { node, tasks, runToEnd } = lab();
	const [first, second] = [`${order} first`, `${order} second`];
	const [item] = tasks(first, second);
	const taskId = "={{ $('Items').item.json.next }}";
	const workflow = fromItems([{ ...item, next: second }], order)
		.then(node())
		.then(node({ name: 'Second', parameters: { taskId } }))
		.then(BACK);
	const { status, nodes } = await runToEnd(workflow);
	expect(status).toBe('success');
	expect(jsonOf(nodes[NODE]?.outputs[0])).toEqual([endedWhileParked(first)]);
	expect(jsonOf(nodes.Second?.outputs[0])).toEqual([endedWhileParked(second)]);
	expect(jsonOf(nodes.Back?.outputs[0])).toEqual([linked(second, 0)]);
});

test.concurrent.each(ORDERS)(
	'two parked nodes side by side, and a merge of both (order %s)',
	async (order) => {
		const { node, tasks, runToEnd } = lab();
		const [left, right] = [`${order} left`, `${order} right`];
		const of = (name: string, taskId: string) => ({ name, parameters: { taskId } });
		const workflow = fromItems(tasks(left, right).slice(0, 1), order)
			.add(node(of('Left', left)), [0, -100])
			.add(node(of('Right', right)), [0, 100])
			.add(merge())
			.connect('Items', 'Left')
			.connect('Items', 'Right')
			.connect('Left', 'Merge', 0, 'main', 0)
			.connect('Right', 'Merge', 0, 'main', 1)
			.add(BACK)
			.connect('Merge', 'Back');
		const { status, nodes, runs } = await runToEnd(workflow);
		expect(status).toBe('success');
		expect([runs.Left?.length, runs.Right?.length]).toEqual([1, 1]);
		const merged = [endedWhileParked(left), endedWhileParked(right)];
		expect(jsonOf(nodes.Merge?.outputs[0])).toEqual(merged);
		expect(jsonOf(nodes.Back?.outputs[0])).toEqual([linked(left, 0), linked(right, 0)]);
	},
);

test.concurrent('behind a webhook that answers when the last node has finished', async () => {
	const { tasks, activate, watch, node } = lab();
	tasks('answered');
	const parameters = { taskId: '={{ $json.body.taskId }}' };
	const { id, call } = await activate((webhook) => webhook.then(node({ parameters })), {
		responds: 'lastNode',
	});
	// At once, as with n8n's own Wait node
	const { status, data } = await call({ taskId: 'answered' });
	expect({ status, data }).toEqual({ status: 200, data: { parkedUntil: expect.any(String) } });
	expect(Date.parse((data as { parkedUntil: string }).parkedUntil)).toBeGreaterThan(Date.now());
	const { nodes } = await watch.untilEnded(await watch.untilStarted(id));
	expect(jsonOf(nodes[NODE]?.outputs[0])).toEqual([endedWhileParked('answered')]);
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
