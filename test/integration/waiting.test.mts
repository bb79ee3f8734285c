import type { FaultStep } from '../simulator/faults.mjs';
import { jsonOf, run, simulator, useSimulator, waiting, type Task } from './support/simulated.mjs';

useSimulator();

const NEVER: Task = { taskId: 'never', ending: { kind: 'never' } };

/** Milliseconds from the start of `since` to the arrival of each request. */
function arrivals(since: number): number[] {
	return simulator.requests().map(({ startedAt }) => startedAt - since);
}

function gaps(): number[] {
	const times = simulator.requests().map(({ startedAt }) => startedAt);
	return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}

describe('a wait', () => {
	test('ends with the first lookup that finds the task ended', async () => {
		const tasks = [{ taskId: 't', durationLookups: 4 }];
		const result = await run({ tasks, parameters: waiting() });
		expect(jsonOf(result)).toMatchObject([{ status: 'succeeded', wait: { lookups: 5 } }]);
		expect(simulator.summary().requests).toBe(5);
	});

	test.each([2, 3] as const)('ends with a failure (successFlag %i)', async (successFlag) => {
		const task: Task = {
			taskId: 't',
			durationLookups: 2,
			ending: { kind: 'failed', successFlag },
		};
		const result = await run({ tasks: [task], parameters: waiting() });
		expect(jsonOf(result)).toMatchObject([{ status: 'failed', successFlag, wait: { lookups: 3 } }]);
	});

	test('follows a task that comes from unknown over generating to its end', async () => {
		const task: Task = { taskId: 't', unknownForLookups: 2, durationLookups: 4 };
		const result = await run({ tasks: [task], parameters: waiting() });
		expect(jsonOf(result)).toMatchObject([{ status: 'succeeded', wait: { lookups: 5 } }]);
	});

	test('looks up first after the initial delay', async () => {
		const startedAt = Date.now();
		await run({ tasks: ['t'], parameters: waiting({ initialDelay: 0.3, timeout: 0.3 }) });
		expect(arrivals(startedAt)).toHaveLength(1);
		// Date.now() cuts a millisecond off
		expect(arrivals(startedAt)[0]).toBeGreaterThanOrEqual(299);
	});

	test('keeps the interval between lookups', async () => {
		const tasks = [{ taskId: 't', durationLookups: 3 }];
		await run({ tasks, parameters: waiting({ interval: 0.1 }) });
		expect(gaps()).toHaveLength(3);
		for (const gap of gaps()) expect(gap).toBeGreaterThanOrEqual(99);
	});

	test('widens the gaps by the factor, up to the longest', async () => {
		const polling = { interval: 0.04, backoffFactor: 2, maxInterval: 0.16 };
		const tasks = [{ taskId: 't', durationLookups: 5 }];
		await run({ tasks, parameters: waiting(polling) });
		const expected = [40, 80, 160, 160, 160];
		expect(gaps()).toHaveLength(expected.length);
		expected.forEach((gap, n) => expect(gaps()[n]).toBeGreaterThanOrEqual(gap - 1));
		// Without the limit the fourth and fifth gap would be 320 and 640 ms
		expect(gaps()[4]).toBeLessThan(640);
	});
});

describe('a wait that times out', () => {
	test('is an error that names the task, its last status, the time waited, and how to go on', async () => {
		const result = await run({ tasks: [NEVER], parameters: waiting({ timeout: 0.2 }) });
		expect(result.status).toBe('error');
		expect(result.error?.message).toMatch(
			/^Task never has not ended after 0\.\d s of waiting; its last status was "generating"\. .*wait again with the same task ID, or raise Timeout\.$/,
		);
	});

	test('is data, if so wished', async () => {
		const polling = { timeout: 0.1, onTimeout: 'output' };
		const result = await run({ tasks: [NEVER], parameters: waiting(polling) });
		const lookups = simulator.summary().requests;
		expect(jsonOf(result)).toMatchObject([
			{ taskId: 'never', status: 'generating', isFinal: false, wait: { lookups, timedOut: true } },
		]);
	});

	test('makes its last lookup at the deadline, also where the interval is longer', async () => {
		const startedAt = Date.now();
		const tasks = [{ taskId: 't', durationLookups: 1 }];
		const result = await run({ tasks, parameters: waiting({ interval: 900, timeout: 0.3 }) });
		expect(jsonOf(result)).toMatchObject([
			{ status: 'succeeded', wait: { lookups: 2, timedOut: false } },
		]);
		expect(arrivals(startedAt)[1]).toBeGreaterThanOrEqual(299);
	});

	test('looks up once where there is no time at all', async () => {
		const result = await run({ tasks: [NEVER], parameters: waiting({ timeout: 0 }) });
		expect(result.error?.message).toMatch(/last status was "generating"/);
		expect(simulator.summary().requests).toBe(1);
	});

	test('tells of the trouble, if the last lookup met some', async () => {
		const fault: FaultStep = { kind: 'status', status: 503, msg: 'Full', times: 'always' };
		const tasks = [{ taskId: 't', faults: [fault] }];
		const result = await run({ tasks, parameters: waiting({ timeout: 0.1 }) });
		expect(result.error?.message).toMatch(
			/^Task t has not ended .* last status was "unknown", .* server error 503: Full\. /,
		);
	});
});

describe('an unknown successFlag', () => {
	test('is polled on, to the end that comes', async () => {
		const task: Task = {
			taskId: 't',
			ending: { kind: 'oddFlag', successFlag: 9, forLookups: 3 },
		};
		const result = await run({ tasks: [task], parameters: waiting() });
		expect(jsonOf(result)).toMatchObject([{ status: 'succeeded', wait: { lookups: 4 } }]);
		expect(result.hints.filter(({ message }) => message.includes('successFlag'))).toEqual([]);
	});

	test('is polled until the timeout, with a hint on the node', async () => {
		const task: Task = { taskId: 't', ending: { kind: 'oddFlag', successFlag: 9 } };
		const polling = { timeout: 0.1, onTimeout: 'output' };
		const result = await run({ tasks: [task], parameters: waiting(polling) });
		const wait = { lookups: simulator.summary().requests, timedOut: true };
		expect(jsonOf(result)).toMatchObject([{ status: 'unknown', successFlag: 9, wait }]);
		expect(result.hints.map(({ message }) => message)).toContainEqual(
			expect.stringMatching(/1 of 1 item: .*successFlag.*"unknown"/),
		);
	});

	test('is named in the timeout error', async () => {
		const task: Task = { taskId: 't', ending: { kind: 'oddFlag', successFlag: 9 } };
		const result = await run({ tasks: [task], parameters: waiting({ timeout: 0.05 }) });
		expect(result.error?.message).toMatch(/last status was "unknown"/);
	});
});

test('where the limits stretch the gaps, a hint says so', async () => {
	const tasks = Array.from({ length: 9 }, (_, n) => ({ taskId: `t${n}` }));
	const parameters = waiting({ interval: 0.2 }, { options: { requestsPerSecond: 5 } });
	const { hints } = await run({ tasks, parameters });
	expect(hints.map(({ message }) => message)).toContainEqual(
		expect.stringMatching(/^Lookups came up to [1-9]\d* s after they were due.*Interval of 0\.2 s/),
	);
});

test('many tasks are waited for side by side', async () => {
	const tasks = Array.from({ length: 40 }, (_, n) => ({
		taskId: `t${n}`,
		countedFrom: 'firstLookup' as const,
		durationSeconds: 0.5 + n / 40,
	}));
	const startedAt = Date.now();
	const result = await run({ tasks, parameters: waiting({ interval: 0.5, timeout: 30 }) });
	expect(jsonOf(result).every(({ status }) => status === 'succeeded')).toBe(true);
	// One after the other they would take 40 s, the longest alone takes 1.5 s
	expect(Date.now() - startedAt).toBeLessThan(15_000);
});
