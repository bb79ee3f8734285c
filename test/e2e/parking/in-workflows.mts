/** A parked wait resumes wherever n8n runs the node. */
import type { IDataObject } from 'n8n-workflow';

import {
	callWorkflow,
	calledTrigger,
	ifTrue,
	loopOverItems,
	merge,
	postItems,
} from '../../n8n-harness/core-nodes.mjs';
import {
	items,
	manualTrigger,
	setField,
	WorkflowBuilder,
	type NodeSpec,
} from '../../n8n-harness/workflows.mjs';
import { endedWhileParked } from '../support/parking.mjs';
import { AS_CREATED, jsonOf, NODE, testBed } from '../support/test-bed.mjs';

const BACK = setField('back', "={{ $('Items').item.json.row }}", 'Back');

/** Matches an item of the node Back: the task, and the row to which it is linked. */
const linked = (taskId: string, row: number) =>
	expect.objectContaining({ taskId, status: 'succeeded', back: String(row) });

/** n8n's execution order, and that of old workflows, where other entries come first on n8n's stack. */
const ORDERS = ['v1', 'v0'] as const;

type Order = (typeof ORDERS)[number];

const fromItems = (list: readonly IDataObject[], executionOrder: Order = 'v1') =>
	new WorkflowBuilder('Test', { executionOrder }).then(manualTrigger()).then(items(list));

/** Tasks of which only the first one's row is `wanted`. */
const wantedAndNot = (...taskIds: string[]) =>
	testBed()
		.addTasks(...taskIds)
		.map((item, row) => ({ ...item, wanted: row === 0 }));

/** The workflow that another one calls. */
const called = (...after: readonly NodeSpec[]) =>
	after.reduce(
		(workflow, spec) => workflow.then(spec),
		new WorkflowBuilder('Called', AS_CREATED).then(calledTrigger()).then(testBed().node()),
	);

const saveCalled = async (...after: readonly NodeSpec[]) => {
	const { client } = testBed();
	const saved = await client.createWorkflow(called(...after).build());
	await client.activateWorkflow(saved);
	return saved;
};

/** The node, in a workflow that a webhook starts. */
const fromBody = () => testBed().node({ parameters: { taskId: '={{ $json.body.taskId }}' } });

test.concurrent('a production execution is parked and resumed', async () => {
	const { addTasks, activate, watcher } = testBed();
	addTasks('production');
	const { id, call } = await activate((webhook) => webhook.then(fromBody()));
	expect((await call({ taskId: 'production' })).status).toBe(200);
	const started = await watcher.waitUntilStarted(id);
	await watcher.waitUntilParked(started);
	const { status, mode, nodes } = await watcher.waitForEnd(started);
	expect({ status, mode }).toEqual({ status: 'success', mode: 'webhook' });
	expect(jsonOf(nodes[NODE]?.outputs[0])).toEqual([endedWhileParked('production')]);
});

test.concurrent('a parked node has one run, like a node that was never parked', async () => {
	const { addTasks, run } = testBed();
	const { execution, run: node, json } = await run({ items: addTasks('by hand') });
	expect(execution).toMatchObject({ status: 'success', mode: 'manual', waitTill: null });
	expect(json).toEqual([endedWhileParked('by hand')]);
	expect(execution.runs[NODE]).toHaveLength(1);
	expect(node.raw).toMatchObject({
		source: [{ previousNode: 'Items' }],
		executionStatus: 'success',
	});
	expect(node.raw).not.toHaveProperty('inputOverride');
});

test.concurrent("the node's own button runs nothing after it", async () => {
	const { client, watcher, workflow, addTasks } = testBed();
	const { id } = await client.createWorkflow(
		workflow({ items: addTasks('button') })
			.then(BACK)
			.build(),
	);
	const started = await client.runByHand(id, 'Start', NODE);
	await watcher.waitUntilParked(started);
	const { status, nodes } = await watcher.waitForEnd(started);
	expect(status).toBe('success');
	expect(jsonOf(nodes[NODE]?.outputs[0])).toEqual([endedWhileParked('button')]);
	expect(Object.keys(nodes)).toEqual(['Start', 'Items', NODE]);
});

test.concurrent.each([
	['saved', async () => callWorkflow(await saveCalled())],
	['inline', async () => callWorkflow({ json: called().build() })],
])('the caller of a %s sub-workflow waits and gets its result', async (kind, call) => {
	const { addTasks, runToEnd } = testBed();
	const caller = fromItems(addTasks(kind))
		.then(await call())
		.then(BACK);
	const { status, nodes } = await runToEnd(caller);
	expect(status).toBe('success');
	expect(jsonOf(nodes.Back?.outputs[0])).toEqual([linked(kind, 0)]);
});

test.concurrent('a sub-workflow resumes if its caller does not wait', async () => {
	const { client, addTasks, sink, lookups } = testBed();
	const saved = await saveCalled(postItems(sink.url));
	const call = callWorkflow(saved, { waits: false });
	const { status } = await client.runToEnd(fromItems(addTasks('detached')).then(call).build());
	expect(status).toBe('success');
	expect(await sink.waitForTasks(['detached'])).toEqual([endedWhileParked('detached')]);
	expect(lookups('detached')).toBe(2);
});

test.concurrent.each(ORDERS)('each batch of a loop is parked (%s)', async (order) => {
	const { node, addTasks, runToEnd } = testBed();
	const [first, second] = [`${order} batch 1`, `${order} batch 2`];
	const looping = fromItems(addTasks(first, second), order)
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
});

test.concurrent.each(ORDERS)('a node on a second output keeps its source (%s)', async (order) => {
	const { node, runToEnd } = testBed();
	const taskId = `${order} if not`;
	const workflow = fromItems(wantedAndNot(`${order} if`, taskId), order)
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

test.concurrent.each(ORDERS)('a node after two branches is parked for each (%s)', async (order) => {
	const { node, runToEnd } = testBed();
	const taskIds = [`${order} yes`, `${order} no`];
	const workflow = fromItems(wantedAndNot(...taskIds), order)
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
});

test.concurrent.each(ORDERS)('two consecutive nodes are parked in turn (%s)', async (order) => {
	const { node, addTasks, runToEnd } = testBed();
	const [first, second] = [`${order} first`, `${order} second`];
	const [item] = addTasks(first, second);
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

test.concurrent.each(ORDERS)('two parallel nodes are parked and merged (%s)', async (order) => {
	const { node, addTasks, runToEnd } = testBed();
	const [left, right] = [`${order} left`, `${order} right`];
	const waitFor = (name: string, taskId: string) => node({ name, parameters: { taskId } });
	const workflow = fromItems(addTasks(left, right).slice(0, 1), order)
		.add(waitFor('Left', left), [0, -100])
		.add(waitFor('Right', right), [0, 100])
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
});

test.concurrent('a webhook that responds at the end responds when the node is parked', async () => {
	const { addTasks, activate, watcher } = testBed();
	addTasks('responded');
	const { id, call } = await activate((webhook) => webhook.then(fromBody()), {
		responds: 'lastNode',
	});
	// At once, as with n8n's own Wait node
	const { status, data } = await call({ taskId: 'responded' });
	expect({ status, data }).toEqual({ status: 200, data: { parkedUntil: expect.any(String) } });
	expect(Date.parse((data as { parkedUntil: string }).parkedUntil)).toBeGreaterThan(Date.now());
	const { nodes } = await watcher.waitForEnd(await watcher.waitUntilStarted(id));
	expect(jsonOf(nodes[NODE]?.outputs[0])).toEqual([endedWhileParked('responded')]);
});

test.concurrent('an execution that n8n does not save is parked and resumed', async () => {
	const { addTasks, activate, watcher, client, sink } = testBed();
	addTasks('unsaved');
	const { id, call } = await activate(
		(webhook) => webhook.then(fromBody()).then(postItems(sink.url)),
		{ settings: { ...AS_CREATED, saveDataSuccessExecution: 'none' } },
	);
	await call({ taskId: 'unsaved' });
	const started = await watcher.waitUntilStarted(id);
	await watcher.waitUntilParked(started);
	await watcher.waitUntilGone(started);
	expect(sink.forTasks(['unsaved'])).toEqual([endedWhileParked('unsaved')]);
	expect(await client.listExecutions({ workflowId: id })).toEqual([]);
});
