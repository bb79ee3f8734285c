import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { syntheticContent } from '../simulator/response.mjs';
import type { Fault } from '../simulator/faults.mjs';
import { bytesOfVideo } from '../simulator/video-files.mjs';
import { sha256 } from '../sha256.mjs';
import { AGENT_VERSIONS, runAsTool } from './support/agent.mjs';
import { binaryFiles, bytesOf, storeBinaryDataIn, useBinaryData } from './support/binary-data.mjs';
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

const contentOf = (length: number) =>
	Buffer.concat([...syntheticContent(length).pieces(0, length)]);
const VIDEO = bytesOfVideo('landscape');

const itemsOf = (result: RunResult, output = 0): INodeExecutionData[] =>
	result.outputs[output] ?? [];
const binariesOf = (result: RunResult) => itemsOf(result)[0]?.binary ?? {};
const fieldsOf = ({ binary }: INodeExecutionData) => Object.keys(binary ?? {});
const pathOf = (taskId: string, name = '1.mp4') => `/videos/${taskId}/${name}`;
const videoRequests = () => simulator.requests({ server: 'videos' });

describe.each(['filesystem', 'default'] as const)('in binary data mode %s', (mode) => {
	beforeEach(async () => await storeBinaryDataIn(mode));

	test('each video of a task is in a binary field of its item', async () => {
		const result = await run({ tasks: [{ taskId: 't', videos: 3 }], parameters: downloading() });
		expect(result.error).toBeNull();
		expect(jsonOf(result)).toMatchObject([{ taskId: 't', status: 'succeeded', wait: null }]);
		const binaries = binariesOf(result);
		expect(Object.keys(binaries)).toEqual(['data', 'data_1', 'data_2']);
		expect(binaries.data_1).toMatchObject({
			fileName: 't_1.mp4',
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

	// One is enough in memory, because every retry takes a second or more
	const BREAKS = [
		{ kind: 'cutOff', afterBytes: MIB + 7 },
		{ kind: 'stall', afterBytes: MIB },
		{ kind: 'cutOff', afterBytes: 100_001 },
	] as const;
	const breaks = mode === 'filesystem' ? BREAKS : BREAKS.slice(0, 1);

	test(`a download whose connection breaks has the same bytes (breaks: ${breaks.length})`, async () => {
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

	test('a download that cannot be resumed is restarted, and only the whole video is stored', async () => {
		const file: Fault = { kind: 'synthetic', bytes: MIB };
		const cut: Fault = { kind: 'cutOff', afterBytes: 200_000 };
		// Without a length nothing shows that both responses have the same file
		simulator.setVideoFaults(pathOf('t'), [
			{ kind: 'all', faults: [file, cut, { kind: 'noLength' }] },
			{ ...file, times: 'always' },
		]);
		const result = await run({ tasks: [{ taskId: 't' }], parameters: downloading() });
		expect(result.error).toBeNull();
		expect(sha256(await bytesOf(binariesOf(result).data))).toBe(sha256(contentOf(MIB)));
		expect(videoRequests().map(({ status }) => status)).toEqual([200, 206, 200]);
		if (mode === 'filesystem') expect(await binaryFiles()).toHaveLength(1);
	});

	test.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'an item with a failed video has the other videos (%s)',
		async (onError) => {
			simulator.setVideoFaults(pathOf('t', '2.mp4'), [
				{ kind: 'status', status: 404, times: 'always' },
			]);
			const result = await run({
				tasks: [{ taskId: 't', videos: 3 }, { taskId: 'other' }],
				parameters: downloading(),
				onError,
			});
			const failedFirst = [...itemsOf(result, 1), ...itemsOf(result)];
			expect(failedFirst).toMatchObject([
				{ json: { taskId: 't', status: 'succeeded', code: 404 }, pairedItem: { item: 0 } },
				{ json: { taskId: 'other', status: 'succeeded' }, pairedItem: { item: 1 } },
			]);
			expect(failedFirst.map(fieldsOf)).toEqual([['data', 'data_2'], ['data']]);
			expect(sha256(await bytesOf(failedFirst[0]?.binary?.data_2))).toBe(sha256(VIDEO));
			expect(result.hints).toMatchObject([{ message: expect.stringMatching(/^1 of 2 items/) }]);
		},
	);

	test('items with the same task share one download', async () => {
		const items = ['t', 't', ' t '].map((taskId) => ({ taskId }));
		simulator.addTask({ taskId: 't' });
		const parameters = downloading({}, { binaryProperty: "={{ 'video' + $itemIndex }}" });
		const result = await run({ items, parameters });
		expect(itemsOf(result).map(fieldsOf)).toEqual([['video0'], ['video1'], ['video2']]);
		expect(videoRequests()).toHaveLength(1);
		expect(sha256(await bytesOf(itemsOf(result)[2]?.binary?.video2))).toBe(sha256(VIDEO));
	});
});

const LARGE: Fault = { kind: 'synthetic', bytes: 2 * MIB };

test.each<[string, Fault, string]>([
	['the connection is cut off', { kind: 'cutOff', afterBytes: 1000 }, 'VIDEO_UNREACHABLE'],
	['the connection stalls', { kind: 'stall', afterBytes: 1000 }, 'VIDEO_UNREACHABLE'],
	['the host returns a web page', { kind: 'html' }, 'NOT_A_VIDEO'],
	[
		'the host returns a web page as a video',
		{ kind: 'all', faults: [{ kind: 'html' }, { kind: 'contentType', contentType: 'video/mp4' }] },
		'NOT_A_VIDEO',
	],
	['the video is too large', LARGE, 'VIDEO_TOO_LARGE'],
	[
		'the video is too large and has no length',
		{ kind: 'all', faults: [LARGE, { kind: 'noLength' }] },
		'VIDEO_TOO_LARGE',
	],
])('a download fails, leaves no file, and is on Pending if %s', async (_, fault, code) => {
	simulator.setVideoFaults(pathOf('t'), [{ ...fault, times: 'always' }]);
	const limits = { maxRetries: 0, requestTimeout: 0.3, maxDownloadSize: 1.5 };
	const result = await run({
		tasks: [{ taskId: 't' }],
		parameters: downloading(limits, { outputMode: 'byStatus' }),
		onError: 'continueRegularOutput',
	});
	const message = expect.stringContaining(`${simulator.videoBaseUrl}${pathOf('t')}`) as string;
	// The video exists and is paid for, so the item keeps all its keys and is not on Failed
	expect(result.outputs.map(({ length }) => length)).toEqual([0, 0, 1]);
	expect(jsonOf(result, 2)).toMatchObject([{ taskId: 't', status: 'succeeded', code, message }]);
	expect(jsonOf(result, 2)[0]?.videoUrl).toBe(`${simulator.videoBaseUrl}${pathOf('t')}`);
	expect(itemsOf(result, 2).flatMap(fieldsOf)).toEqual([]);
	await simulator.waitFor({ server: 'videos', requests: 1, open: 0 });
	expect(await binaryFiles()).toEqual([]);
});

test.each([202, 425])('a video that is not ready yet (%i) is requested again', async (status) => {
	const fault: Fault = { kind: 'status', status, retryAfterSeconds: 0.01 };
	simulator.setVideoFaults(pathOf('t'), [{ ...fault, times: 2 }]);
	const result = await run({ tasks: [{ taskId: 't' }], parameters: downloading() });
	expect(sha256(await bytesOf(binariesOf(result).data))).toBe(sha256(VIDEO));
	expect(videoRequests().map((request) => request.status)).toEqual([status, status, 200]);
});

describe.each([401, 403, 404, 410])('a link that has expired (%i)', (status) => {
	const expired: Fault = { kind: 'status', status };
	/** The record has other links after the first lookup. */
	const refreshed = (count: number): Task => {
		const record = (name: string) => ({
			successFlag: 1,
			response: {
				resultUrls: Array.from(
					{ length: count },
					(_, index) => `${simulator.videoBaseUrl}${pathOf('t', `${name}${index}.mp4`)}`,
				),
			},
		});
		const states = [{ data: record('old') }, { afterLookups: 1, data: record('new') }];
		return { taskId: 't', states };
	};

	test('is replaced by the one in the record, which is looked up once', async () => {
		for (const name of ['old0.mp4', 'old1.mp4']) {
			simulator.setVideoFaults(pathOf('t', name), [{ ...expired, times: 'always' }]);
		}
		const result = await run({ tasks: [refreshed(2)], parameters: downloading() });
		expect(result.error).toBeNull();
		for (const binary of Object.values(binariesOf(result))) {
			expect(sha256(await bytesOf(binary))).toBe(sha256(VIDEO));
		}
		expect(itemsOf(result).map(fieldsOf)).toEqual([['data', 'data_1']]);
		expect(simulator.summary().requests).toBe(2);
		expect(videoRequests()).toHaveLength(4);
	});

	test('is a problem if the one in the record has expired, too', async () => {
		simulator.setVideoFaults('*', [{ ...expired, times: 'always' }]);
		const { error } = await run({ tasks: [refreshed(1)], parameters: downloading() });
		expect(error?.type).toBe(String(status));
		expect(simulator.summary().requests).toBe(2);
		expect(videoRequests()).toHaveLength(2);
	});
});

test('a video in parts is put together, and no part counts as a retry', async () => {
	const file: Fault = { kind: 'synthetic', bytes: MIB };
	const parts: Fault = { kind: 'parts', bytes: 100_000 };
	simulator.setVideoFaults(pathOf('t'), [{ kind: 'all', faults: [file, parts], times: 'always' }]);
	const parameters = downloading({ maxRetries: 0 });
	const result = await run({ tasks: [{ taskId: 't' }], parameters });
	expect(sha256(await bytesOf(binariesOf(result).data))).toBe(sha256(contentOf(MIB)));
	expect(videoRequests().map(({ status }) => status)).toEqual(Array(11).fill(206));
});

test('a redirect in raw UTF-8 is followed', async () => {
	const path = pathOf('t', 'видео.mp4');
	// Node writes every character of a header as one byte
	const location = Buffer.from(path).toString('latin1');
	simulator.setVideoFaults(pathOf('t'), [{ kind: 'redirect', location }]);
	const result = await run({ tasks: [{ taskId: 't' }], parameters: downloading() });
	expect(sha256(await bytesOf(binariesOf(result).data))).toBe(sha256(VIDEO));
	expect(videoRequests().map((request) => request.path)).toEqual([pathOf('t'), encodeURI(path)]);
});

describe('the key is not sent', () => {
	test('to a video host, nor along its redirects', async () => {
		const { videoBaseUrl } = simulator;
		// Another origin: the simulator listens on all names of this machine
		const elsewhere = videoBaseUrl.replace('127.0.0.1', 'localhost');
		simulator.setVideoFaults(pathOf('t'), [
			{ kind: 'redirect', location: `${elsewhere}/videos/t/2.mp4`, status: 307, times: 'always' },
		]);
		simulator.setVideoFaults(pathOf('t', '2.mp4'), [{ kind: 'cutOff', afterBytes: 500 }]);
		const result = await run({ tasks: [{ taskId: 't' }], parameters: downloading() });
		expect(sha256(await bytesOf(binariesOf(result).data))).toBe(sha256(VIDEO));
		expect(binariesOf(result).data?.fileName).toBe('t.mp4');
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

	test('with a video, even if the API itself is its host', async () => {
		const { baseUrl, videoBaseUrl } = simulator;
		const resultUrls = [`${baseUrl}/1.mp4`, `${videoBaseUrl}${pathOf('t', '2.mp4')}`];
		simulator.setVideoFaults(pathOf('t', '2.mp4'), [
			{ kind: 'redirect', location: `${baseUrl}/2.mp4` },
		]);
		await run({ tasks: [{ taskId: 't', resultUrls }], parameters: downloading() });
		const withKey = ({ path }: { path: string }) => path.startsWith('/api/');
		const downloads = simulator.requests().filter((request) => !withKey(request));
		expect(new Set(downloads.map(({ path }) => path))).toEqual(new Set(['/1.mp4', '/2.mp4']));
		for (const { headers } of downloads) expect(headers).not.toHaveProperty('authorization');
	});
});

test('an invalid link does not wait while a 429 holds downloads back', async () => {
	simulator.setVideoFaults(pathOf('t'), [{ kind: 'status', status: 429, retryAfterSeconds: 600 }]);
	const resultUrls = [`${simulator.videoBaseUrl}${pathOf('t')}`, 'ftp://videos.example.com/2.mp4'];
	const result = await run({
		tasks: [{ taskId: 't', resultUrls }],
		parameters: downloading({ maxConcurrency: 1, maxRetries: 0 }),
		onError: 'continueRegularOutput',
	});
	expect(jsonOf(result)).toMatchObject([{ taskId: 't', code: 429 }]);
});

test('the original videos are downloaded if wanted, and are a problem if there are none', async () => {
	const result = await run({
		tasks: [{ taskId: 't', aspectRatio: '9:16' }, { taskId: '16:9' }],
		parameters: downloading({}, { downloadSource: 'originUrls' }),
		onError: 'continueRegularOutput',
	});
	expect(videoRequests().map(({ path }) => path)).toEqual([pathOf('t', 'origin-1.mp4')]);
	expect(binariesOf(result)).toHaveProperty('data');
	expect(jsonOf(result)[1]).toMatchObject({
		taskId: '16:9',
		status: 'succeeded',
		videoUrl: `${simulator.videoBaseUrl}${pathOf('16%3A9')}`,
		code: 'NO_VIDEOS',
	});
});

test('Max Concurrency limits the downloads in flight', async () => {
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

test('a cancelled execution ends its downloads within a second, and leaves no file', async () => {
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
	const cancelledAt = performance.now();
	running.cancel();
	expect((await running.result).outputs.flat()).toEqual([]);
	expect(performance.now() - cancelledAt).toBeLessThan(1000);
	await simulator.waitFor({ server: 'videos', open: 0, closedByClient: 3, timeoutMs: 1000 });
	expect(await binaryFiles()).toEqual([]);
});

describe.each(AGENT_VERSIONS)('the tool of an AI agent %s downloads nothing', (version) => {
	test.each<[string, INodeParameters]>([
		['Download', { operation: 'download' }],
		['Wait Until Complete', waiting({}, { downloadVideos: true })],
		['Get 1080p', { resource: 'video', operation: 'get1080p' }],
	])('%s', async (_, parameters) => {
		simulator.addTask({ taskId: 't' });
		const taskId = "={{ $fromAI('taskId', 'ID of the task', 'string') }}";
		const args = { taskId: 't' };
		const { response } = await runAsTool({ taskId, ...parameters }, args, credential(), version);
		const videoUrl = expect.stringMatching(/^http/) as string;
		expect(response).toMatchObject([{ taskId: 't', status: 'succeeded', videoUrl }]);
		expect(simulator.summary('videos').requests).toBe(0);
	});
});
