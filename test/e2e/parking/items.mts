/** What a parked wait gives is what any wait gives. */
import type { IBinaryData, IDataObject, INodeExecutionData, OnError } from 'n8n-workflow';

import { setField } from '../../n8n-harness/workflows.mjs';
import type { TaskScript } from '../../simulator/task-script.mjs';
import { bytesOfVideo } from '../../simulator/video-files.mjs';
import { API_KEY, jsonOf, NODE } from '../support/test-bed.mjs';
import { endedWhileParked, parked, SHORTEST_GAP_S, lab } from '../support/parking-test-bed.mjs';

const BACK = "={{ $('Items').item.json.row }}";

/** A timeout for a last lookup that is parked for. */
const ONE_GAP = { timeout: SHORTEST_GAP_S + 1, onTimeout: 'output' };

const failure = (taskId: string, code: unknown, words: RegExp, input: IDataObject = {}) => ({
	...input,
	taskId,
	code,
	message: expect.stringMatching(words),
});

/** Five tasks that end in five ways, the last one not at all. */
const fates = (prefix: string, lasting: Partial<TaskScript>): TaskScript[] => [
	{ taskId: `${prefix}-good`, ...lasting },
	{ taskId: `${prefix}-fallback`, ...lasting, ending: { kind: 'succeeded', model: 'fallback' } },
	{ taskId: `${prefix}-failed`, ...lasting, ending: { kind: 'failed', successFlag: 3 } },
	{ taskId: `${prefix}-odd`, ...lasting, ending: { kind: 'oddFlag', successFlag: 9 } },
	{ taskId: `${prefix}-never`, ending: { kind: 'never' } },
];

const rowsOf = (scripts: readonly TaskScript[]) =>
	scripts.map(({ taskId }, row) => ({ taskId, row }));

/** One task that succeeds while parked, and one that the API still does not know when the minute is over. */
const withAFailure = (prefix: string, onError: OnError) => {
	const items = lab().tasks(`${prefix}-good`, `${prefix}-missing`);
	lab().simulator.removeTask(`${prefix}-missing`);
	return lab()
		.workflow({ items, node: { onError } })
		.branch(setField('back', BACK, 'Regular'), setField('back', BACK, 'Failures'));
};

test.concurrent('On Error: Stop Workflow', async () => {
	const { status, error, nodes, lastNode } = await lab().runToEnd(
		withAFailure('stop', 'stopWorkflow'),
	);
	expect({ status, lastNode }).toEqual({ status: 'error', lastNode: NODE });
	expect(error).toMatchObject({
		name: 'NodeApiError',
		message: expect.stringMatching(/does not know task stop-missing.*422/),
		httpCode: '422',
		context: { itemIndex: 1 },
	});
	expect(nodes[NODE]?.error).toEqual(error);
	expect(nodes).not.toHaveProperty('Regular');
});

test.concurrent('On Error: Continue', async () => {
	const { status, nodes } = await lab().runToEnd(withAFailure('continue', 'continueRegularOutput'));
	expect(status).toBe('success');
	expect(nodes[NODE]?.outputs.map(jsonOf)).toEqual([
		[endedWhileParked('continue-good'), failure('continue-missing', 422, /does not know/)],
	]);
	expect(jsonOf(nodes.Regular?.outputs[0])).toMatchObject([{ back: '0' }, { back: '1' }]);
});

test.concurrent('On Error: Continue (using error output)', async () => {
	const { status, nodes } = await lab().runToEnd(withAFailure('error', 'continueErrorOutput'));
	expect(status).toBe('success');
	expect(nodes[NODE]?.outputs.map(jsonOf)).toEqual([
		[endedWhileParked('error-good')],
		[failure('error-missing', 422, /does not know/, { row: 1 })],
	]);
	expect(jsonOf(nodes.Regular?.outputs[0])).toMatchObject([{ back: '0' }]);
	expect(jsonOf(nodes.Failures?.outputs[0])).toMatchObject([{ back: '1' }]);
});

test.concurrent('Retry On Fail looks up again where parking has left off', async () => {
	const items = lab().tasks('retried');
	lab().simulator.setTaskFaults('retried', [{ kind: 'none' }, { kind: 'code', code: 400 }]);
	const { execution, json } = await lab().run({ items, node: { retryOnFail: true } });
	expect(execution.status).toBe('success');
	expect(json).toEqual([endedWhileParked('retried')]);
	expect(lab().lookups('retried')).toBe(3);
});

test.concurrent('by status, with links and hints, to the last lookup at the deadline', async () => {
	const scripts = fates('status', { durationLookups: 1 });
	lab().simulator.addTasks(scripts);
	const names = ['Succeeded', 'Failed', 'Still Generating'];
	const workflow = lab()
		.workflow({
			items: rowsOf(scripts),
			parameters: parked(ONE_GAP, { outputMode: 'byStatus' }),
		})
		.branch(...names.map((name) => setField('back', BACK, name)));
	const { nodes } = await lab().runToEnd(workflow);
	expect(names.map((name) => jsonOf(nodes[name]?.outputs[0]))).toMatchObject([
		[
			{ taskId: 'status-good', status: 'succeeded', back: '0' },
			{ taskId: 'status-fallback', status: 'succeeded', back: '1' },
		],
		[{ taskId: 'status-failed', status: 'failed', back: '2' }],
		[
			{ taskId: 'status-odd', status: 'unknown', back: '3', wait: { timedOut: true } },
			{ taskId: 'status-never', status: 'generating', back: '4', wait: { timedOut: true } },
		],
	]);
	expect(nodes[NODE]?.hints.map(({ message }) => message)).toEqual([
		expect.stringMatching(/^1 of 5 items: .*successFlag outside 0 to 3/),
		expect.stringMatching(/^1 of 5 items: .*fallback model/),
		expect.stringMatching(/^2 of 5 items: .*timed out/),
	]);
	const lastLookups = scripts.map(({ taskId }) => lab().lookups(taskId));
	expect(lastLookups).toEqual([2, 2, 2, 2, 2]);
});

test.concurrent("raw: the API's own data, untouched", async () => {
	const { simulator, run } = lab();
	simulator.addTask({
		taskId: 'raw',
		durationLookups: 1,
		forms: { urls: 'jsonString', times: 'spaced' },
		data: { notDocumented: { kept: true } },
	});
	const { json } = await run({
		items: [{ taskId: 'raw' }],
		parameters: parked({}, { output: 'raw' }),
	});
	const answer = await fetch(`${simulator.baseUrl}/api/v1/veo/record-info?taskId=raw`, {
		headers: { authorization: `Bearer ${API_KEY}` },
	});
	const { data } = (await answer.json()) as { data: IDataObject };
	expect(data).toMatchObject({ notDocumented: { kept: true } });
	expect(json).toEqual([data]);
});

test.concurrent('with Download Videos: the videos are there when it has gone on', async () => {
	const { simulator, client, run, tasks } = lab();
	simulator.addTask({ taskId: 'before', videos: 2 });
	const items = [{ taskId: 'before' }, ...tasks('downloaded')];
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

test.concurrent('a task on several items is looked up once for all, each time', async () => {
	const items = lab().tasks('one', 'other');
	const { json } = await lab().run({ items: [...items, ...items, { taskId: ' one ' }] });
	expect(json).toEqual(
		['one', 'other', 'one', 'other', 'one'].map((taskId) => endedWhileParked(taskId)),
	);
	expect([lab().lookups('one'), lab().lookups('other')]).toEqual([2, 2]);
});

test.concurrent('what has ended before is not looked up again', async () => {
	const [slow] = lab().tasks('slow');
	lab().simulator.addTask({ taskId: 'quick' });
	const { json } = await lab().run({ items: [{ taskId: 'quick' }, { taskId: slow?.taskId }] });
	expect(json).toEqual([endedWhileParked('quick', 'succeeded', 1), endedWhileParked('slow')]);
	expect(lab().lookups('quick')).toBe(1);
});

test.concurrent('the same tasks give the same items, kept running or parked', async () => {
	const scripts = fates('same', { countedFrom: 'firstLookup', durationSeconds: 30 });
	lab().simulator.addTasks(scripts);
	const setup = { items: rowsOf(scripts), node: { alwaysOutputData: true } };
	const polling = { ...ONE_GAP, interval: 5 };
	const parameters = parked(polling, { outputMode: 'byStatus' });
	const kept = { ...parameters, whileWaiting: 'keepRunning' };
	const keptId = await lab().client.start(
		lab()
			.workflow({ ...setup, parameters: kept })
			.build(),
	);
	const { run } = await lab().run({ ...setup, parameters });
	const keptRunning = (await lab().watch.untilEnded(keptId)).nodes[NODE];
	expect(run.outputs.map(withoutCost)).toEqual(keptRunning?.outputs.map(withoutCost));
	expect(run.outputs.map((items) => items.length)).toEqual([2, 1, 2]);
	expect(run.hints).toEqual(keptRunning?.hints);
});

/** How often was looked up, and how long that took, depends on the way of waiting. */
function withoutCost(items: readonly INodeExecutionData[]): INodeExecutionData[] {
	return items.map(({ json: { wait, ...json }, ...item }) => ({
		...item,
		json: { ...json, timedOut: (wait as IDataObject).timedOut },
	}));
}
