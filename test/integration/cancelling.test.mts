import { getEventListeners } from 'node:events';

import type { IExecuteFunctions } from 'n8n-workflow';

import type { FaultStep } from '../simulator/faults.mjs';
import { apikleyVeo } from './support/built-node.mjs';
import {
	credential,
	run,
	simulator,
	start,
	useSimulator,
	waiting,
	type Task,
} from './support/simulated.mjs';
import type { RunningNode } from './support/node-run.mjs';

useSimulator();

const NEVER: Task = { taskId: 'never', ending: { kind: 'never' } };

/** Milliseconds from the Stop button to the end of the node. */
async function cancelled(running: RunningNode): Promise<number> {
	const pressedAt = performance.now();
	running.cancel();
	const { status, outputs } = await running.result;
	expect(status).toBe('canceled');
	expect(outputs.flat()).toEqual([]);
	return performance.now() - pressedAt;
}

function hanging(taskId: string, fault: FaultStep): Task {
	return { taskId, faults: [fault] };
}

describe('a cancelled execution ends within a second, and nothing goes on behind it', () => {
	test('in the sleep between two lookups', async () => {
		const running = start({ tasks: [NEVER], parameters: waiting({ interval: 600, timeout: 900 }) });
		await simulator.waitFor({ requests: 1, open: 0 });
		expect(await cancelled(running)).toBeLessThan(1000);
		expect(simulator.summary().requests).toBe(1);
	});

	test('in the pause before a retry', async () => {
		const fault: FaultStep = { kind: 'status', status: 503, retryAfterSeconds: 100 };
		const running = start({ tasks: [hanging('t', fault)] });
		await simulator.waitFor({ requests: 1, open: 0 });
		expect(await cancelled(running)).toBeLessThan(1000);
		expect(simulator.summary().requests).toBe(1);
	});

	test('while all are held back by a 429', async () => {
		const fault: FaultStep = { kind: 'status', status: 429, retryAfterSeconds: 100 };
		simulator.setFaults([fault]);
		const tasks = ['a', 'b', 'c'].map((taskId) => ({ taskId }));
		const parameters = { options: { maxConcurrency: 1 } };
		const running = start({ tasks, parameters });
		await simulator.waitFor({ requests: 1, open: 0 });
		expect(await cancelled(running)).toBeLessThan(1000);
		expect(simulator.summary().requests).toBe(1);
	});

	test('while others are under way and the rest waits for its turn', async () => {
		simulator.setFaults([{ kind: 'hang', times: 'always' }]);
		const tasks = Array.from({ length: 30 }, (_, n) => `t${n}`);
		const running = start({ tasks, parameters: { options: { maxConcurrency: 3 } } });
		await simulator.waitFor({ requests: 3, open: 3 });
		expect(await cancelled(running)).toBeLessThan(1000);
		await simulator.waitFor({ open: 0, closedByClient: 3, timeoutMs: 1000 });
		expect(simulator.summary().requests).toBe(3);
	});

	test.each<[string, FaultStep]>([
		['that gets no answer', { kind: 'hang' }],
		['whose answer stops in the middle', { kind: 'hang', when: 'midBody' }],
		['whose answer drips', { kind: 'slow', bytesPerSecond: 1 }],
	])('in a request %s', async (_, fault) => {
		const running = start({ tasks: [hanging('t', fault)] });
		await simulator.waitFor({ requests: 1 });
		expect(await cancelled(running)).toBeLessThan(1000);
		await simulator.waitFor({ open: 0, closedByClient: 1, timeoutMs: 1000 });
	});

	test('in many waits at once', async () => {
		const tasks = Array.from({ length: 60 }, (_, n) => ({
			taskId: `t${n}`,
			ending: { kind: 'never' as const },
		}));
		const running = start({ tasks, parameters: waiting({ interval: 60, timeout: 900 }) });
		await simulator.waitFor({ requests: 60, open: 0 });
		expect(await cancelled(running)).toBeLessThan(1000);
		expect(simulator.summary().requests).toBe(60);
	});

	test('with On Error: continue, too', async () => {
		const running = start({
			tasks: [hanging('t', { kind: 'hang' })],
			onError: 'continueRegularOutput',
		});
		await simulator.waitFor({ requests: 1 });
		expect(await cancelled(running)).toBeLessThan(1000);
	});
});

describe('after a run nothing is left of it', () => {
	let timers: Map<unknown, string>;
	let execute: jest.SpyInstance;

	beforeEach(() => {
		timers = watchTimers();
		execute = jest.spyOn(apikleyVeo, 'execute');
	});

	afterEach(() => jest.restoreAllMocks());

	const lookUp = async () =>
		await run({ tasks: [{ taskId: 'a' }, 'unknown'], onError: 'continueRegularOutput' });
	const wait = async () =>
		await run({ tasks: [{ taskId: 't', durationLookups: 3 }], parameters: waiting() });
	const timeOut = async () => await run({ tasks: [NEVER], parameters: waiting({ timeout: 0.1 }) });
	const failAmongWaits = async () =>
		await run({
			tasks: [NEVER, hanging('t', { kind: 'status', status: 400 })],
			parameters: waiting({ interval: 60 }),
		});
	const badBaseUrl = async () =>
		await run({ tasks: ['t'], credential: { ...credential(), baseUrl: 'x' } });
	const cancel = async () => {
		const running = start({ tasks: [NEVER], parameters: waiting({ interval: 60 }) });
		await simulator.waitFor({ requests: 1, open: 0 });
		await cancelled(running);
	};

	test.each([
		['lookups', lookUp],
		['a wait', wait],
		['a wait that timed out', timeOut],
		['a failure that ended other waits', failAmongWaits],
		['a bad Base URL', badBaseUrl],
		['a cancel', cancel],
	])('%s: no timer, no listener on the signal of the Stop button', async (_, happen) => {
		await happen();
		await simulator.waitFor({ open: 0 });
		expect([...timers.values()]).toEqual([]);
		const [context] = execute.mock.contexts as IExecuteFunctions[];
		const signal = context?.getExecutionCancelSignal();
		expect(signal).toBeInstanceOf(AbortSignal);
		expect(getEventListeners(signal as AbortSignal, 'abort')).toEqual([]);
	});
});

/** The timers that are still to fire, of those set from now on, each with its length. */
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
