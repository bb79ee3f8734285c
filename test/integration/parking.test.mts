import type { INodeParameters } from 'n8n-workflow';

import { bytesOfVideo } from '../simulator/video-files.mjs';
import { binaryFiles, bytesOf, useBinaryData } from './support/binary-data.mjs';
import type { RunResult } from './support/node-run.mjs';
import { ParkedExecution, useTravelThroughTime } from './support/parked-execution.mjs';
import { credential, jsonOf, simulator, useSimulator, type Task } from './support/simulated.mjs';

useSimulator();
useTravelThroughTime();
useBinaryData();

const DAY_S = 24 * 3_600;
const MIB = 1024 * 1024;

const parked = (polling: INodeParameters = {}, more: INodeParameters = {}): INodeParameters => ({
	operation: 'waitUntilComplete',
	whileWaiting: 'park',
	polling: { parkAfter: 0, ...polling },
	...more,
});

async function start(
	tasks: Task[],
	parameters: INodeParameters,
	more: Partial<Parameters<typeof ParkedExecution.start>[0]> = {},
): Promise<ParkedExecution> {
	simulator.addTasks(tasks.filter((task) => typeof task !== 'string'));
	const items = tasks.map((task) => ({ taskId: typeof task === 'string' ? task : task.taskId }));
	return await ParkedExecution.start({ items, parameters, credential: credential(), ...more });
}

const waitedSeconds = (result: RunResult) =>
	(jsonOf(result)[0]?.wait as { waitedSeconds: number }).waitedSeconds;

/** Numbers and times differ from one lookup to the next; what they stand in must not. */
const withoutNumbers = (saved: string) => saved.replaceAll(/\d+(\.\d+)?(e-?\d+)?/g, '0');

test('a wait of a day is parked in ever longer gaps, to a last lookup at its end', async () => {
	const never: Task = { taskId: 'never', ending: { kind: 'never' } };
	const execution = await start([never], parked({ timeout: DAY_S, onTimeout: 'output' }));
	const result = await execution.end();
	const times = simulator.requests().map(({ startedAt }) => startedAt);
	const gaps = times.slice(1).map((time, number) => time - Number(times[number]));
	expect(Math.min(...gaps)).toBeGreaterThanOrEqual(65_000);
	// Up to 48 minutes, which is what a day would end with if the deadline did not come first
	expect(Math.max(...gaps)).toBeGreaterThan(40 * 60_000);
	expect(times.length).toBeLessThan(150);
	expect(execution.parkings).toBe(times.length - 1);
	const wait = { lookups: times.length, timedOut: true, waitedSeconds: expect.any(Number) };
	expect(jsonOf(result)).toMatchObject([{ status: 'generating', wait }]);
	expect(waitedSeconds(result)).toBeGreaterThanOrEqual(DAY_S);
});

test('an n8n that was down until long after the deadline still looks up once more', async () => {
	const task: Task = { taskId: 'meanwhile', durationLookups: 1 };
	const execution = await start([task], parked({ timeout: 600 }));
	await execution.goOn(DAY_S * 1000);
	expect(jsonOf(execution.result)).toMatchObject([
		{ status: 'succeeded', wait: { lookups: 2, timedOut: false } },
	]);
	expect(simulator.requests()).toHaveLength(2);
});

test.each(['v1', 'v0'] as const)(
	'in the execution order %s: all come out, linked',
	async (executionOrder) => {
		const tasks: Task[] = [
			{ taskId: 'later', durationLookups: 2 },
			{ taskId: 'ended' },
			{
				taskId: 'failing',
				durationLookups: 1,
				ending: { kind: 'failed', successFlag: 2, errorCode: 400 },
			},
			'nobody knows it',
			{ taskId: 'never', ending: { kind: 'never' } },
		];
		const polling = { timeout: 400, onTimeout: 'output' };
		const execution = await start(tasks, parked(polling, { outputMode: 'byStatus' }), {
			executionOrder,
			onError: 'continueRegularOutput',
		});
		const { outputs, hints, status } = await execution.end();
		expect(status).toBe('success');
		expect(execution.parkings).toBeGreaterThan(2);
		const found = outputs.map((output) =>
			output.map(({ json, pairedItem }) => [json.taskId, pairedItem]),
		);
		expect(found).toEqual([
			[
				['later', { item: 0 }],
				['ended', { item: 1 }],
			],
			[
				['failing', { item: 2 }],
				['nobody knows it', { item: 3 }],
			],
			[['never', { item: 4 }]],
		]);
		expect(hints).toMatchObject([{ message: expect.stringContaining('timed out') }]);
		expect(execution.result.saved).not.toContain('apikleyVeoParked');
	},
);

test.each(['v1', 'v0'] as const)(
	'what is to be downloaded is downloaded when all waits have ended (order %s)',
	async (executionOrder) => {
		const tasks: Task[] = [
			{ taskId: 'ended', videos: 2 },
			{ taskId: 'later', durationLookups: 3 },
			{ taskId: 'failing', ending: { kind: 'failed', successFlag: 3 } },
		];
		const parameters = parked({}, { downloadVideos: true, binaryProperty: 'video' });
		const execution = await start(tasks, parameters, { executionOrder });
		while (execution.isParked) {
			expect(simulator.summary('videos').requests).toBe(0);
			await execution.goOn();
		}
		const { outputs } = execution.result;
		expect(outputs[0]?.map(({ json, binary }) => [json.taskId, Object.keys(binary ?? {})])).toEqual(
			[
				['ended', ['video', 'video_1']],
				['later', ['video']],
				['failing', []],
			],
		);
		expect(await binaryFiles()).toHaveLength(3);
		const video = await bytesOf(outputs[0]?.[1]?.binary?.video);
		expect(video).toEqual(bytesOfVideo('landscape'));
	},
);

test.each(['v1', 'v0'] as const)(
	'what is saved does not grow from one lookup to the next (order %s)',
	async (executionOrder) => {
		const tasks: Task[] = [
			{ taskId: 'ended' },
			{
				taskId: 'unreachable at first',
				durationLookups: 90,
				faults: [{ kind: 'status', status: 503, retryAfterSeconds: 0 }],
			},
			{ taskId: 'never', ending: { kind: 'never' } },
		];
		const execution = await start(tasks, parked({ timeout: DAY_S }), { executionOrder });
		const first = withoutNumbers(execution.saved);
		for (let lookup = 2; lookup < 90; lookup++) {
			await execution.goOn();
			expect(withoutNumbers(execution.saved)).toBe(first);
		}
	},
);

test('100 tasks that are waited for a day stay below 1 MiB', async () => {
	const tasks = Array.from({ length: 100 }, (_, number) => ({
		taskId: `task-${number}`,
		prompt: 'A long prompt, as people write them. '.repeat(30),
		ending: { kind: 'never' as const },
	}));
	const parameters = parked({ interval: DAY_S / 10, timeout: DAY_S, onTimeout: 'output' });
	const execution = await start(tasks, parameters);
	let largest = 0;
	while (execution.isParked) {
		largest = Math.max(largest, execution.saved.length);
		await execution.goOn();
	}
	expect(jsonOf(execution.result)).toHaveLength(100);
	expect(execution.parkings).toBeGreaterThan(5);
	expect(largest).toBeLessThan(MIB);
});
