import type { IBinaryData, IDataObject } from 'n8n-workflow';

import { hashFile } from '../../n8n-harness/core-nodes.mjs';
import { setField } from '../../n8n-harness/workflows.mjs';
import { bytesOfVideo } from '../../simulator/video-files.mjs';
import { sha256 } from '../../sha256.mjs';
import { jsonOf, testBed } from '../support/test-bed.mjs';

const VIDEO = bytesOfVideo('landscape');

const itemsOf = (...taskIds: string[]) => taskIds.map((taskId, row) => ({ taskId, row }));

const ofTask = (taskId: string, status: string, more: IDataObject = {}) =>
	expect.objectContaining({ taskId, status, ...more });

/** Adds a task of each kind. The first two take two more lookups. */
function addTasks(): void {
	testBed().simulator.addTasks([
		{ taskId: 'good', durationLookups: 2 },
		{ taskId: 'bad', durationLookups: 2, ending: { kind: 'failed', successFlag: 3 } },
		{ taskId: 'endless', ending: { kind: 'never' } },
	]);
}

/** Downloads the bytes that n8n has stored. */
async function bytesIn(binary: IBinaryData | undefined): Promise<Buffer> {
	if (binary === undefined) throw new Error('There is no such video on the item');
	return await testBed().client.binaryData(binary);
}

test('Get Status outputs one item per task, with all keys of the contract', async () => {
	const { simulator, run } = testBed();
	simulator.addTask({
		taskId: 'good',
		data: { createTime: '2026-01-02T03:04:05Z' },
		endData: { createTime: '2026-01-02T03:04:05Z', completeTime: '2026-01-02T03:05:35Z' },
	});
	simulator.addTask({ taskId: 'endless', ending: { kind: 'never' } });
	const url = `${simulator.videoBaseUrl}/videos/good/1.mp4`;
	const prompt = 'A futuristic city with flying cars at sunset.';
	const { json } = await run({
		items: itemsOf('endless', 'good'),
		parameters: { operation: 'getStatus' },
	});
	expect(json).toEqual([
		ofTask('endless', 'generating'),
		{
			taskId: 'good',
			status: 'succeeded',
			successFlag: 1,
			fallbackFlag: false,
			isFinal: true,
			resolution: '720p',
			canUpgradeTo1080p: true,
			videoUrl: url,
			resultUrls: [url],
			originUrls: [],
			fullResultUrls: [],
			errorCode: null,
			errorMessage: null,
			failureKind: null,
			prompt,
			params: { prompt, aspectRatio: '16:9', waterMark: 'Apikley' },
			createTime: '2026-01-02T03:04:05Z',
			completeTime: '2026-01-02T03:05:35Z',
			durationSeconds: 90,
			wait: null,
		},
	]);
});

test('Wait Until Complete routes each task by its status, linked to its input item', async () => {
	const { workflow, runWorkflow } = testBed();
	addTasks();
	const polling = { interval: 0.1, timeout: 1, onTimeout: 'output' };
	const back = "={{ $('Items').item.json.row }}";
	const names = ['First', 'Second', 'Third'];
	const { execution, run } = await runWorkflow(
		workflow({
			items: itemsOf('endless', 'bad', 'good'),
			parameters: { operation: 'waitUntilComplete', outputMode: 'byStatus', polling },
		}).branch(...names.map((name) => setField('back', back, name))),
	);
	expect(names.map((name) => jsonOf(execution.nodes[name]?.outputs[0]))).toEqual([
		[ofTask('good', 'succeeded', { back: '2' })],
		[ofTask('bad', 'failed', { back: '1' })],
		[ofTask('endless', 'generating', { back: '0' })],
	]);
	expect(run.hints).toEqual([
		expect.objectContaining({ message: expect.stringMatching(/^1 of 3 items/) }),
	]);
});

test('Download stores each video in a binary field that later nodes can read', async () => {
	const { simulator, workflow, runWorkflow } = testBed();
	simulator.addTask({ taskId: 'two', videos: 2 });
	const { execution, run, json } = await runWorkflow(
		workflow({ items: itemsOf('two'), parameters: { operation: 'download' } }).then(
			hashFile('data'),
		),
	);
	expect(json).toEqual([ofTask('two', 'succeeded', { wait: null })]);
	const { data, data_1: second } = run.outputs[0]?.[0]?.binary ?? {};
	expect(data).toMatchObject({ mimeType: 'video/mp4', fileType: 'video', bytes: VIDEO.length });
	expect(await bytesIn(second)).toEqual(VIDEO);
	expect(jsonOf(execution.nodes.Hash?.outputs[0])).toMatchObject([{ data: sha256(VIDEO) }]);
});

test('Download works in a workflow that keeps its files in the JSON', async () => {
	const { simulator, run } = testBed();
	simulator.addTask({ taskId: 't', videos: 2 });
	const { json, run: node } = await run({
		items: itemsOf('t'),
		parameters: { operation: 'download' },
		settings: { binaryMode: 'combined' as const },
	});
	expect(node.outputs[0]?.[0]).not.toHaveProperty('binary');
	const files = json[0]?._files as unknown as Record<string, IBinaryData>;
	expect(Object.keys(files)).toEqual(['data', 'data_1']);
	expect(await bytesIn(files.data_1)).toEqual(VIDEO);
});

test('an active workflow waits and downloads when its webhook is called', async () => {
	const { client, activate, node, simulator } = testBed();
	addTasks();
	const parameters = {
		operation: 'waitUntilComplete',
		taskId: '={{ $json.body.taskId }}',
		downloadVideos: true,
		polling: { interval: 0.1 },
	};
	const { id, call } = await activate((webhook) => webhook.then(node({ parameters })), {
		responds: 'lastNode',
	});
	const { status, data } = await call({ taskId: 'good' });
	expect(status).toBe(200);
	expect(data).toMatchObject({ taskId: 'good', status: 'succeeded', wait: { lookups: 3 } });
	expect(simulator.requests({ server: 'videos' })).toHaveLength(1);
	const executions = await client.listExecutions({ workflowId: id });
	expect(executions).toMatchObject([{ mode: 'webhook', status: 'success' }]);
});

test('the error output has the failures, linked to their input items', async () => {
	const { simulator, workflow, runWorkflow } = testBed();
	simulator.addTask({ taskId: 'good' });
	const back = "={{ $('Items').item.json.row }}";
	const { execution, outputs } = await runWorkflow(
		workflow({
			items: itemsOf('good', 'missing'),
			parameters: { operation: 'getStatus' },
			node: { onError: 'continueErrorOutput' },
		}).branch(setField('back', back, 'Regular'), setField('back', back, 'Failures')),
	);
	expect(execution.status).toBe('success');
	const failure = { taskId: 'missing', code: 422, message: expect.any(String), row: 1 };
	expect(outputs).toEqual([[ofTask('good', 'succeeded')], [failure]]);
	expect(jsonOf(execution.nodes.Failures?.outputs[0])).toEqual([{ ...failure, back: '1' }]);
});
