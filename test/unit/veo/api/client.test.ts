import { generate } from '../../../../nodes/ApikleyVeo/veo/api/endpoints/generate';
import { recordInfo } from '../../../../nodes/ApikleyVeo/veo/api/endpoints/recordInfo';
import { BASE_URL, createClient } from '../../support/createClient';
import type { ClientOptions } from '../../support/createClient';
import { flushPromises } from '../../support/fakeClock';
import {
	apiError,
	httpResponse,
	networkError,
	neverResponds,
	sequence,
	taskResponse,
} from '../../support/fakeHttp';
import type { Reply, Script } from '../../support/fakeHttp';
import { RUNNING, SUCCEEDED } from '../../support/records';

const busy = httpResponse(503);
const found = taskResponse(SUCCEEDED);
/** Takes 50 ms. */
const quick = taskResponse(SUCCEEDED, 50);
const ids = (count: number) => Array.from({ length: count }, (_, index) => `veo_${index + 1}`);
const kindsOf = (results: ReadonlyArray<{ kind: string }>) => results.map(({ kind }) => kind);

describe('a request', () => {
	test("is sent to the endpoint's path below the Base URL", async () => {
		const { http, lookUp } = createClient(sequence(found), { requestTimeoutMs: 12_500 });
		expect(await lookUp('veo_1')).toMatchObject({
			kind: 'success',
			value: { status: 'succeeded' },
		});
		const url = `${BASE_URL}/api/v1/veo/record-info?taskId=veo_1`;
		expect(http.requests).toEqual([
			{ method: 'GET', url, taskId: 'veo_1', timeoutMs: 12_500, at: 0 },
		]);
	});

	test.each<[string, Reply, string]>([
		['success', taskResponse(RUNNING), 'success'],
		['403', apiError(403), 'rejected'],
		['404', apiError(404), 'notFound'],
		['402', apiError(402), 'noCredits'],
		['422 in the body', httpResponse(200, { code: 422, data: null }), 'notFound'],
		['data: null', httpResponse(200, { code: 200, data: null }), 'notFound'],
		['a redirect', httpResponse(302), 'rejected'],
		['401', apiError(401), 'unauthorized'],
		['a wrong certificate', networkError('the certificate', true), 'retriesExhausted'],
	])('is not retried after %s', async (_, reply, kind) => {
		const { clock, http, lookUp } = createClient(sequence(reply));
		expect(await lookUp()).toMatchObject({ kind });
		await clock.runAll();
		expect(http.times).toEqual([0]);
	});

	test.each<[string, Reply]>([
		['429', httpResponse(429)],
		['503', busy],
		['500 in the body', httpResponse(200, { code: 500 })],
		['a web page', httpResponse(200, '<html><h1>Bad Gateway</h1></html>')],
		['a response without data', httpResponse(200, { code: 200 })],
		['a network error', networkError('the connection was reset')],
		["a gateway's 400", httpResponse(400, '<h1>Bad Request</h1>')],
		["a gateway's 401", httpResponse(401)],
	])('is retried after %s', async (_, reply) => {
		const { http, lookUp } = createClient(sequence(reply, found));
		expect(await lookUp()).toMatchObject({ kind: 'success' });
		expect(http.times).toEqual([0, 1]);
	});

	test('is retried after its timeout', async () => {
		const script = sequence(neverResponds, found);
		const { http, lookUp } = createClient(script, { requestTimeoutMs: 4_000 });
		expect(await lookUp()).toMatchObject({ kind: 'success' });
		expect(http.times).toEqual([0, 5]);
	});

	test.each<[string, readonly [Reply, ...Reply[]], string]>([
		['twice in a row means that the key was rejected', [httpResponse(401)], 'unauthorized'],
		[
			'that is not repeated, succeeds',
			[httpResponse(401), busy, httpResponse(401), found],
			'success',
		],
	])("with a gateway's 401 %s", async (_, replies, kind) => {
		const { lookUp } = createClient(sequence(...replies));
		expect(await lookUp()).toMatchObject({ kind });
	});

	test("is not retried if the endpoint's policy forbids it", async () => {
		const { client, clock, http } = createClient(sequence(busy, found));
		const endpoint = { ...recordInfo('veo_1'), retryPolicy: () => false };
		const times = { dueAt: clock.now(), deadline: Infinity };
		expect(await clock.finish(client.send(endpoint, times))).toMatchObject({
			kind: 'retriesExhausted',
			attempts: 1,
			code: 503,
		});
		expect(http.times).toEqual([0]);
	});
});

describe('retries', () => {
	test.each<[string, number, readonly [number, ...number[]], number[]]>([
		['double their pauses, up to 30 s', 8, [0.5], [0, 1, 3, 7, 15, 31, 61, 91, 121]],
		['come sooner with the least jitter', 3, [0], [0, 0.75, 2.25, 5.25]],
		['come later with the most jitter', 3, [1], [0, 1.25, 3.75, 8.75]],
		['have a jitter of their own each', 3, [0, 1, 0.5], [0, 0.75, 3.25, 7.25]],
	])('%s', async (_, maxRetries, chances, times) => {
		const left = [...chances];
		const random = () => left.shift() ?? chances[0];
		const { http, lookUp } = createClient(sequence(busy), { maxRetries, random });
		await lookUp();
		expect(http.times).toEqual(times);
	});

	test.each([
		[0, 1],
		[1, 2],
		[2, 3],
	])('are at most Max Retries: with %p of them %p attempts', async (maxRetries, attempts) => {
		const reason = 'the connection was reset';
		const { http, lookUp } = createClient(sequence(networkError(reason)), { maxRetries });
		expect(await lookUp()).toMatchObject({
			kind: 'retriesExhausted',
			attempts,
			code: null,
			reason,
		});
		expect(http.requests).toHaveLength(attempts);
	});

	test('report the last error', async () => {
		const script = sequence(networkError('the connection was reset'), busy, httpResponse(455));
		const { lookUp } = createClient(script, { maxRetries: 2 });
		expect(await lookUp()).toMatchObject({ kind: 'retriesExhausted', attempts: 3, code: 455 });
	});

	test('end with an error that is not transient', async () => {
		const { http, lookUp } = createClient(sequence(busy, apiError(404), found));
		expect(await lookUp()).toMatchObject({ kind: 'notFound' });
		expect(http.times).toEqual([0, 1]);
	});
});

describe('Retry-After', () => {
	const later = (retryAfter: string, status = 503, afterMs = 0) =>
		httpResponse(status, '', { 'retry-after': retryAfter }, afterMs);
	const date = 'Fri, 06 Jun 2025 10:25:09 GMT';

	test.each<[string, Reply, number, number[]]>([
		['is obeyed', later('7'), 0, [0, 7]],
		['is exceeded by a tenth at most', later('7'), 1 - Number.EPSILON, [0, 7.7]],
		['may be a date', later(date), 0, [0, 9]],
		['is read when the response arrives', later(date, 503, 4_000), 0, [0, 9]],
		['is ignored if it is nonsense', later('soon'), 0.5, [0, 1]],
		['of 0 does not remove the pause', later('0'), 0.5, [0, 1]],
		['in the past does not remove the pause', later(date, 503, 20_000), 0.5, [0, 21]],
		['of two minutes is obeyed without a deadline', later('120'), 0, [0, 120]],
	])('%s', async (_, reply, random, times) => {
		const { http, lookUp } = createClient(sequence(reply, found), { random: () => random });
		expect(await lookUp()).toMatchObject({ kind: 'success' });
		expect(http.times).toEqual(times);
	});

	test.each<[string, Reply, number, number[]]>([
		['after a 503 is cut to the deadline', later('3600'), 25, [0, 25]],
		['after a 429 is cut to the deadline', later('3600', 429), 25, [0, 25]],
		[
			'that is missing leaves pauses that are cut to the deadline',
			busy,
			10,
			[0, 0.75, 2.25, 5.25, 10],
		],
	])('%s', async (_, reply, deadline, times) => {
		const { http, lookUp } = createClient(sequence(reply), { random: () => 0 });
		const attempts = times.length;
		expect(await lookUp('veo_1', deadline)).toMatchObject({ kind: 'retriesExhausted', attempts });
		expect(http.times).toEqual(times);
	});

	test.each([
		['121', 503],
		['3600', 429],
	])('of %s s (%p) ends all requests without a deadline', async (seconds, code) => {
		const script = sequence(later(seconds, code), found);
		const { clock, http, throttle, lookUp } = createClient(script);
		expect(await lookUp()).toMatchObject({ kind: 'retriesExhausted', attempts: 1, code });
		expect(clock.seconds).toBe(0);
		expect(throttle.pausedUntil).toBeLessThanOrEqual(clock.now());
		expect(await lookUp('veo_2')).toMatchObject({ kind: 'retriesExhausted', code });
		expect(http.times).toEqual([0]);
	});

	test('that is too long for a request without a deadline ends no request that has one', async () => {
		const { lookUp } = createClient(sequence(later('3600', 429), found));
		expect(await lookUp('veo_1')).toMatchObject({ kind: 'retriesExhausted' });
		expect(await lookUp('veo_2', 25)).toMatchObject({ kind: 'success' });
	});

	test('only ends requests to the same path', async () => {
		const script: Script = ({ method }) => (method === 'POST' ? later('121', 429) : found);
		const { clock, client, lookUp } = createClient(script);
		const times = { dueAt: clock.now(), deadline: Infinity };
		const creation = client.send(generate({ prompt: 'A dog' }), times);
		expect(await clock.finish(creation)).toMatchObject({ kind: 'retriesExhausted', code: 429 });
		expect(await lookUp()).toMatchObject({ kind: 'success' });
	});
});

describe('a rejected key', () => {
	const unauthorized = httpResponse(401, { msg: 'Unauthorized' });

	test('is the result of all further requests, which are not sent', async () => {
		const { http, lookUp } = createClient(sequence(unauthorized, found));
		for (const taskId of ['veo_1', 'veo_2']) {
			expect(await lookUp(taskId)).toEqual({ kind: 'unauthorized', message: 'Unauthorized' });
		}
		expect(http.requests).toHaveLength(1);
	});

	test('is the result of requests in the queue', async () => {
		const { http, lookUpAll } = createClient(sequence(unauthorized, found), { maxConcurrency: 1 });
		expect(new Set(kindsOf(await lookUpAll(ids(3))))).toEqual(new Set(['unauthorized']));
		expect(http.requests).toHaveLength(1);
	});

	test('is the result of requests that pause before a retry', async () => {
		const script = sequence(busy, apiError(401, 500), found);
		const { http, lookUpAll } = createClient(script);
		expect(kindsOf(await lookUpAll(ids(2)))).toEqual(['unauthorized', 'unauthorized']);
		expect(http.times).toEqual([0, 0]);
	});
});

describe('an aborted request', () => {
	test.each<[string, Reply, number]>([
		['during a pause', busy, 0.5],
		['without a response', neverResponds, 3],
	])('ends at once %s, is not retried, and leaves nothing behind', async (_, reply, abortAt) => {
		const { clock, http, controller, leftovers, start } = createClient(sequence(reply, found));
		const lookup = start('veo_1');
		await clock.advance(abortAt);
		expect(clock.sleeping).toBe(1);
		controller.abort();
		expect(await clock.finish(lookup)).toEqual({ kind: 'aborted' });
		expect(clock.seconds).toBe(abortAt);
		expect(leftovers()).toEqual([0, 0]);
		expect(http.times).toEqual([0]);
	});

	test('is not sent if it was aborted before', async () => {
		const { clock, http, controller, lookUp } = createClient(sequence(found));
		controller.abort();
		expect(await lookUp()).toEqual({ kind: 'aborted' });
		await clock.runAll();
		expect(http.requests).toEqual([]);
	});

	test('ends in the queue too', async () => {
		const script = sequence(neverResponds);
		const { clock, http, controller, leftovers, start } = createClient(script, {
			maxConcurrency: 2,
		});
		const lookups = Promise.all(ids(4).map(async (taskId) => await start(taskId)));
		await clock.advance(1);
		controller.abort();
		expect(new Set(kindsOf(await clock.finish(lookups)))).toEqual(new Set(['aborted']));
		expect(http.requests).toHaveLength(2);
		expect(leftovers()).toEqual([0, 0]);
	});
});

describe('a request that is observed', () => {
	const slowDown = httpResponse(200, { code: 429, msg: 'Slow down' });

	interface ObserveOptions extends ClientOptions {
		/** Whether a result makes all further requests useless. */
		readonly isLast?: (kind: string) => boolean;
	}

	/** Starts a creation. `log` has the calls of its observer. */
	function observe(script: Script, { isLast = () => false, ...options }: ObserveOptions = {}) {
		const created = createClient(script, options);
		const { clock, client, controller } = created;
		const useless = new AbortController();
		controller.signal.addEventListener('abort', () => useless.abort());
		const log: string[] = [];
		const start = async () => {
			const times = { dueAt: clock.now(), deadline: Infinity };
			await client.send(generate({ prompt: 'A dog' }), times, {
				signal: useless.signal,
				onSend: () => log.push(`sent@${clock.seconds}`),
				onRetry: () => log.push(`again@${clock.seconds}`),
				onEnd: ({ kind }) => {
					log.push(`${kind}@${clock.seconds}`);
					if (isLast(kind)) useless.abort();
				},
			});
		};
		return { ...created, start, useless, log };
	}

	test('tells when it is sent and when it will be sent again', async () => {
		const script = sequence(slowDown, httpResponse(200, { data: { taskId: 'new' } }, {}, 500));
		const { clock, start, log } = observe(script);
		await clock.finish(start());
		expect(log).toEqual(['sent@0', 'again@0', 'sent@1', 'success@1.5']);
	});

	test('ends at once if it becomes useless while it waits', async () => {
		const { clock, start, useless, log, leftovers } = observe(sequence(neverResponds), {
			maxConcurrency: 1,
		});
		const requests = [start(), start()];
		await clock.advance(1);
		useless.abort();
		await clock.advance(1);
		expect(log).toEqual(['sent@0', 'aborted@1']);
		await clock.finish(Promise.all(requests));
		expect(log.at(-1)).toBe('retriesExhausted@30');
		expect(leftovers()[0]).toBe(0);
	});

	test('ends at once if it becomes useless during a pause before its retry', async () => {
		const script = sequence(httpResponse(200, { code: 429 }, { 'retry-after': '60' }));
		const { clock, start, useless, log, http } = observe(script);
		const request = start();
		await clock.advance(1);
		useless.abort();
		await clock.finish(request);
		expect(log).toEqual(['sent@0', 'again@0', 'aborted@1']);
		expect(http.times).toEqual([0]);
	});

	test('can make those useless that wait for its place', async () => {
		const options = { maxConcurrency: 1, isLast: (kind: string) => kind === 'noCredits' };
		const { clock, start, log } = observe(sequence(httpResponse(200, { code: 402 })), options);
		await clock.finish(Promise.all([start(), start(), start()]));
		expect(log).toEqual(['sent@0', 'noCredits@0', 'aborted@0', 'aborted@0']);
	});

	test('is not sent if it becomes useless just when it is admitted', async () => {
		const { clock, start, useless, limiter, log } = observe(sequence(slowDown));
		const acquire = limiter.acquire.bind(limiter);
		limiter.acquire = async (...args) => {
			const admission = await acquire(...args);
			useless.abort();
			return admission;
		};
		await clock.finish(start());
		expect(log).toEqual(['aborted@0']);
	});

	test('is not sent if it is useless from the start', async () => {
		const { clock, start, useless, log } = observe(sequence(slowDown));
		useless.abort();
		await clock.finish(start());
		expect(log).toEqual(['aborted@0']);
	});
});

test('a finished request leaves nothing behind', async () => {
	const { leftovers, lookUp } = createClient(sequence(busy, found));
	await lookUp();
	expect(leftovers()).toEqual([0, 0]);
});

describe('many requests', () => {
	test('are limited to Max Concurrency at once', async () => {
		const { http, lookUpAll } = createClient(sequence(quick), { maxConcurrency: 3 });
		await lookUpAll(ids(10));
		expect(http.maxInFlight).toBe(3);
		expect(http.times.map((time) => Math.floor((time * 1000) / 50))).toEqual([
			0, 0, 0, 1, 1, 1, 2, 2, 2, 3,
		]);
	});

	test('whose responses came together are spread, so that the next ones come one after another', async () => {
		const { http, lookUpAll } = createClient(sequence(quick), { maxConcurrency: 3 });
		await lookUpAll(ids(9));
		expect(http.times).toEqual([0, 0, 0, 0.05, 0.053, 0.056, 0.1, 0.103, 0.106]);
	});

	test('are not spread if so many may be in flight that it would slow them down', async () => {
		const { http, lookUpAll } = createClient(sequence(quick), { maxConcurrency: 30 });
		await lookUpAll(ids(60));
		expect(new Set(http.times)).toEqual(new Set([0, 0.05]));
	});

	test('are sent while another one pauses before its retry', async () => {
		const { http, lookUpAll } = createClient(sequence(busy, quick), { maxConcurrency: 1 });
		await lookUpAll(ids(3));
		expect(http.requests.map(({ taskId, at }) => [taskId, at])).toEqual([
			['veo_1', 0],
			['veo_2', 0],
			['veo_3', 0.05],
			['veo_1', 1],
		]);
	});

	test('are sent after another one has timed out', async () => {
		const limits = { maxConcurrency: 1, requestTimeoutMs: 2_000, maxRetries: 0 };
		const { http, lookUpAll } = createClient(sequence(neverResponds, quick), limits);
		expect(kindsOf(await lookUpAll(ids(2)))).toEqual(['retriesExhausted', 'success']);
		expect(http.times).toEqual([0, 2]);
	});

	test.each<[string, Reply, number[]]>([
		[
			'wait for the Retry-After of a 429, and then start one after another',
			httpResponse(429, '', { 'retry-after': '5' }, 50),
			[0, 5.05, 5.15, 5.24, 5.321],
		],
		[
			'wait for a second after a 429 without Retry-After',
			httpResponse(429, '', {}, 50),
			[0, 1.05, 1.15, 1.24, 1.321],
		],
		[
			'do not wait because of any other error',
			httpResponse(503, '', {}, 50),
			[0, 0.05, 0.1, 0.15, 0.8],
		],
	])('%s', async (_, reply, times) => {
		const options = { maxConcurrency: 1, random: () => 0 };
		const { http, lookUpAll } = createClient(sequence(reply, quick), options);
		await lookUpAll(ids(4));
		expect(http.times).toEqual(times);
	});

	test('that meet a 429 together slow down once', async () => {
		const script: Script = (_, nth) =>
			nth < 10 ? httpResponse(429, '', { 'retry-after': '2' }, 50) : quick;
		const { clock, throttle, start, http } = createClient(script, { random: () => 0 });
		const lookups = Promise.all(ids(10).map(async (taskId) => await start(taskId)));
		await clock.advance(1);
		expect(throttle.intervalMs).toBe(100);
		await clock.finish(lookups);
		expect(http.times.slice(0, 12)).toEqual([...Array<number>(10).fill(0), 2.05, 2.15]);
	});

	test.each<[string, number, Reply]>([
		['success', 0, taskResponse(SUCCEEDED, 10)],
		['notFound', 0, apiError(404, 10)],
		['rejected', 0, apiError(403, 10)],
		['retriesExhausted', 100, httpResponse(503, '', {}, 10)],
	])(
		'with the result %s leave an interval of %p ms after a 429',
		async (kind, intervalMs, reply) => {
			const script = sequence(httpResponse(429, '', {}, 10), reply);
			const { lookUpAll, throttle } = createClient(script, { maxConcurrency: 1 });
			expect(kindsOf(await lookUpAll(ids(40))).at(-1)).toBe(kind);
			expect(throttle.intervalMs).toBe(intervalMs);
		},
	);

	test('expire if the limits admit them too late, and only have the rest of their time', async () => {
		const limits = { maxConcurrency: 1, requestTimeoutMs: 5_000, maxRetries: 0 };
		const { clock, http, lookUpAll } = createClient(sequence(neverResponds), limits);
		const kinds = kindsOf(await lookUpAll(ids(3), 4));
		expect(kinds).toEqual(['retriesExhausted', 'retriesExhausted', 'expired']);
		expect(http.requests.map(({ at, timeoutMs }) => [at, timeoutMs])).toEqual([
			[0, 5_000],
			[5, 4_000],
		]);
		expect(clock.seconds).toBe(9);
	});

	test('take turns by when they are due, a retry by the end of its pause', async () => {
		const script: Script = (_, nth) => (nth === 0 ? busy : taskResponse(SUCCEEDED, 2_000));
		const { clock, http, start } = createClient(script, { maxConcurrency: 1 });
		const first = start('veo_1');
		await flushPromises();
		const second = start('veo_2');
		await clock.advance(0.5);
		const third = start('veo_3');
		await clock.finish(Promise.all([first, second, third]));
		expect(http.requests.map(({ taskId }) => taskId)).toEqual(['veo_1', 'veo_2', 'veo_3', 'veo_1']);
	});
});
