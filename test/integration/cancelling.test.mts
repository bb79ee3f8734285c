import { getEventListeners } from 'node:events';

import type { IExecuteFunctions } from 'n8n-workflow';

import type { FaultStep } from '../simulator/faults.mjs';
import { apikleyVeo } from './support/built-node.mjs';
import type { RunningNode } from './support/node-run.mjs';
import {
	credential,
	failing,
	many,
	NEVER,
	run,
	simulator,
	start,
	useSimulator,
	waiting,
	type SimulatedRun,
	type Task,
} from './support/simulated.mjs';

useSimulator();

/** Expects a cancelled node to finish within a second, without items. */
async function cancel(running: RunningNode): Promise<void> {
	const cancelledAt = performance.now();
	running.cancel();
	const { status, outputs } = await running.result;
	expect(status).toBe('canceled');
	expect(outputs.flat()).toEqual([]);
	expect(performance.now() - cancelledAt).toBeLessThan(1000);
}

const withFault = (fault: FaultStep): Task[] => [{ taskId: 't', faults: [fault] }];

interface Situation {
	readonly run: SimulatedRun;
	/** The number of requests when the execution is cancelled, and afterwards. */
	readonly requests: number;
	/** How many of them have no response yet; 0 by default. */
	readonly open?: number;
}

test.each<[string, Situation]>([
	[
		'between two lookups',
		{ run: { tasks: [NEVER], parameters: waiting({ interval: 600, timeout: 900 }) }, requests: 1 },
	],
	[
		'before a retry',
		{
			run: { tasks: withFault({ kind: 'status', status: 503, retryAfterSeconds: 100 }) },
			requests: 1,
		},
	],
	[
		'while items queue for Max Concurrency',
		{
			run: {
				tasks: many(30).map(({ taskId }) => failing(taskId, { kind: 'hang' })),
				parameters: { options: { maxConcurrency: 3 } },
			},
			requests: 3,
			open: 3,
		},
	],
	[
		'in a request without a response, with On Error: Continue',
		{
			run: { tasks: withFault({ kind: 'hang' }), onError: 'continueRegularOutput' },
			requests: 1,
			open: 1,
		},
	],
	[
		'in a slow response',
		{ run: { tasks: withFault({ kind: 'slow', bytesPerSecond: 1 }) }, requests: 1, open: 1 },
	],
])('a cancelled execution ends within a second %s', async (_, situation) => {
	const { run, requests, open = 0 } = situation;
	const running = start(run);
	await simulator.waitFor({ requests, open });
	await cancel(running);
	await simulator.waitFor({ open: 0, closedByClient: open, timeoutMs: 1000 });
	expect(simulator.summary().requests).toBe(requests);
});

describe('no timer, and no listener on the cancel signal, remains', () => {
	let timers: Map<unknown, string>;
	let execute: jest.SpyInstance;

	beforeEach(() => {
		timers = watchTimers();
		execute = jest.spyOn(apikleyVeo, 'execute');
	});

	afterEach(() => jest.restoreAllMocks());

	test.each<[string, () => Promise<unknown>]>([
		[
			'a wait',
			async () =>
				await run({ tasks: [{ taskId: 't', durationLookups: 3 }], parameters: waiting() }),
		],
		[
			'a wait that timed out',
			async () => await run({ tasks: [NEVER], parameters: waiting({ timeout: 0.1 }) }),
		],
		[
			'an error that ended other waits',
			async () =>
				await run({
					tasks: [NEVER, failing('t', { kind: 'status', status: 400 })],
					parameters: waiting({ interval: 60 }),
				}),
		],
		[
			'an invalid Base URL',
			async () => await run({ tasks: ['t'], credential: { ...credential(), baseUrl: 'x' } }),
		],
		[
			'a cancelled execution',
			async () => {
				const running = start({ tasks: [NEVER], parameters: waiting({ interval: 60 }) });
				await simulator.waitFor({ requests: 1, open: 0 });
				await cancel(running);
			},
		],
	])('after %s', async (_, runNode) => {
		await runNode();
		await simulator.waitFor({ open: 0 });
		expect([...timers.values()]).toEqual([]);
		const [context] = execute.mock.contexts as IExecuteFunctions[];
		const signal = context?.getExecutionCancelSignal();
		expect(signal).toBeInstanceOf(AbortSignal);
		expect(getEventListeners(signal as AbortSignal, 'abort')).toEqual([]);
	});
});

/** The pending timers of those that are set from now on, each with its delay. */
function watchTimers(): Map<unknown, string> {
	const timers = new Map<unknown, string>();
	const { setTimeout: set, clearTimeout: clear } = globalThis;
	const watchedSet = (callback: () => void, ms?: number) => {
		const timer = set(() => {
			timers.delete(timer);
			callback();
		}, ms);
		timers.set(timer, `${ms} ms`);
		return timer;
	};
	jest.spyOn(globalThis, 'setTimeout').mockImplementation(watchedSet as typeof setTimeout);
	jest.spyOn(globalThis, 'clearTimeout').mockImplementation((timer) => {
		timers.delete(timer);
		clear(timer);
	});
	return timers;
}
