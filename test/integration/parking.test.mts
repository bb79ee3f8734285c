import type { INodeParameters } from 'n8n-workflow';

import { bytesOfVideo } from '../simulator/video-files.mjs';
import type { ScriptedState } from '../simulator/task-script.mjs';
import { binaryFiles, bytesOf, useBinaryData } from './support/binary-data.mjs';
import { useTimeTravel } from './support/parked-execution.mjs';
import {
	jsonOf,
	linksOf,
	NEVER,
	ORDERS,
	simulator,
	startParked,
	useSimulator,
	type Task,
} from './support/simulated.mjs';

useSimulator();
useTimeTravel();
useBinaryData();

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;
const MIB = 1024 * 1024;

const parked = (polling: INodeParameters = {}, more: INodeParameters = {}): INodeParameters => ({
	operation: 'waitUntilComplete',
	whileWaiting: 'park',
	polling: { parkAfter: 0, ...polling },
	...more,
});

/** Numbers and times differ from one lookup to the next. Everything else must stay the same. */
const withoutNumbers = (saved: string) => saved.replaceAll(/\d+(\.\d+)?(e-?\d+)?/g, '0');

test('a parked wait looks up after ever longer intervals, and for the last time at its deadline', async () => {
	const parameters = parked({ timeout: HOUR_S, onTimeout: 'output' });
	const execution = await startParked({ tasks: [NEVER], parameters });
	const [item] = jsonOf(await execution.finish());
	const times = simulator.requests().map(({ startedAt }) => startedAt);
	const gaps = times.slice(1).map((time, number) => time - Number(times[number]));
	expect(Math.min(...gaps)).toBeGreaterThanOrEqual(65_000);
	expect(Math.max(...gaps)).toBeGreaterThan(100_000);
	expect(execution.resumeCount).toBe(times.length - 1);
	const wait = { lookups: times.length, timedOut: true };
	expect(item).toMatchObject({ status: 'generating', wait });
	const { waitedSeconds } = item?.wait as { waitedSeconds: number };
	expect(waitedSeconds).toBeGreaterThanOrEqual(HOUR_S);
});

test.each<[string, Partial<ScriptedState>, number]>([
	// Longer than the 90 s for which a new task may be unknown
	['is unknown for more than two minutes', { code: 422, msg: 'record is null' }, 4],
	['"is not success"', { code: 422, msg: 'record status is not success' }, 4],
	['succeeded without a video', { data: { successFlag: 1 } }, 3],
])(
	'a parked task that was generating and then %s is looked up again',
	async (_, state, lookups) => {
		const success = { successFlag: 1, response: { resultUrls: ['https://x.example.com/1.mp4'] } };
		const states: ScriptedState[] = [
			{ data: { successFlag: 0 } },
			{ data: null, ...state, afterLookups: 1 },
			{ data: success, afterLookups: lookups - 1 },
		];
		const execution = await startParked({ tasks: [{ taskId: 't', states }], parameters: parked() });
		expect(jsonOf(await execution.finish())).toMatchObject([
			{ status: 'succeeded', videoUrl: success.response.resultUrls[0], wait: { lookups } },
		]);
		expect(execution.resumeCount).toBe(lookups - 1);
	},
);

test.each([
	[422, 'Temporarily supports records within 14 days.'],
	[401, 'Unauthorized'],
])(
	'a parked task that was generating leaves on Pending when its wait ends with %i',
	async (code, msg) => {
		const states: ScriptedState[] = [
			{ data: { successFlag: 0 } },
			{ data: null, code, msg, afterLookups: 1 },
		];
		const execution = await startParked({
			tasks: [{ taskId: 't', states }],
			parameters: parked({}, { outputMode: 'byStatus' }),
			onError: 'continueRegularOutput',
		});
		const { outputs } = await execution.finish();
		expect(outputs).toMatchObject([[], [], [{ json: { taskId: 't', code } }]]);
	},
);

describe.each(ORDERS)('in execution order %s', (executionOrder) => {
	test('a parked run outputs all items by status, linked to their input', async () => {
		const tasks: Task[] = [
			{ taskId: 'later', durationLookups: 2 },
			{ taskId: 'complete' },
			{
				taskId: 'failed',
				durationLookups: 1,
				ending: { kind: 'failed', successFlag: 2, errorCode: 400 },
			},
			'unknown',
			NEVER,
		];
		const polling = { timeout: 400, onTimeout: 'output' };
		const execution = await startParked({
			tasks,
			parameters: parked(polling, { outputMode: 'byStatus' }),
			executionOrder,
			onError: 'continueRegularOutput',
		});
		const { outputs, hints, status } = await execution.finish();
		expect(status).toBe('success');
		expect(execution.resumeCount).toBeGreaterThan(2);
		expect(outputs.map(linksOf)).toEqual([
			[
				['later', 0],
				['complete', 1],
			],
			[
				['failed', 2],
				['unknown', 3],
			],
			[['never', 4]],
		]);
		expect(hints).toMatchObject([{ message: expect.stringContaining('timed out') }]);
		expect(execution.result.saved).not.toContain('apikleyVeoParked');
	});

	test.each([
		['single', [1]],
		['byStatus', [0, 0, 1]],
	])(
		'a run that is parked shows one item, never on Succeeded (Outputs: %s)',
		async (mode, counts) => {
			const execution = await startParked({
				tasks: [{ taskId: 'complete' }, NEVER],
				parameters: parked({}, { outputMode: mode }),
				executionOrder,
			});
			expect(execution.isParked).toBe(true);
			const { outputs } = execution.result;
			expect(outputs.map(({ length }) => length)).toEqual(counts);
			expect(outputs.flat()).toMatchObject([
				{ json: { parkedUntil: expect.any(String) as string } },
			]);
		},
	);

	test('a link that expires while a parked run waits for another task is replaced', async () => {
		const record = (name: string) => ({
			successFlag: 1,
			response: { resultUrls: [`${simulator.videoBaseUrl}/videos/quick/${name}.mp4`] },
		});
		const states = [{ data: record('old') }, { afterLookups: 1, data: record('new') }];
		simulator.setVideoFaults('/videos/quick/old.mp4', [
			{ kind: 'status', status: 403, times: 'always' },
		]);
		const execution = await startParked({
			tasks: [
				{ taskId: 'quick', states },
				{ taskId: 'slow', durationLookups: 2 },
			],
			parameters: parked({}, { downloadVideos: true }),
			executionOrder,
		});
		const { status, outputs } = await execution.finish();
		expect(status).toBe('success');
		const [items = []] = outputs;
		expect(items.map(({ binary }) => Object.keys(binary ?? {}))).toEqual([['data'], ['data']]);
		expect(simulator.summary().perTask).toEqual({ quick: 2, slow: 3 });
	});

	test('a parked run downloads all videos after its last wait', async () => {
		const tasks: Task[] = [
			{ taskId: 'complete', videos: 2 },
			{ taskId: 'later', durationLookups: 3 },
			{ taskId: 'failed', ending: { kind: 'failed', successFlag: 3 } },
		];
		const parameters = parked({}, { downloadVideos: true, binaryProperty: 'video' });
		const execution = await startParked({ tasks, parameters, executionOrder });
		while (execution.isParked) {
			expect(simulator.summary('videos').requests).toBe(0);
			await execution.resume();
		}
		const [items = []] = execution.result.outputs;
		expect(items.map(({ json, binary }) => [json.taskId, Object.keys(binary ?? {})])).toEqual([
			['complete', ['video', 'video_1']],
			['later', ['video']],
			['failed', []],
		]);
		expect(await binaryFiles()).toHaveLength(3);
		expect(await bytesOf(items[1]?.binary?.video)).toEqual(bytesOfVideo('landscape'));
	});

	test('the saved execution does not grow from one lookup to the next', async () => {
		const tasks: Task[] = [
			{ taskId: 'complete' },
			{
				taskId: 'unreachable at first',
				durationLookups: 20,
				faults: [{ kind: 'status', status: 503, retryAfterSeconds: 0.01 }],
			},
			NEVER,
		];
		const execution = await startParked({
			tasks,
			parameters: parked({ timeout: DAY_S }),
			executionOrder,
		});
		const first = withoutNumbers(execution.saved);
		for (let lookup = 2; lookup < 20; lookup++) {
			await execution.resume();
			expect(withoutNumbers(execution.saved)).toBe(first);
		}
	});
});

test('100 parked tasks take less than 1 MiB in the saved execution', async () => {
	const tasks = Array.from({ length: 100 }, (_, number) => ({
		taskId: `task-${number}`,
		prompt: 'A long prompt, as people write them. '.repeat(30),
		ending: { kind: 'never' as const },
	}));
	const execution = await startParked({ tasks, parameters: parked({ timeout: DAY_S }) });
	expect(execution.saved.length).toBeLessThan(MIB);
	await execution.resume();
	expect(execution.saved.length).toBeLessThan(MIB);
	expect(simulator.summary().requests).toBe(200);
});

test.each([
	[
		'all items',
		{},
		[
			['a', 0],
			['b', 1],
		],
	],
	['Execute Once', { executeOnce: true }, [['a', 0]]],
])('a parked run has its input again when it is resumed (%s)', async (_, more, expected) => {
	const items = [{ taskId: 'a', retries: 0 }, { taskId: 'b' }];
	simulator.addTasks(items.map(({ taskId }) => ({ taskId, durationLookups: 2 })));
	const parameters = parked({}, { options: { maxRetries: '={{ $json.retries ?? "none" }}' } });
	const execution = await startParked({ items, parameters, more });
	expect(linksOf((await execution.finish()).outputs[0])).toEqual(expected);
});

describe.each(ORDERS)(
	'a parked execution that was stopped or has crashed (%s)',
	(executionOrder) => {
		const tasks: Task[] = ['a', 'b'].map((taskId) => ({ taskId, durationLookups: 1 }));
		const run = { tasks, parameters: parked(), executionOrder };

		test('continues when n8n retries it with the original workflow', async () => {
			const execution = await startParked(run);
			await execution.resume();
			expect(linksOf(execution.result.outputs[0])).toEqual([
				['a', 0],
				['b', 1],
			]);
		});

		test('passes on its task IDs, and not its input, when n8n retries it with the current workflow and skips the node', async () => {
			const execution = await startParked(run);
			const { outputs } = await execution.retryWithCurrentWorkflow();
			expect(outputs).toMatchObject([
				[{ json: { taskId: null, code: 'RUN_SKIPPED', message: expect.stringMatching(/a, b/) } }],
			]);
			expect(simulator.summary().requests).toBe(2);
		});
	},
);
