import {
	failing,
	jsonOf,
	NEVER,
	run,
	simulator,
	useSimulator,
	waiting,
	type Task,
} from './support/simulated.mjs';

useSimulator();

const ODD: Task = { taskId: 'odd', ending: { kind: 'oddFlag', successFlag: 9 } };

/** Milliseconds from `start` to the arrival of each request. */
function arrivals(start: number): number[] {
	return simulator.requests().map(({ startedAt }) => startedAt - start);
}

test.each<[string, Task, object]>([
	[
		'succeeds',
		{ taskId: 't', unknownForLookups: 2, durationLookups: 4 },
		{ status: 'succeeded', wait: { lookups: 5, timedOut: false } },
	],
	[
		'fails',
		{ taskId: 't', durationLookups: 2, ending: { kind: 'failed', successFlag: 3 } },
		{ status: 'failed', wait: { lookups: 3, timedOut: false } },
	],
	[
		'is unknown to the API for a moment, and then succeeds',
		{
			taskId: 't',
			states: [
				{ data: { successFlag: 0 } },
				{ afterLookups: 2, code: 422, data: null },
				{ afterLookups: 4, data: { successFlag: 1, response: { resultUrls: ['https://x/1'] } } },
			],
		},
		{ status: 'succeeded', wait: { lookups: 5 } },
	],
])('a wait continues until its task %s', async (_, task, item) => {
	const result = await run({ tasks: [task], parameters: waiting() });
	expect(jsonOf(result)).toMatchObject([item]);
});

test('lookups start after the initial delay, one interval apart, with the last one at the deadline', async () => {
	const startedAt = Date.now();
	// A check that takes longer than half a second would leave no time for the second one
	const polling = { initialDelay: 0.2, interval: 0.8, timeout: 1.5, onTimeout: 'output' };
	const result = await run({ tasks: [NEVER], parameters: waiting(polling) });
	expect(jsonOf(result)).toMatchObject([
		{ status: 'generating', isFinal: false, wait: { lookups: 3, timedOut: true } },
	]);
	expect(arrivals(startedAt)).toHaveLength(3);
	// Date.now() cuts off fractions of a millisecond
	for (const [index, earliest] of [199, 999, 1_499].entries()) {
		expect(arrivals(startedAt)[index]).toBeGreaterThanOrEqual(earliest);
	}
});

test('a wait that times out is an error with the last error in its message', async () => {
	const tasks = [failing('t', { kind: 'status', status: 503, msg: 'Full' })];
	const { status, error } = await run({ tasks, parameters: waiting({ timeout: 0.1 }) });
	expect(status).toBe('error');
	expect(error).toMatchObject({
		type: 'WAIT_TIMED_OUT',
		message: expect.stringMatching(/^Task t .* 0\.\d s .*server error 503: Full/) as string,
	});
});

test('a task with an unknown successFlag is polled until the timeout, with a hint on the node', async () => {
	const polling = { timeout: 0.1, onTimeout: 'output' };
	const result = await run({ tasks: [ODD], parameters: waiting(polling) });
	const wait = { lookups: simulator.summary().requests, timedOut: true };
	expect(jsonOf(result)).toMatchObject([{ status: 'unknown', successFlag: 9, wait }]);
	expect(result.hints.map(({ message }) => message)).toContainEqual(
		expect.stringMatching(/^1 of 1 item \(odd\): .*successFlag/),
	);
});

test('a hint says that the limits have stretched the intervals', async () => {
	const tasks = Array.from({ length: 9 }, (_, n) => ({ taskId: `t${n}` }));
	const parameters = waiting({ interval: 0.2 }, { options: { requestsPerSecond: 5 } });
	const { hints } = await run({ tasks, parameters });
	expect(hints.map(({ message }) => message)).toContainEqual(
		expect.stringMatching(/[1-9]\d* s late.* Interval of 0\.2 s/),
	);
});

test('many tasks are waited for in parallel', async () => {
	const tasks = Array.from({ length: 40 }, (_, n) => ({
		taskId: `t${n}`,
		countedFrom: 'firstLookup' as const,
		durationSeconds: 0.5 + n / 40,
	}));
	const startedAt = Date.now();
	const result = await run({ tasks, parameters: waiting({ interval: 0.5, timeout: 30 }) });
	expect(jsonOf(result).every(({ status }) => status === 'succeeded')).toBe(true);
	// 40 s one after another, 1.5 s for the longest of them
	expect(Date.now() - startedAt).toBeLessThan(15_000);
});
