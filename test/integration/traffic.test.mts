import type { Fault, FaultStep } from '../simulator/faults.mjs';
import { failing, jsonOf, many, run, simulator, useSimulator } from './support/simulated.mjs';

useSimulator();

const MIB = 2 ** 20;

/** Milliseconds between the arrivals of a task's requests. */
function gaps(taskId: string): number[] {
	const times = simulator.requests({ taskId }).map(({ startedAt }) => startedAt);
	return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}

describe('a transient error', () => {
	test('is retried after a pause that grows, whatever the server does', async () => {
		const faults: readonly FaultStep[] = [
			{ kind: 'code', code: 455 },
			{ kind: 'status', status: 408 },
			{ kind: 'status', status: 503 },
			{ kind: 'status', status: 599, body: 'html' },
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
			{ kind: 'oversized', bytes: 11 * MIB },
		];
		const twice: FaultStep = { kind: 'status', status: 500, times: 2 };
		const tasks = [
			...faults.map((fault, n) => ({ taskId: `t${n}`, faults: [fault] })),
			{ taskId: 'twice', faults: [twice] },
		];
		const options = { requestTimeout: 1, maxConcurrency: tasks.length };
		const result = await run({ tasks, parameters: { options } });
		expect(jsonOf(result).map(({ status }) => status)).toEqual(tasks.map(() => 'succeeded'));
		for (const n of faults.keys()) {
			expect(simulator.summary().perTask[`t${n}`]).toBe(2);
			expect(gaps(`t${n}`)[0]).toBeGreaterThanOrEqual(749);
		}
		expect(gaps('twice')[1]).toBeGreaterThanOrEqual(1499);
	});

	test('is retried after its Retry-After', async () => {
		// Longer than the node's own pause
		const fault = { kind: 'status', status: 503, retryAfterSeconds: 1.5 } as const;
		await run({ tasks: [{ taskId: 't', faults: [fault] }] });
		expect(gaps('t')[0]).toBeGreaterThanOrEqual(1499);
	});

	test.each<[string, Fault, number | string, RegExp]>([
		['an error status', { kind: 'status', status: 503, msg: 'Full' }, 503, /503: Full/],
		['silence', { kind: 'hang' }, 'UNREACHABLE', /no response within 0\.5 s/],
		[
			'a slow body',
			{ kind: 'slow', bytesPerSecond: 20 },
			'UNREACHABLE',
			/no response within 0\.5 s/,
		],
		[
			'a reset connection',
			{ kind: 'reset', when: 'beforeHeaders' },
			'UNREACHABLE',
			/connection was reset/,
		],
	])('is the error of the node without retries: %s', async (_, fault, code, reason) => {
		const { error } = await run({
			tasks: [failing('t', fault)],
			parameters: { options: { maxRetries: 0, requestTimeout: 0.5 } },
		});
		expect(error?.type).toBe(String(code));
		expect(error?.message).toMatch(/^Couldn't check task t: .* Tried once\.$/);
		expect(error?.message).toMatch(reason);
		await simulator.waitFor({ requests: 1, open: 0 });
	});

	test.each<[string, Fault]>([
		['of 200 MiB', { kind: 'oversized', bytes: 200 * MIB }],
		[
			'without an end',
			{
				kind: 'all',
				faults: [
					{ kind: 'synthetic', bytes: 1024 * MIB, contentType: 'application/json' },
					{ kind: 'noLength' },
				],
			},
		],
	])('is a body %s, which is not read to its end', async (_, fault) => {
		const parameters = { options: { maxRetries: 0 } };
		const { error } = await run({ tasks: [failing('t', fault)], parameters });
		expect(error?.type).toBe('UNREACHABLE');
		expect(error?.message).toMatch(/larger than 10 MiB/);
		await simulator.waitFor({ requests: 1, closedByClient: 1, open: 0 });
	});

	test.each([
		['nothing listens', 'http://127.0.0.1:9', /the connection was refused/],
		[
			'there is no such host',
			'https://no-such-host.invalid',
			/the host name (was not found|could not be resolved)/,
		],
	])('is the error of the node if %s at the Base URL', async (_, baseUrl, reason) => {
		const { error } = await run({
			tasks: ['t'],
			credential: { apiKey: 'test-key', baseUrl },
			parameters: { options: { maxRetries: 0 } },
		});
		expect(error?.type).toBe('UNREACHABLE');
		expect(error?.message).toMatch(reason);
	});
});

test('a response with another content type is read as JSON', async () => {
	const faults: FaultStep[] = [{ kind: 'contentType', contentType: 'text/plain' }];
	const result = await run({ tasks: [{ taskId: 't', faults }] });
	expect(jsonOf(result)).toMatchObject([{ status: 'succeeded' }]);
	expect(simulator.summary().requests).toBe(1);
});

test('a server with a rate limit responds to all lookups in the end', async () => {
	simulator.setFaults([{ kind: 'status', status: 429, retryAfterSeconds: 1, times: 10 }]);
	const result = await run({ tasks: many(30) });
	expect(jsonOf(result).map(({ status }) => status)).toEqual(Array(30).fill('succeeded'));
	expect(simulator.summary().perStatus['429']).toBe(10);
});
