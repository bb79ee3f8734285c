/** A parked wait gives the results of any other wait. */
import type { IBinaryData, IDataObject, INodeExecutionData, OnError } from 'n8n-workflow';

import { setField } from '../../n8n-harness/workflows.mjs';
import type { TaskScript } from '../../simulator/task-script.mjs';
import { bytesOfVideo } from '../../simulator/video-files.mjs';
import { endedWhileParked, parked, MIN_PARKED_INTERVAL_S } from '../support/parking.mjs';
import { jsonOf, NODE, testBed } from '../support/test-bed.mjs';

const BACK = "={{ $('Items').item.json.row }}";

/** Runs one task that succeeds while parked, and one that the API then does not know. */
const runWithFailure = async (prefix: string, onError: OnError) => {
	const { addTasks, simulator, workflow, runToEnd } = testBed();
	const items = addTasks(`${prefix}-good`, `${prefix}-missing`);
	simulator.removeTask(`${prefix}-missing`);
	return await runToEnd(
		workflow({ items, node: { onError } }).branch(
			setField('back', BACK, 'Regular'),
			setField('back', BACK, 'Failures'),
		),
	);
};

test.concurrent('On Error: Stop Workflow ends the execution with the error', async () => {
	const { status, error, nodes, lastNode } = await runWithFailure('stop', 'stopWorkflow');
	expect({ status, lastNode }).toEqual({ status: 'error', lastNode: NODE });
	expect(error).toMatchObject({
		name: 'NodeApiError',
		httpCode: '422',
		context: { itemIndex: 1 },
	});
	expect(nodes[NODE]?.error).toEqual(error);
	expect(nodes).not.toHaveProperty('Regular');
});

test.concurrent('On Error: Continue (using error output) separates the failures', async () => {
	const { status, nodes } = await runWithFailure('error', 'continueErrorOutput');
	expect(status).toBe('success');
	expect(nodes[NODE]?.outputs.map(jsonOf)).toEqual([
		[endedWhileParked('error-good')],
		[{ taskId: 'error-missing', row: 1, code: 422, message: expect.any(String) }],
	]);
	expect(jsonOf(nodes.Regular?.outputs[0])).toMatchObject([{ back: '0' }]);
	expect(jsonOf(nodes.Failures?.outputs[0])).toMatchObject([{ back: '1' }]);
});

test.concurrent('Retry On Fail continues after the lookups before parking', async () => {
	const { addTasks, simulator, run, lookups } = testBed();
	const items = addTasks('retried');
	simulator.setTaskFaults('retried', [{ kind: 'none' }, { kind: 'code', code: 403 }]);
	const { execution, json } = await run({ items, node: { retryOnFail: true } });
	expect(execution.status).toBe('success');
	expect(json).toEqual([endedWhileParked('retried')]);
	expect(lookups('retried')).toBe(3);
});

test.concurrent('videos are downloaded when the execution resumes', async () => {
	const { simulator, client, run, addTasks } = testBed();
	simulator.addTask({ taskId: 'before', videos: 2 });
	const items = [{ taskId: 'before' }, ...addTasks('downloaded')];
	const { execution, run: node } = await run({
		items,
		parameters: parked({}, { downloadVideos: true, binaryProperty: 'video' }),
	});
	expect(execution.status).toBe('success');
	const [before, downloaded] = node.outputs[0] ?? [];
	expect(Object.keys(before?.binary ?? {})).toEqual(['video', 'video_1']);
	for (const binary of [before?.binary?.video_1, downloaded?.binary?.video]) {
		expect(await client.binaryData(binary as IBinaryData)).toEqual(bytesOfVideo('landscape'));
	}
});

test.concurrent('a task on several items is looked up once for all of them', async () => {
	const { addTasks, simulator, run, lookups } = testBed();
	simulator.addTask({ taskId: 'quick' });
	const items = [...addTasks('shared'), { taskId: 'quick' }, { taskId: ' shared ' }];
	const { json } = await run({ items });
	expect(json).toEqual([
		endedWhileParked('shared'),
		endedWhileParked('quick', 'succeeded', 1),
		endedWhileParked('shared'),
	]);
	expect([lookups('shared'), lookups('quick')]).toEqual([2, 1]);
});

/** Tasks that end in five ways, the last one not at all. */
const tasksOfAllKinds = (prefix: string, lasting: Partial<TaskScript>): TaskScript[] => [
	{ taskId: `${prefix}-good`, ...lasting },
	{ taskId: `${prefix}-fallback`, ...lasting, ending: { kind: 'succeeded', model: 'fallback' } },
	{ taskId: `${prefix}-failed`, ...lasting, ending: { kind: 'failed', successFlag: 3 } },
	{ taskId: `${prefix}-odd`, ...lasting, ending: { kind: 'oddFlag', successFlag: 9 } },
	{ taskId: `${prefix}-never`, ending: { kind: 'never' } },
];

test.concurrent('the outputs and hints are those of a wait that keeps running', async () => {
	const { client, simulator, run, watcher, workflow } = testBed();
	const scripts = tasksOfAllKinds('same', { countedFrom: 'firstLookup', durationSeconds: 30 });
	simulator.addTasks(scripts);
	const items = scripts.map(({ taskId }, row) => ({ taskId, row }));
	const polling = { timeout: MIN_PARKED_INTERVAL_S + 1, onTimeout: 'output', interval: 5 };
	const parameters = parked(polling, { outputMode: 'byStatus' });
	const inMemory = workflow({ items, parameters: { ...parameters, whileWaiting: 'keepRunning' } });
	const id = await client.start(inMemory.build());
	const { run: node } = await run({ items, parameters });
	const kept = (await watcher.waitForEnd(id)).nodes[NODE];
	expect(node.outputs.map(withoutCost)).toEqual(kept?.outputs.map(withoutCost));
	expect(node.outputs.map((list) => list.length)).toEqual([2, 1, 2]);
	expect(node.hints).toHaveLength(3);
	expect(node.hints).toEqual(kept?.hints);
});

/** The number of lookups and the time depend on how the node waits. */
function withoutCost(items: readonly INodeExecutionData[]): INodeExecutionData[] {
	return items.map(({ json: { wait, ...json }, ...item }) => ({
		...item,
		json: { ...json, timedOut: (wait as IDataObject).timedOut },
	}));
}
