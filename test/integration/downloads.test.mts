import { createHash } from 'node:crypto';

import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { syntheticContent } from '../simulator/response.mjs';
import type { Fault } from '../simulator/faults.mjs';
import { bytesOfVideo } from '../simulator/video-files.mjs';
import { answerToAgent } from './support/agent.mjs';
import { binaryFiles, bytesOf, keepBinaryDataIn, useBinaryData } from './support/binary-data.mjs';
import type { RunResult } from './support/node-run.mjs';
import {
	credential,
	jsonOf,
	run,
	simulator,
	start,
	useSimulator,
	waiting,
	type Task,
} from './support/simulated.mjs';

useSimulator();
useBinaryData();

const MIB = 2 ** 20;

const downloading = (options: INodeParameters = {}, more: INodeParameters = {}) => ({
	operation: 'download',
	options: { requestTimeout: 5, ...options },
	...more,
});

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const contentOf = (length: number) =>
	Buffer.concat([...syntheticContent(length).pieces(0, length)]);
const VIDEO = bytesOfVideo('landscape');

const itemsOf = (result: RunResult, output = 0): INodeExecutionData[] =>
	result.outputs[output] ?? [];
const binariesOf = (result: RunResult) => itemsOf(result)[0]?.binary ?? {};
const pathOf = (taskId: string, name = '1.mp4') => `/videos/${taskId}/${name}`;
const videoRequests = () => simulator.requests({ server: 'videos' });

describe.each(['filesystem', 'default'] as const)('binary data kept in mode %s', (mode) => {
	beforeEach(async () => await keepBinaryDataIn(mode));

	test('each video of a task is in a field of its own, beside the item', async () => {
		const result = await run({ tasks: [{ taskId: 't', videos: 3 }], parameters: downloading() });
		expect(result.error).toBeNull();
		expect(jsonOf(result)).toMatchObject([{ taskId: 't', status: 'succeeded', wait: null }]);
		const binaries = binariesOf(result);
		expect(Object.keys(binaries)).toEqual(['data', 'data_1', 'data_2']);
		expect(binaries.data_1).toMatchObject({
			fileName: '2.mp4',
			fileExtension: 'mp4',
			mimeType: 'video/mp4',
			fileType: 'video',
			bytes: VIDEO.length,
		});
		expect(binaries.data_1?.id !== undefined).toBe(mode === 'filesystem');
		for (const binary of Object.values(binaries)) {
			expect(sha256(await bytesOf(binary))).toBe(sha256(VIDEO));
		}
		expect(simulator.summary().requests).toBe(1);
	});

	// In memory one is enough: each retry takes its time
	const BREAKS = [
		{ kind: 'cutOff', afterBytes: MIB + 7 },
		{ kind: 'stall', afterBytes: MIB },
		{ kind: 'cutOff', afterBytes: 100_001 },
	] as const;
	const breaks = mode === 'filesystem' ? BREAKS : BREAKS.slice(0, 1);

	test(`after ${breaks.length} breaks the bytes are the same`, async () => {
		const file: Fault = { kind: 'synthetic', bytes: 5 * MIB };
		simulator.setVideoFaults(pathOf('t'), [
			...breaks.map((fault): Fault => ({ kind: 'all', faults: [file, fault] })),
			file,
		]);
		const result = await run({
			tasks: [{ taskId: 't' }],
			parameters: downloading({ requestTimeout: 0.5 }),
		});
		expect(result.error).toBeNull();
		expect(sha256(await bytesOf(binariesOf(result).data))).toBe(sha256(contentOf(5 * MIB)));
		const statuses = videoRequests().map(({ status }) => status);
		expect(statuses).toEqual([200, ...breaks.map(() => 206)]);
	});

	test('a host that takes no ranges, nor tells a length, is started over', async () => {
		const file: Fault = { kind: 'synthetic', bytes: MIB };
		simulator.setVideoFaults(pathOf('t'), [
			{ kind: 'all', faults: [file, { kind: 'noRange' }, { kind: 'cutOff', afterBytes: 70_000 }] },
			{ kind: 'all', faults: [file, { kind: 'noRange' }] },
		]);
		const result = await run({ tasks: [{ taskId: 't' }], parameters: downloading() });
		expect(sha256(await bytesOf(binariesOf(result).data))).toBe(sha256(contentOf(MIB)));
		expect(videoRequests().map(({ status }) => status)).toEqual([200, 200]);
	});

	test('one video that failed does not lose the others', async () => {
		simulator.setVideoFaults(pathOf('t', '2.mp4'), [{ kind: 'status', status: 404 }]);
		for (const onError of ['continueRegularOutput', 'continueErrorOutput'] as const) {
			simulator.setVideoFaults(pathOf('t', '2.mp4'), [{ kind: 'status', status: 404 }]);
			const result = await run({
				tasks: [{ taskId: 't', videos: 3 }, { taskId: 'other' }],
				parameters: downloading(),
				onError,
			});
			const isError = onError === 'continueErrorOutput';
			const [good, bad] = isError
				? [itemsOf(result)[0], itemsOf(result, 1)[0]]
				: [itemsOf(result)[1], itemsOf(result)[0]];
			expect(good).toMatchObject({ json: { taskId: 'other' }, binary: { data: {} } });
			expect(bad).toMatchObject({
				json: {
					taskId: 't',
					code: 404,
					message: expect.stringMatching(/^Video 2 of 3 of task t .*2\.mp4: .*404.*14 days/),
				},
				pairedItem: { item: 0 },
			});
			expect(Object.keys(bad?.binary ?? {})).toEqual(['data', 'data_2']);
			expect(sha256(await bytesOf(bad?.binary?.data_2))).toBe(sha256(VIDEO));
			expect(result.hints).toMatchObject([{ message: expect.stringMatching(/^1 of 2 items/) }]);
		}
	});

	test('the same task on several items is downloaded once', async () => {
		const items = ['t', 't', ' t '].map((taskId) => ({ taskId }));
		simulator.addTask({ taskId: 't' });
		const parameters = downloading({}, { binaryProperty: "={{ 'video' + $itemIndex }}" });
		const result = await run({ items, parameters });
		expect(itemsOf(result).map(({ binary }) => Object.keys(binary ?? {}))).toEqual([
			['video0'],
			['video1'],
			['video2'],
		]);
		expect(videoRequests()).toHaveLength(1);
		expect(sha256(await bytesOf(itemsOf(result)[2]?.binary?.video2))).toBe(sha256(VIDEO));
	});
});

describe('a download that failed', () => {
	const failing = async (fault: Fault, options: INodeParameters = {}) => {
		simulator.setVideoFaults(pathOf('t'), [{ ...fault, times: 'always' }]);
		const parameters = downloading({ maxRetries: 0, ...options });
		const result = await run({
			tasks: [{ taskId: 't' }],
			parameters,
			onError: 'continueRegularOutput',
		});
		expect(itemsOf(result)[0]).not.toHaveProperty('binary');
		// No half of a video is left behind
		expect(await binaryFiles()).toEqual([]);
		return jsonOf(result)[0];
	};

	test.each([401, 403, 404, 410])('HTTP %p: says how long links live', async (status) => {
		expect(await failing({ kind: 'status', status }, { maxRetries: 5 })).toEqual({
			taskId: 't',
			code: status,
			message: expect.stringMatching(
				/^The video of task t could not be downloaded from http:.*1\.mp4: .*HTTP \d+\. Links to videos live for 14 days/,
			),
		});
		expect(videoRequests()).toHaveLength(1);
	});

	test.each<[string, Fault, RegExp]>([
		['a cut-off', { kind: 'cutOff', afterBytes: 1000 }, /Tried once/],
		['a reset', { kind: 'reset', when: 'afterHeaders' }, /Tried once/],
		['silence', { kind: 'stall', afterBytes: 1000 }, /nothing came for 0\.3 s/],
		['no answer', { kind: 'hang' }, /no answer within 0\.3 s/],
		['a busy host', { kind: 'status', status: 503 }, /server error 503/],
	])('%s', async (_, fault, words) => {
		const json = await failing(fault, { requestTimeout: 0.3 });
		expect(json).toMatchObject({ taskId: 't', message: expect.stringMatching(words) });
		await simulator.waitFor({ server: 'videos', requests: 1, open: 0 });
	});

	test('a web page in place of a video', async () => {
		expect(await failing({ kind: 'html' })).toMatchObject({ code: 'NOT_A_VIDEO' });
	});

	test.each<[string, Fault[]]>([
		['told by its length', []],
		['of unknown length', [{ kind: 'noLength' }]],
	])('a video too large, %s', async (_, more) => {
		const file: Fault = { kind: 'synthetic', bytes: 2 * MIB };
		const fault: Fault = { kind: 'all', faults: [file, ...more] };
		expect(await failing(fault, { maxDownloadSize: 1.5 })).toMatchObject({
			code: 'VIDEO_TOO_LARGE',
			message: expect.stringMatching(/1\.5 MiB of Max Download Size/),
		});
	});
});

describe('what the video host is told', () => {
	test('no key, nor is it on the way there', async () => {
		const { videoBaseUrl } = simulator;
		// Another origin: the simulator listens on all names of this machine
		const elsewhere = videoBaseUrl.replace('127.0.0.1', 'localhost');
		simulator.setVideoFaults(pathOf('t'), [
			{ kind: 'redirect', location: `${elsewhere}/videos/t/2.mp4`, status: 307, times: 'always' },
		]);
		simulator.setVideoFaults(pathOf('t', '2.mp4'), [{ kind: 'cutOff', afterBytes: 500 }]);
		const result = await run({ tasks: [{ taskId: 't' }], parameters: downloading() });
		expect(sha256(await bytesOf(binariesOf(result).data))).toBe(sha256(VIDEO));
		expect(binariesOf(result).data?.fileName).toBe('1.mp4');
		const requests = videoRequests();
		expect(requests.map(({ path }) => path)).toEqual(
			['1.mp4', '2.mp4', '1.mp4', '2.mp4'].map((name) => pathOf('t', name)),
		);
		const { apiKey } = credential();
		for (const { headers } of requests) {
			expect(Object.keys(headers).map((name) => name.toLowerCase())).not.toContain('authorization');
			expect(JSON.stringify(headers)).not.toContain(apiKey);
		}
	});

	test('no key, also where it is the API itself', async () => {
		const { baseUrl, videoBaseUrl } = simulator;
		const resultUrls = [`${baseUrl}/1.mp4`, `${videoBaseUrl}${pathOf('t', '2.mp4')}`];
		simulator.setVideoFaults(pathOf('t', '2.mp4'), [
			{ kind: 'redirect', location: `${baseUrl}/2.mp4` },
		]);
		await run({ tasks: [{ taskId: 't', resultUrls }], parameters: downloading() });
		const [lookup, ...downloads] = simulator.requests();
		expect(lookup?.headers.authorization).toBe(`Bearer ${credential().apiKey}`);
		expect(downloads.map(({ path }) => path).sort()).toEqual(['/1.mp4', '/2.mp4']);
		for (const { headers } of downloads) expect(headers).not.toHaveProperty('authorization');
	});
});

describe('which videos', () => {
	test('the original ones, on wish', async () => {
		const parameters = downloading({}, { downloadSource: 'originUrls' });
		const result = await run({ tasks: [{ taskId: 't', aspectRatio: '9:16' }], parameters });
		expect(binariesOf(result).data?.fileName).toBe('origin-1.mp4');
	});

	test('a task without them: says where they are', async () => {
		const parameters = downloading({}, { downloadSource: 'originUrls' });
		const result = await run({ tasks: [{ taskId: 't' }], parameters });
		expect(result.error?.message).toMatch(/^Task t has no original videos.*not 16:9/);
		expect(videoRequests()).toEqual([]);
	});

	test('type and extension where the host or the URL tells nothing of them', async () => {
		const names = ['clip.webm', 'clip', 'My%20clip.mov', '', '%2e%2e%2f%2e%2e%2fetc.mp4'];
		const urls = names.map((name) => `${simulator.videoBaseUrl}/videos/t/${name}`);
		simulator.setVideoFaults('*', [
			{ kind: 'synthetic', bytes: 10, contentType: 'application/octet-stream', times: 'always' },
		]);
		const tasks: Task[] = [{ taskId: 't', resultUrls: urls }];
		const result = await run({ tasks, parameters: downloading() });
		const found = Object.values(binariesOf(result)).map(({ fileName, mimeType }) => [
			fileName,
			mimeType,
		]);
		expect(found).toEqual([
			['clip.webm', 'video/webm'],
			['clip.mp4', 'video/mp4'],
			['My clip.mov', 'video/quicktime'],
			['t_3.mp4', 'video/mp4'],
			['_.._etc.mp4', 'video/mp4'],
		]);
	});
});

describe('a task that has not succeeded', () => {
	const tasks: Task[] = [
		{ taskId: 'running', ending: { kind: 'never' } },
		{ taskId: 'odd', ending: { kind: 'oddFlag', successFlag: 9 } },
		{ taskId: 'failed', ending: { kind: 'failed', successFlag: 3 } },
		{ taskId: 'good' },
	];

	test('is a problem if it may still come, and data if it failed', async () => {
		const result = await run({
			tasks,
			parameters: downloading(),
			onError: 'continueRegularOutput',
		});
		expect(jsonOf(result)).toMatchObject([
			{
				taskId: 'running',
				code: 'TASK_NOT_FINISHED',
				message: expect.stringMatching(/"generating".*Wait Until Complete/),
			},
			{ taskId: 'odd', code: 'TASK_NOT_FINISHED', message: expect.stringMatching(/"unknown"/) },
			{ taskId: 'failed', status: 'failed' },
			{ taskId: 'good', status: 'succeeded' },
		]);
	});

	test('by status it leaves through the output of its status', async () => {
		const result = await run({ tasks, parameters: downloading({}, { outputMode: 'byStatus' }) });
		expect(result.error).toBeNull();
		const ids = result.outputs.map((items) => items.map(({ json }) => json.taskId));
		expect(ids).toEqual([['good'], ['failed'], ['running', 'odd']]);
		expect(binariesOf(result)).toHaveProperty('data');
	});
});

describe('Wait Until Complete with Download Videos', () => {
	test('a task is downloaded as soon as it has ended, while others are waited for', async () => {
		const tasks: Task[] = [
			{ taskId: 'slow', ending: { kind: 'never' } },
			{ taskId: 'quick', durationLookups: 1 },
		];
		const polling = { interval: 0.02, timeout: 60 };
		const running = start({ tasks, parameters: waiting(polling, { downloadVideos: true }) });
		await simulator.waitFor({ server: 'videos', requests: 1, open: 0 });
		simulator.addTask({ taskId: 'slow' });
		const result = await running.result;
		expect(itemsOf(result).map(({ json, binary }) => [json.taskId, binary?.data?.bytes])).toEqual([
			['slow', VIDEO.length],
			['quick', VIDEO.length],
		]);
		expect(jsonOf(result)).toMatchObject([{ wait: { timedOut: false } }, { wait: { lookups: 2 } }]);
	});

	test('what has not ended when the wait times out is not downloaded', async () => {
		const polling = { timeout: 0.1, onTimeout: 'output' };
		const result = await run({
			tasks: [{ taskId: 'never', ending: { kind: 'never' } }, { taskId: 'good' }],
			parameters: waiting(polling, { downloadVideos: true }),
		});
		expect(itemsOf(result).map(({ binary }) => Object.keys(binary ?? {}))).toEqual([[], ['data']]);
	});

	test('without it nothing is downloaded', async () => {
		const result = await run({ tasks: [{ taskId: 't' }], parameters: waiting() });
		expect(itemsOf(result)[0]).not.toHaveProperty('binary');
		expect(videoRequests()).toEqual([]);
	});
});

test('no more at a time than Max Concurrency, and lookups beside them', async () => {
	const slow: Fault = {
		kind: 'all',
		faults: [
			{ kind: 'synthetic', bytes: 100 },
			{ kind: 'delay', ms: 30 },
		],
	};
	simulator.setVideoFaults('*', [{ ...slow, times: 'always' }]);
	const tasks = Array.from({ length: 12 }, (_, n) => ({ taskId: `t${n}`, videos: 2 }));
	const result = await run({ tasks, parameters: downloading({ maxConcurrency: 3 }) });
	expect(itemsOf(result)).toHaveLength(12);
	expect(simulator.summary('videos')).toMatchObject({ requests: 24, maxInFlight: 3 });
});

test('a cancelled execution ends its transfers within a second, and leaves no file', async () => {
	simulator.setVideoFaults('*', [
		{
			kind: 'all',
			faults: [
				{ kind: 'synthetic', bytes: 50 * MIB },
				{ kind: 'slow', bytesPerSecond: MIB },
			],
			times: 'always',
		},
	]);
	const tasks = ['a', 'b', 'c'].map((taskId) => ({ taskId }));
	const running = start({ tasks, parameters: downloading() });
	await simulator.waitFor({ server: 'videos', requests: 3, open: 3 });
	const pressedAt = performance.now();
	running.cancel();
	expect((await running.result).outputs.flat()).toEqual([]);
	expect(performance.now() - pressedAt).toBeLessThan(1000);
	await simulator.waitFor({ server: 'videos', open: 0, closedByClient: 3, timeoutMs: 1000 });
	expect(await binaryFiles()).toEqual([]);
});

test('as a tool of an AI agent: the whole JSON, and no file in the way', async () => {
	simulator.addTask({ taskId: 't' });
	const parameters = { taskId: "={{ $fromAI('taskId', 'ID of the task', 'string') }}" };
	const { answer } = await answerToAgent(
		{ ...parameters, ...downloading({}, { outputMode: 'byStatus' }) },
		{ taskId: 't' },
		credential(),
	);
	expect(answer).toMatchObject([{ taskId: 't', status: 'succeeded', isFinal: true }]);
});
