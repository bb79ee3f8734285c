import type { INodeParameters } from 'n8n-workflow';

import type { FaultStep } from '../simulator/faults.mjs';
import {
	jsonOf,
	run,
	simulator,
	start,
	useSimulator,
	waiting,
	type Task,
} from './support/simulated.mjs';

useSimulator();

/** A server that names no pause is asked again at once, which spares the tests the real back-off. */
const AT_ONCE = { 'retry-after': '0' };

function failing(taskId: string, ...faults: FaultStep[]): Task {
	return { taskId, faults };
}

function many(count: number): Task[] {
	return Array.from({ length: count }, (_, n) => ({ taskId: `t${n}` }));
}

/** Milliseconds between the arrivals of the requests. */
function gaps(taskId?: string): number[] {
	const requests = simulator.requests(taskId === undefined ? {} : { taskId });
	const times = requests.map(({ startedAt }) => startedAt);
	return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}

describe('trouble that passes', () => {
	test.each([408, 429, 455, 500, 501, 502, 503, 504, 599])(
		'HTTP %i is tried again',
		async (status) => {
			const fault: FaultStep = { kind: 'status', status, headers: AT_ONCE, times: 3 };
			const result = await run({ tasks: [failing('t', fault)] });
			expect(jsonOf(result)).toMatchObject([{ status: 'succeeded' }]);
			expect(simulator.summary().requests).toBe(4);
		},
	);

	test('a web page with a status of a gateway is tried again', async () => {
		const page = { body: 'html' as const, headers: AT_ONCE };
		const faults = [429, 502, 503].map((status) => ({ kind: 'status' as const, status, ...page }));
		const result = await run({ tasks: [failing('t', ...faults)] });
		expect(jsonOf(result)).toMatchObject([{ status: 'succeeded' }]);
		expect(simulator.summary().requests).toBe(4);
	});

	test('whatever gives no answer, or none that can be read, is tried again after a pause that grows', async () => {
		const faults: readonly FaultStep[] = [
			{ kind: 'code', code: 500 },
			{ kind: 'code', code: 455 },
			{ kind: 'code', code: 408 },
			{ kind: 'status', status: 503 },
			{ kind: 'reset', when: 'beforeHeaders' },
			{ kind: 'reset', when: 'afterHeaders' },
			{ kind: 'cutOff', afterBytes: 20 },
			{ kind: 'truncated' },
			{ kind: 'html' },
			{ kind: 'status', status: 200, body: 'empty' },
			{ kind: 'status', status: 200, text: 'OK' },
			{ kind: 'code', code: 200, data: 'none' },
			{ kind: 'hang' },
			{ kind: 'hang', when: 'midBody' },
			{ kind: 'slow', bytesPerSecond: 10 },
			{ kind: 'oversized', bytes: 11 * 2 ** 20 },
		];
		const twice: FaultStep = { kind: 'status', status: 500, times: 2 };
		const tasks = [...faults.map((fault, n) => failing(`t${n}`, fault)), failing('twice', twice)];
		const options = { requestTimeout: 1, maxConcurrency: tasks.length };
		const result = await run({ tasks, parameters: { options } });
		expect(jsonOf(result).map(({ status }) => status)).toEqual(tasks.map(() => 'succeeded'));
		for (const n of faults.keys()) {
			expect(simulator.summary().perTask[`t${n}`]).toBe(2);
			expect(gaps(`t${n}`)[0]).toBeGreaterThanOrEqual(749);
		}
		expect(gaps('twice')[1]).toBeGreaterThanOrEqual(1499);
	});

	test('the answer under another content type is as good', async () => {
		const fault: FaultStep = { kind: 'contentType', contentType: 'text/plain' };
		const result = await run({ tasks: [failing('t', fault)] });
		expect(jsonOf(result)).toMatchObject([{ status: 'succeeded' }]);
		expect(simulator.summary().requests).toBe(1);
	});
});

describe('Retry-After', () => {
	test('is obeyed, in seconds and as an HTTP date', async () => {
		// Both longer than the back-off of our own would be
		const inSeconds = { headers: { 'retry-after': '1.5' } };
		const asDate = { retryAfterDateInSeconds: 3 };
		await run({
			tasks: [
				failing('seconds', { kind: 'status', status: 503, ...inSeconds }),
				failing('date', { kind: 'status', status: 503, ...asDate }),
			],
		});
		expect(gaps('seconds')[0]).toBeGreaterThanOrEqual(1499);
		// Dates have whole seconds
		const [request, retry] = simulator.requests({ taskId: 'date' });
		const named = Math.floor(((request?.startedAt ?? 0) + 3000) / 1000) * 1000;
		expect(retry?.startedAt).toBeGreaterThanOrEqual(named - 1);
	});

	test.each([
		['seconds', { retryAfterSeconds: 3600 }],
		['a date', { retryAfterDateInSeconds: 3600 }],
	])('%s beyond the deadline of a wait is cut to it', async (_, after) => {
		const fault: FaultStep = { kind: 'status', status: 503, ...after };
		const parameters = waiting({ timeout: 0.4 });
		const startedAt = Date.now();
		const result = await run({ tasks: [failing('t', fault)], parameters });
		expect(jsonOf(result)).toMatchObject([{ status: 'succeeded' }]);
		expect(simulator.requests()[1]?.startedAt).toBeGreaterThanOrEqual(startedAt + 399);
	});

	test('of an hour is not waited for by a lookup that has no deadline', async () => {
		const fault: FaultStep = { kind: 'status', status: 429, retryAfterSeconds: 3600 };
		const result = await run({ tasks: [failing('t', fault)] });
		expect(result.error?.message).toMatch(/t could not be looked up: too many requests \(429\)/);
		expect(simulator.summary().requests).toBe(1);
	});
});

describe('retries used up', () => {
	test.each<[string, FaultStep, RegExp, string]>([
		['busy', { kind: 'status', status: 503, msg: 'Full' }, /server error 503: Full/, '503'],
		['throttled', { kind: 'status', status: 429 }, /too many requests \(429\)/, '429'],
		['maintenance', { kind: 'code', code: 455 }, /under maintenance \(455\)/, '455'],
		['timeout', { kind: 'hang' }, /no answer within 0\.2 s/, 'UNREACHABLE'],
		['network', { kind: 'reset', when: 'beforeHeaders' }, /connection was reset/, 'UNREACHABLE'],
		['web page', { kind: 'html' }, /a web page instead of JSON/, 'UNREACHABLE'],
		['broken JSON', { kind: 'truncated' }, /the answer was not JSON/, 'UNREACHABLE'],
	])('%s: the error says what failed, how often, and what now', async (_, fault, why, code) => {
		const tasks = [failing('veo_1', { ...fault, times: 'always' })];
		const options = { maxRetries: 0, requestTimeout: 0.2 };
		const [item] = jsonOf(
			await run({ tasks, parameters: { options }, onError: 'continueRegularOutput' }),
		);
		expect(item?.message).toMatch(
			/^Task veo_1 could not be looked up: .*\. Tried once\. .*raise Max Retries/,
		);
		expect(item?.message).toMatch(why);
		expect(String(item?.code)).toBe(code);
	});

	test('counts the tries', async () => {
		const fault: FaultStep = { kind: 'status', status: 500, headers: AT_ONCE, times: 'always' };
		const result = await run({
			tasks: [failing('t', fault)],
			parameters: { options: { maxRetries: 3 } },
		});
		expect(result.error?.message).toMatch(/Tried 4 times\./);
		expect(simulator.summary().requests).toBe(4);
	});

	test('are five unless told otherwise', async () => {
		const fault: FaultStep = { kind: 'status', status: 500, headers: AT_ONCE, times: 'always' };
		await run({ tasks: [failing('t', fault)] });
		expect(simulator.summary().requests).toBe(6);
	});

	test('are counted for each lookup of a wait anew', async () => {
		const busy: FaultStep = { kind: 'status', status: 500, headers: AT_ONCE, times: 2 };
		const faults = [busy, { kind: 'none' as const }, busy, { kind: 'none' as const }, busy];
		const tasks = [{ taskId: 't', durationLookups: 2, faults }];
		const parameters = waiting({}, { options: { maxRetries: 2 } });
		const result = await run({ tasks, parameters });
		expect(jsonOf(result)).toMatchObject([{ status: 'succeeded', wait: { lookups: 3 } }]);
		expect(simulator.summary().requests).toBe(9);
	});

	test('end a wait before its deadline', async () => {
		const fault: FaultStep = { kind: 'status', status: 500, headers: AT_ONCE, times: 'always' };
		const parameters = waiting({ timeout: 900 }, { options: { maxRetries: 1 } });
		const result = await run({ tasks: [failing('t', fault)], parameters });
		expect(result.error?.message).toMatch(
			/could not be looked up: server error 500.* Tried 2 times/,
		);
	});

	test('where nobody listens', async () => {
		const result = await run({
			tasks: ['t'],
			credential: { apiKey: 'test-key', baseUrl: 'http://127.0.0.1:9' },
			parameters: { options: { maxRetries: 0 } },
		});
		expect(result.error?.message).toMatch(/the connection was refused\. Tried once/);
	});

	test('where there is no such host', async () => {
		const result = await run({
			tasks: ['t'],
			credential: { apiKey: 'test-key', baseUrl: 'https://no-such-host.invalid' },
			parameters: { options: { maxRetries: 0 } },
		});
		expect(result.error?.message).toMatch(/the host name (was not found|could not be looked up)/);
	});
});

describe('429', () => {
	test('holds back the lookups of all items until the time the server names', async () => {
		simulator.setTaskFaults('t0', [
			{ kind: 'status', status: 429, headers: { 'retry-after': '0.5' } },
		]);
		const parameters = { options: { maxConcurrency: 1 } };
		const result = await run({ tasks: many(4), parameters });
		expect(jsonOf(result).map(({ status }) => status)).toEqual(Array(4).fill('succeeded'));
		const [first, ...others] = simulator.requests();
		expect(first?.taskId).toBe('t0');
		for (const { startedAt } of others) {
			expect(startedAt).toBeGreaterThanOrEqual((first?.startedAt ?? 0) + 499);
		}
	});

	test('spreads what comes after it', async () => {
		simulator.setTaskFaults('t0', [{ kind: 'status', status: 429, headers: AT_ONCE }]);
		await run({ tasks: many(3), parameters: { options: { maxConcurrency: 1 } } });
		const [complaint = 0, ...others] = simulator.requests().map(({ startedAt }) => startedAt);
		const after = others.map((time) => time - complaint);
		expect(after).toHaveLength(3);
		// 100 ms from start to start, and a tenth less after each good answer
		expect(after[1]).toBeGreaterThanOrEqual(99);
		expect(after[2]).toBeGreaterThanOrEqual(189);
	});

	test('a server with a limit gets all answers out', async () => {
		simulator.setOptions({ rateLimit: { requestsPerSecond: 20, retryAfterSeconds: 1 } });
		const result = await run({ tasks: many(30) });
		expect(jsonOf(result).map(({ status }) => status)).toEqual(Array(30).fill('succeeded'));
		expect(simulator.summary().perStatus['429']).toBeGreaterThan(0);
	});
});

describe('limits', () => {
	test.each<[string, number, INodeParameters]>([
		['maxConcurrency 1', 1, { options: { maxConcurrency: 1 } }],
		['maxConcurrency 3', 3, { options: { maxConcurrency: 3 } }],
		['unless told otherwise', 10, {}],
	])('%s: %i are under way at once, never more', async (_, most, parameters) => {
		// None of them is ever answered, so all that may be under way are under way together
		simulator.setFaults([{ kind: 'hang', times: 'always' }]);
		const hanging = start({ tasks: many(30), parameters });
		await simulator.waitFor({ open: most, timeoutMs: 30_000 });
		hanging.cancel();
		await hanging.result;

		simulator.reset();
		simulator.setOptions({ responseDelayMs: 20 });
		await run({ tasks: many(30), parameters });
		const { requests, maxInFlight } = simulator.summary();
		expect(requests).toBe(30);
		expect(maxInFlight).toBeLessThanOrEqual(most);
	});

	test('maxConcurrency holds for waits, too', async () => {
		simulator.setOptions({ responseDelayMs: 10 });
		const tasks = many(12).map((task) => ({ ...(task as object), durationLookups: 2 }) as Task);
		await run({ tasks, parameters: waiting({}, { options: { maxConcurrency: 2 } }) });
		expect(simulator.summary()).toMatchObject({ requests: 36, maxInFlight: 2 });
	});

	test('requestsPerSecond holds', async () => {
		const startedAt = Date.now();
		await run({ tasks: many(21), parameters: { options: { requestsPerSecond: 20 } } });
		const times = simulator.requests().map((request) => request.startedAt - startedAt);
		expect(times).toHaveLength(21);
		times.forEach((time, n) => expect(time).toBeGreaterThanOrEqual(n * 50 - 1));
	});

	test('requestTimeout holds for the body, too', async () => {
		const fault: FaultStep = { kind: 'slow', bytesPerSecond: 20, times: 'always' };
		const startedAt = Date.now();
		const result = await run({
			tasks: [failing('t', fault)],
			parameters: { options: { requestTimeout: 0.5, maxRetries: 0 } },
		});
		expect(result.error?.message).toMatch(/no answer within 0\.5 s/);
		// At that speed the body would take a quarter of a minute
		expect(Date.now() - startedAt).toBeLessThan(5000);
		await simulator.waitFor({ closedByClient: 1, open: 0 });
	});

	test('an answer of more than 10 MiB is refused, not read to its end', async () => {
		const fault: FaultStep = { kind: 'oversized', bytes: 200 * 2 ** 20, times: 'always' };
		const result = await run({
			tasks: [failing('t', fault)],
			parameters: { options: { maxRetries: 0 } },
		});
		expect(result.error?.message).toMatch(/the answer was larger than 10 MiB/);
		await simulator.waitFor({ closedByClient: 1, open: 0 });
	});

	test('a server that sends and sends is refused as well', async () => {
		const fault: FaultStep = {
			kind: 'all',
			faults: [
				{ kind: 'synthetic', bytes: 2 ** 30, contentType: 'application/json' },
				{ kind: 'noLength' },
			],
			times: 'always',
		};
		const result = await run({
			tasks: [failing('t', fault)],
			parameters: { options: { maxRetries: 0 } },
		});
		expect(result.error?.message).toMatch(/the answer was larger than 10 MiB/);
		await simulator.waitFor({ closedByClient: 1, open: 0 });
	});
});
