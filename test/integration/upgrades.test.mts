import type { INodeParameters } from 'n8n-workflow';

import { EXTEND_PATH } from '../simulator/endpoints/extend.mjs';
import { GET_1080P_PATH } from '../simulator/endpoints/get-1080p.mjs';
import { RECORD_INFO_PATH } from '../simulator/endpoints/record-info.mjs';
import type { TaskScript } from '../simulator/task-script.mjs';
import { bytesOfVideo } from '../simulator/video-files.mjs';
import { runAsTool } from './support/agent.mjs';
import { bytesOf, useBinaryData } from './support/binary-data.mjs';
import { ParkedExecution, useTimeTravel } from './support/parked-execution.mjs';
import {
	credential,
	jsonOf,
	linksOf,
	run,
	simulatedRun,
	simulator,
	useSimulator,
	type SimulatedRun,
} from './support/simulated.mjs';

useSimulator();
useTimeTravel();
useBinaryData();

const CONTINUE = 'continueRegularOutput';

const get1080p = (more: INodeParameters = {}): INodeParameters => ({
	resource: 'video',
	operation: 'get1080p',
	downloadVideos: false,
	polling: { interval: 0.02, timeout: 5 },
	options: { maxRetries: 0 },
	...more,
});

const upgradeRun = async ({ parameters = {}, ...more }: SimulatedRun) =>
	await run({ onError: CONTINUE, ...more, parameters: get1080p(parameters) });

/** The paths of all requests, in their order. */
const paths = () => simulator.requests().map(({ path }) => path.replace(/\?.*/, ''));
const requestsTo = (path: string) => paths().filter((each) => each === path).length;

/** The item of a task that succeeded and has no 1080p version. */
const WITHOUT = { videoIndex: 0, status: 'unknown', resolution: null, videoUrl: null };

describe('Get 1080p', () => {
	test('waits until the version is ready, and names its link', async () => {
		const tasks = [{ taskId: 't', upgrade: { notReadyForRequests: 2 } }];
		const result = await upgradeRun({ tasks });
		expect(jsonOf(result)).toEqual([
			{
				taskId: 't',
				videoIndex: 0,
				status: 'succeeded',
				resolution: '1080p',
				videoUrl: expect.stringContaining('1080p-1.mp4'),
				wait: { lookups: 3, waitedSeconds: expect.any(Number), timedOut: false },
			},
		]);
		expect(simulator.ledger({ kind: 'upgrade', accepted: true })).toHaveLength(1);
	});

	test('without Wait for Completion says whether it is ready now, in one request', async () => {
		const tasks = [{ taskId: 'soon', upgrade: { notReadyForRequests: 1 } }, { taskId: 'now' }];
		const result = await upgradeRun({ tasks, parameters: { waitForCompletion: false } });
		expect(jsonOf(result)).toMatchObject([
			{ taskId: 'soon', status: 'generating', resolution: null, videoUrl: null, wait: null },
			{ taskId: 'now', status: 'succeeded', resolution: '1080p', wait: null },
		]);
		expect(requestsTo(GET_1080P_PATH)).toBe(2);
	});

	test('downloads the version as a file of its own name', async () => {
		const parameters = { downloadVideos: true, videoIndex: 1 };
		const tasks = [{ taskId: 't', videos: 2 }];
		const { outputs } = await upgradeRun({ tasks, parameters });
		const { binary } = outputs[0]![0]!;
		expect(Object.keys(binary ?? {})).toEqual(['data']);
		expect(binary?.data).toMatchObject({ fileName: 't_1.mp4', mimeType: 'video/mp4' });
		expect(await bytesOf(binary!.data!)).toEqual(bytesOfVideo('landscape'));
	});

	test('is not affected by the other items', async () => {
		const failed: TaskScript = { taskId: 'failed', ending: { kind: 'failed', successFlag: 2 } };
		const tasks = ['unknown', { taskId: 'a' }, failed, { taskId: 'b' }];
		const { outputs } = await upgradeRun({ tasks });
		expect(linksOf(outputs[0])).toEqual([
			['unknown', 0],
			['a', 1],
			['failed', 2],
			['b', 3],
		]);
		const states = outputs[0]?.map(({ json }) => json.code ?? json.status);
		expect(states).toEqual([422, 'succeeded', 'NOT_UPGRADABLE', 'succeeded']);
	});
});

describe('Get 1080p checks the record first, and requests no version', () => {
	test.each<[string, Omit<TaskScript, 'taskId'>, output: number, hasItem: boolean]>([
		['of a failed task', { ending: { kind: 'failed', successFlag: 2 } }, 1, false],
		['of a running task', { ending: { kind: 'never' } }, 2, false],
		['of a fallback task', { ending: { kind: 'succeeded', model: 'fallback' } }, 2, true],
		['of a task in 9:16', { aspectRatio: '9:16' }, 2, true],
	])('%s', async (_, script, output, hasItem) => {
		const tasks = [{ taskId: 't', ...script }];
		const result = await upgradeRun({ tasks, parameters: { outputMode: 'byStatus' } });
		const problem = { taskId: 't', code: 'NOT_UPGRADABLE', message: expect.any(String) };
		const item = hasItem ? { ...WITHOUT, wait: null, ...problem } : problem;
		expect(result.outputs.map((_items, index) => jsonOf(result, index))).toEqual(
			[0, 1, 2].map((index) => (index === output ? [item] : [])),
		);
		expect(simulator.ledger()).toEqual([]);
		expect(paths()).toEqual([RECORD_INFO_PATH]);
	});

	test('of a video that the task does not have', async () => {
		const result = await upgradeRun({ tasks: [{ taskId: 't' }], parameters: { videoIndex: 3 } });
		expect(jsonOf(result)).toMatchObject([{ ...WITHOUT, videoIndex: 3, code: 'NOT_UPGRADABLE' }]);
		expect(simulator.ledger()).toEqual([]);
	});

	test('of an unknown task, which leaves on Failed', async () => {
		const result = await upgradeRun({ tasks: ['x'], parameters: { outputMode: 'byStatus' } });
		expect(jsonOf(result, 1)).toEqual([{ taskId: 'x', code: 422, message: expect.any(String) }]);
		expect(simulator.ledger()).toEqual([]);
	});

	test('with On Error: stop that is the error, which names the task', async () => {
		const tasks = [{ taskId: 't', aspectRatio: '9:16' }];
		const { error } = await upgradeRun({ tasks, onError: 'stopWorkflow' });
		expect(error).toMatchObject({ type: 'NOT_UPGRADABLE', message: expect.stringContaining('t') });
	});
});

describe('Get 1080p that is refused', () => {
	test.each<[string, number, string, number]>([
		['for missing credits', 402, 'Insufficient credits', 402],
		['for missing credits with code 200', 200, 'Insufficient credits', 402],
		['with 404', 404, 'Not Found', 404],
		['with 422', 422, 'record result data is blank.', 422],
		['as too old', 422, 'Temporarily supports records within 14 days.', 422],
		['by a spending limit', 433, 'Spending limit reached', 433],
		['as switched off', 505, 'Video generation is disabled, try again later', 505],
		['as the key is rejected', 401, 'Invalid API key. Please generate a new one.', 401],
	])('%s leaves on Pending with its item, and with advice that fits', async (...row) => {
		const [, code, msg, expected] = row;
		simulator.setPathFaults(GET_1080P_PATH, [{ kind: 'code', code, msg, times: 'always' }]);
		const parameters = { outputMode: 'byStatus', waitForCompletion: false };
		const result = await upgradeRun({ tasks: [{ taskId: 't' }], parameters });
		const message = expect.any(String) as string;
		expect([0, 1, 2].map((output) => jsonOf(result, output))).toEqual([
			[],
			[],
			[{ taskId: 't', ...WITHOUT, wait: null, code: expected, message }],
		]);
		const [item] = jsonOf(result, 2);
		expect(item?.message).toContain('1080p version of task t');
		expect(item?.message).not.toMatch(/prompt|create|parameter/i);
		expect(requestsTo(GET_1080P_PATH)).toBe(1);
	});

	test('while it waits keeps how long it waited', async () => {
		const refusal = { kind: 'code', code: 422, msg: 'record is null.', times: 'always' } as const;
		simulator.setPathFaults(GET_1080P_PATH, [refusal]);
		const result = await upgradeRun({ tasks: [{ taskId: 't' }] });
		expect(jsonOf(result)).toMatchObject([
			{ ...WITHOUT, code: 422, wait: { lookups: 1, timedOut: false } },
		]);
	});
});

describe('Get 1080p whose version is not ready in time', () => {
	const tasks = [{ taskId: 't', upgrade: { notReadyForRequests: 1_000 } }];
	const polling = { interval: 0.02, timeout: 0.1 };

	test('is an error of a task that keeps its item', async () => {
		const parameters = { polling, outputMode: 'byStatus' };
		const result = await upgradeRun({ tasks, parameters });
		expect(jsonOf(result, 2)).toMatchObject([
			{ taskId: 't', status: 'generating', wait: { timedOut: true }, code: 'WAIT_TIMED_OUT' },
		]);
	});

	test('is an item with a hint if On Timeout says so', async () => {
		const parameters = { polling: { ...polling, onTimeout: 'output' } };
		const result = await upgradeRun({ tasks, parameters });
		expect(jsonOf(result)).toEqual([
			{
				taskId: 't',
				videoIndex: 0,
				status: 'generating',
				resolution: null,
				videoUrl: null,
				wait: expect.objectContaining({ timedOut: true }),
			},
		]);
		expect(result.hints.map(({ message }) => message)).toEqual([
			expect.stringMatching(/1080p version was ready.*Get 1080p again/),
		]);
	});

	test('is parked, and resumed until it is ready', async () => {
		const parameters = get1080p({
			downloadVideos: true,
			whileWaiting: 'park',
			polling: { parkAfter: 0 },
		});
		const waiting = [{ taskId: 't', upgrade: { notReadyForRequests: 3 } }];
		const execution = await ParkedExecution.start(simulatedRun({ tasks: waiting, parameters }));
		expect(execution.isParked).toBe(true);
		const result = await execution.finish();
		expect(jsonOf(result)).toMatchObject([{ status: 'succeeded', wait: { lookups: 4 } }]);
		expect(result.outputs[0]?.[0]?.binary).toHaveProperty('data');
		expect(paths()).toEqual([RECORD_INFO_PATH, ...Array<string>(4).fill(GET_1080P_PATH)]);
		expect(simulator.ledger({ kind: 'upgrade', accepted: true })).toHaveLength(1);
	});
});

test('the link of a 1080p version that has expired is requested anew once', async () => {
	simulator.setVideoFaults('*', [{ kind: 'status', status: 403, times: 'always' }]);
	const tasks = [{ taskId: 't' }];
	const parameters = { downloadVideos: true, outputMode: 'byStatus' };
	const result = await upgradeRun({ tasks, parameters });
	expect(jsonOf(result, 2)).toMatchObject([
		{
			taskId: 't',
			status: 'succeeded',
			resolution: '1080p',
			code: 403,
			message: expect.stringContaining('Run Get 1080p again'),
		},
	]);
	expect(requestsTo(GET_1080P_PATH)).toBe(2);
});

describe('for a task on several items', () => {
	const upgradesOf = async (items: Array<{ taskId: string; index: number }>, more = {}) => {
		simulator.addTask({ taskId: 't', videos: 2 });
		return await run({
			items,
			parameters: get1080p({ videoIndex: '={{ $json.index }}', ...more }),
		});
	};

	test('its record is looked up once, whichever videos are wanted', async () => {
		const items = [0, 1, 7].map((index) => ({ taskId: 't', index }));
		simulator.addTask({ taskId: 't', videos: 2 });
		const parameters = get1080p({ videoIndex: '={{ $json.index }}' });
		const result = await run({ items, parameters, onError: CONTINUE });
		expect(jsonOf(result)).toMatchObject([
			{ videoIndex: 0, status: 'succeeded' },
			{ videoIndex: 1, status: 'succeeded' },
			{ videoIndex: 7, code: 'NOT_UPGRADABLE' },
		]);
		expect(requestsTo(RECORD_INFO_PATH)).toBe(1);
		expect(requestsTo(GET_1080P_PATH)).toBe(2);
	});

	test('the same video is requested once', async () => {
		const result = await upgradesOf([0, 0, 0].map((index) => ({ taskId: 't', index })));
		expect(jsonOf(result)).toHaveLength(3);
		expect(paths()).toEqual([RECORD_INFO_PATH, GET_1080P_PATH]);
	});
});

test('as a tool Get 1080p responds with the item', async () => {
	simulator.addTask({ taskId: 't' });
	const parameters = { ...get1080p(), taskId: "={{ $fromAI('taskId', 'ID', 'string') }}" };
	const { response } = await runAsTool(parameters, { taskId: 't' }, credential());
	expect(response).toMatchObject([{ taskId: 't', status: 'succeeded', resolution: '1080p' }]);
});

describe('Extend of a task that', () => {
	test.each<[string, Omit<TaskScript, 'taskId'> | null, RegExp]>([
		['is unknown', null, /doesn't know task t\b/],
		['is running', { ending: { kind: 'never' } }, /t is still running/],
		['failed', { ending: { kind: 'failed', successFlag: 2 } }, /t failed/],
	])('%s is refused: the error says so, and the item leaves on Failed', async (_, script, text) => {
		const tasks = [script === null ? 't' : { taskId: 't', ...script }];
		const parameters = { resource: 'video', operation: 'extend', prompt: 'More' };
		const result = await run({
			tasks,
			onError: CONTINUE,
			parameters: { ...parameters, outputMode: 'byStatus' },
		});
		expect(jsonOf(result, 1)).toEqual([
			{ taskId: null, code: 422, message: expect.stringMatching(text) },
		]);
		expect(simulator.ledger({ accepted: true })).toEqual([]);
		expect(requestsTo(EXTEND_PATH)).toBe(1);
	});

	test('has a 1080p version is refused too', async () => {
		await upgradeRun({ tasks: [{ taskId: 't' }] });
		const parameters = { resource: 'video', operation: 'extend', prompt: 'More' };
		const { error } = await run({ tasks: ['t'], parameters });
		expect(error).toMatchObject({
			type: '422',
			description: expect.stringContaining('has a 1080p version'),
		});
	});
});
