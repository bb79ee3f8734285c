import { BASE_URL, createClient } from '../../support/createClient';
import { flushPromises } from '../../support/fakeClock';
import {
	httpResponse,
	networkError,
	neverResponds,
	sequence,
	taskResponse,
} from '../../support/fakeHttp';
import type { Reply } from '../../support/fakeHttp';
import { RUNNING, SUCCEEDED } from '../../support/records';

const PAGE = '<html><h1>Bad Gateway</h1></html>';
const busy = httpResponse(503);
const known = taskResponse(SUCCEEDED);

describe('a lookup', () => {
	test('is one request to record-info', async () => {
		const { http, lookUp } = createClient(sequence(known), { requestTimeoutMs: 12_500 });
		expect(await lookUp('veo 1&2')).toMatchObject({ kind: 'task', task: { status: 'succeeded' } });
		expect(http.requests).toEqual([
			{
				url: `${BASE_URL}/api/v1/veo/record-info?taskId=veo+1%262`,
				taskId: 'veo 1&2',
				timeoutMs: 12_500,
				at: 0,
			},
		]);
	});

	test('a task that still runs is an answer, not a reason to retry', async () => {
		const { http, lookUp } = createClient(sequence(taskResponse(RUNNING)));
		expect(await lookUp()).toMatchObject({ kind: 'task', task: { status: 'generating' } });
		expect(http.times).toEqual([0]);
	});

	test.each<[string, Reply, object]>([
		[
			'400',
			httpResponse(400, { msg: 'Only English' }),
			{ kind: 'rejected', message: 'Only English' },
		],
		['403', httpResponse(403), { kind: 'rejected', code: 403 }],
		['404', httpResponse(404), { kind: 'notFound', code: 404 }],
		['422', httpResponse(422), { kind: 'notFound', code: 422 }],
		[
			'422 in the body',
			httpResponse(200, { code: 422, data: null }),
			{ kind: 'notFound', code: 422 },
		],
		['data: null', httpResponse(200, { code: 200, data: null }), { kind: 'notFound' }],
		['451', httpResponse(451), { kind: 'rejected', code: 451 }],
		['a redirect', httpResponse(302), { kind: 'rejected', code: 302 }],
		['401', httpResponse(401), { kind: 'unauthorized' }],
		['401 in the body', httpResponse(200, { code: 401 }), { kind: 'unauthorized' }],
	])('%s is not retried', async (_, reply, expected) => {
		const { clock, http, lookUp } = createClient(sequence(reply));
		expect(await lookUp()).toMatchObject(expected);
		await clock.runAll();
		expect(http.times).toEqual([0]);
	});
});

describe('retries', () => {
	test.each<[string, Reply]>([
		['408', httpResponse(408)],
		['429', httpResponse(429)],
		['455', httpResponse(455)],
		['500', httpResponse(500)],
		['501', httpResponse(501)],
		['502 with a web page', httpResponse(502, PAGE)],
		['503', busy],
		['504', httpResponse(504)],
		['429 in the body', httpResponse(200, { code: 429 })],
		['455 in the body', httpResponse(200, { code: 455 })],
		['500 in the body', httpResponse(200, { code: 500 })],
		['a web page', httpResponse(200, PAGE)],
		['an empty answer', httpResponse(200, '')],
		['truncated JSON', httpResponse(200, '{"code":200,')],
		['no data', httpResponse(200, { code: 200 })],
		['a network error', networkError('the connection was reset')],
	])('%s passes: asked again after a second', async (_, reply) => {
		const { http, lookUp } = createClient(sequence(reply, known));
		expect(await lookUp()).toMatchObject({ kind: 'task' });
		expect(http.times).toEqual([0, 1]);
	});

	test('a request that hangs is given up after the request timeout, then asked again', async () => {
		const { http, lookUp } = createClient(sequence(neverResponds, known), {
			requestTimeoutMs: 4_000,
		});
		expect(await lookUp()).toMatchObject({ kind: 'task' });
		expect(http.times).toEqual([0, 5]);
	});

	test('back off exponentially, and tell how often it was tried', async () => {
		const { http, lookUp } = createClient(sequence(busy));
		expect(await lookUp()).toEqual({
			kind: 'retriesExhausted',
			attempts: 6,
			code: 503,
			reason: 'server error 503',
		});
		expect(http.times).toEqual([0, 1, 3, 7, 15, 31]);
	});

	test('pauses stop growing at thirty seconds', async () => {
		const { http, lookUp } = createClient(sequence(busy), { maxRetries: 8 });
		await lookUp();
		expect(http.times).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121]);
	});

	test.each([
		[0, [0, 0.75, 2.25, 5.25]],
		[0.25, [0, 0.875, 2.625, 6.125]],
		[0.75, [0, 1.125, 3.375, 7.875]],
		[1 - Number.EPSILON, [0, 1.25, 3.75, 8.75]],
	])('jitter: with chance at %p asked at %p', async (random, times) => {
		const { http, lookUp } = createClient(sequence(busy), { maxRetries: 3, random: () => random });
		await lookUp();
		expect(http.times).toEqual(times);
	});

	test('chance is asked anew for each pause', async () => {
		const chances = [0, 1, 0.5];
		const random = () => chances.shift() ?? 0;
		const { http, lookUp } = createClient(sequence(busy), { maxRetries: 3, random });
		await lookUp();
		expect(http.times).toEqual([0, 0.75, 3.25, 7.25]);
	});

	test.each([
		[0, 1],
		[1, 2],
		[2, 3],
	])('maxRetries %p: %p tries', async (maxRetries, attempts) => {
		const { http, lookUp } = createClient(sequence(networkError('the connection was reset')), {
			maxRetries,
		});
		expect(await lookUp()).toEqual({
			kind: 'retriesExhausted',
			attempts,
			code: null,
			reason: 'the connection was reset',
		});
		expect(http.requests).toHaveLength(attempts);
	});

	test('the last failure is the one that is told', async () => {
		const replies = sequence(
			networkError('the connection was reset'),
			httpResponse(200, PAGE),
			httpResponse(455),
		);
		const { lookUp } = createClient(replies, { maxRetries: 2 });
		expect(await lookUp()).toMatchObject({ attempts: 3, code: 455, reason: /maintenance/ });
	});

	test('end with an answer that is none of theirs', async () => {
		const { http, lookUp } = createClient(sequence(busy, httpResponse(404), known));
		expect(await lookUp()).toMatchObject({ kind: 'notFound' });
		expect(http.times).toEqual([0, 1]);
	});
});

describe('Retry-After', () => {
	const later = (seconds: string, status = 503) =>
		httpResponse(status, '', { 'retry-after': seconds });

	test.each([
		[0, [0, 7]],
		[1 - Number.EPSILON, [0, 7.7]],
	])('is obeyed, and exceeded by a tenth at the most: chance %p', async (random, times) => {
		const { http, lookUp } = createClient(sequence(later('7'), known), { random: () => random });
		await lookUp();
		expect(http.times).toEqual(times);
	});

	test('as a date', async () => {
		const date = 'Fri, 06 Jun 2025 10:25:09 GMT';
		const { http, lookUp } = createClient(sequence(later(date), known), { random: () => 0 });
		await lookUp();
		expect(http.times).toEqual([0, 9]);
	});

	test('as a date, read against the time of the answer', async () => {
		const reply = httpResponse(503, '', { 'retry-after': 'Fri, 06 Jun 2025 10:25:09 GMT' }, 4_000);
		const { http, lookUp } = createClient(sequence(reply, known), { random: () => 0 });
		await lookUp();
		expect(http.times).toEqual([0, 9]);
	});

	test('that says nothing sensible leaves the usual pause', async () => {
		const { http, lookUp } = createClient(sequence(later('soon'), known));
		await lookUp();
		expect(http.times).toEqual([0, 1]);
	});

	test.each([503, 429])('%p: is cut to the deadline, and asked there once more', async (status) => {
		const { http, lookUp } = createClient(sequence(later('3600', status)), { random: () => 0 });
		expect(await lookUp('veo_1', 25)).toMatchObject({ kind: 'retriesExhausted', attempts: 2 });
		expect(http.times).toEqual([0, 25]);
	});

	test('the usual pauses are cut to the deadline as well', async () => {
		const { http, lookUp } = createClient(sequence(busy));
		expect(await lookUp('veo_1', 10)).toMatchObject({ kind: 'retriesExhausted', attempts: 5 });
		expect(http.times).toEqual([0, 1, 3, 7, 10]);
	});

	test('a plain lookup waits for two minutes', async () => {
		const { http, lookUp } = createClient(sequence(later('120'), known), { random: () => 0 });
		expect(await lookUp()).toMatchObject({ kind: 'task' });
		expect(http.times).toEqual([0, 120]);
	});

	test.each([
		['121', 503],
		['3600', 503],
		['3600', 429],
	])('a plain lookup is not held for %s s (%p)', async (seconds, status) => {
		const { clock, http, throttle, lookUp } = createClient(sequence(later(seconds, status), known));
		expect(await lookUp()).toMatchObject({ kind: 'retriesExhausted', attempts: 1, code: status });
		expect(clock.seconds).toBe(0);
		expect(throttle.pausedUntil).toBeLessThanOrEqual(clock.now());
		expect(await lookUp('veo_2')).toMatchObject({ kind: 'retriesExhausted', code: status });
		expect(http.times).toEqual([0]);
	});
});

describe('a rejected key', () => {
	const rejected = httpResponse(401, { msg: 'Unauthorized' });

	test('is told to all further lookups without another request', async () => {
		const { http, lookUp } = createClient(sequence(rejected, known));
		expect(await lookUp('veo_1')).toEqual({ kind: 'unauthorized', message: 'Unauthorized' });
		expect(await lookUp('veo_2')).toEqual({ kind: 'unauthorized', message: 'Unauthorized' });
		expect(http.requests).toHaveLength(1);
	});

	test('is told to those who stand in the queue', async () => {
		const { clock, http, start } = createClient(sequence(rejected, known), { maxConcurrency: 1 });
		const lookups = ['veo_1', 'veo_2', 'veo_3'].map(async (taskId) => await start(taskId));
		const kinds = (await clock.finish(Promise.all(lookups))).map(({ kind }) => kind);
		expect(kinds).toEqual(['unauthorized', 'unauthorized', 'unauthorized']);
		expect(http.requests).toHaveLength(1);
	});

	test('is told to those who pause before a retry', async () => {
		const script = sequence(busy, httpResponse(401, '', {}, 500), known);
		const { clock, http, start } = createClient(script);
		const lookups = Promise.all([start('veo_1'), start('veo_2')]);
		const kinds = (await clock.finish(lookups)).map(({ kind }) => kind);
		expect(kinds).toEqual(['unauthorized', 'unauthorized']);
		expect(http.times).toEqual([0, 0]);
	});
});

describe('abort', () => {
	test('in the middle of a pause: ends at once, asks no more, leaves nothing behind', async () => {
		const { clock, http, controller, listeners, start } = createClient(sequence(busy, known));
		const lookup = start();
		await clock.advance(0.5);
		expect(clock.sleeping).toBe(1);
		controller.abort();
		expect(await clock.finish(lookup)).toEqual({ kind: 'aborted' });
		expect(clock.seconds).toBe(0.5);
		expect(clock.sleeping).toBe(0);
		expect(listeners()).toBe(0);
		expect(http.times).toEqual([0]);
	});

	test('in the middle of a request that hangs', async () => {
		const { clock, http, controller, listeners, start } = createClient(
			sequence(neverResponds, known),
		);
		const lookup = start();
		await clock.advance(3);
		controller.abort();
		expect(await clock.finish(lookup)).toEqual({ kind: 'aborted' });
		expect(clock.seconds).toBe(3);
		expect(clock.sleeping).toBe(0);
		expect(listeners()).toBe(0);
		expect(http.times).toEqual([0]);
	});

	test('before it began: no request', async () => {
		const { clock, http, controller, lookUp } = createClient(sequence(known));
		controller.abort();
		expect(await lookUp()).toEqual({ kind: 'aborted' });
		await clock.runAll();
		expect(http.requests).toEqual([]);
	});

	test('ends those in the queue and those under way alike', async () => {
		const { clock, http, controller, listeners, start } = createClient(sequence(neverResponds), {
			maxConcurrency: 2,
		});
		const lookups = Promise.all(['a', 'b', 'c', 'd'].map(async (taskId) => await start(taskId)));
		await clock.advance(1);
		controller.abort();
		const kinds = (await clock.finish(lookups)).map(({ kind }) => kind);
		expect(kinds).toEqual(['aborted', 'aborted', 'aborted', 'aborted']);
		expect(http.requests).toHaveLength(2);
		expect([clock.sleeping, listeners()]).toEqual([0, 0]);
	});

	test('a lookup that has ended leaves no listener behind', async () => {
		const { listeners, lookUp } = createClient(sequence(busy, known));
		await lookUp();
		expect(listeners()).toBe(0);
	});
});

describe('many lookups', () => {
	const ids = (count: number) => Array.from({ length: count }, (_, index) => `veo_${index + 1}`);
	const quick = taskResponse(SUCCEEDED, 50);

	test('never more requests under way than maxConcurrency', async () => {
		const { clock, http, start } = createClient(sequence(quick), { maxConcurrency: 3 });
		await clock.finish(Promise.all(ids(10).map(async (taskId) => await start(taskId))));
		expect(http.maxInFlight).toBe(3);
		expect(http.times).toEqual([0, 0, 0, 0.05, 0.05, 0.05, 0.1, 0.1, 0.1, 0.15]);
	});

	test('a pause before a retry holds no place', async () => {
		const script = sequence(busy, quick);
		const { clock, http, start } = createClient(script, { maxConcurrency: 1 });
		await clock.finish(Promise.all(ids(3).map(async (taskId) => await start(taskId))));
		expect(http.requests.map(({ taskId, at }) => [taskId, at])).toEqual([
			['veo_1', 0],
			['veo_2', 0],
			['veo_3', 0.05],
			['veo_1', 1],
		]);
	});

	test('a timeout gives its place back', async () => {
		const script = sequence(neverResponds, quick);
		const limits = { maxConcurrency: 1, requestTimeoutMs: 2_000, maxRetries: 0 };
		const { clock, http, start } = createClient(script, limits);
		const kinds = await clock.finish(Promise.all([start('veo_1'), start('veo_2')]));
		expect(kinds.map(({ kind }) => kind)).toEqual(['retriesExhausted', 'task']);
		expect(http.times).toEqual([0, 2]);
	});

	test('after a 429 nobody starts before Retry-After is over, then one after the other', async () => {
		const script = sequence(httpResponse(429, '', { 'retry-after': '5' }, 50), quick);
		const { clock, http, start } = createClient(script, { maxConcurrency: 1, random: () => 0 });
		await clock.finish(Promise.all(ids(5).map(async (taskId) => await start(taskId))));
		expect(http.times).toEqual([0, 5.05, 5.15, 5.24, 5.321, 5.394]);
	});

	test('a 429 that names no time pauses everybody for a second', async () => {
		const script = sequence(httpResponse(429, '', {}, 50), quick);
		const { clock, http, start } = createClient(script, { maxConcurrency: 1 });
		await clock.finish(Promise.all(ids(2).map(async (taskId) => await start(taskId))));
		expect(http.times).toEqual([0, 1.05, 1.15]);
	});

	test('another failure pauses nobody but the one it met', async () => {
		const { clock, http, start } = createClient(sequence(httpResponse(503, '', {}, 50), quick), {
			maxConcurrency: 1,
		});
		await clock.finish(Promise.all(ids(3).map(async (taskId) => await start(taskId))));
		expect(http.times).toEqual([0, 0.05, 0.1, 1.05]);
	});

	test('ten that meet a 429 together slow down once, not ten times', async () => {
		const script = (_: unknown, nth: number) =>
			nth < 10 ? httpResponse(429, '', { 'retry-after': '2' }, 50) : quick;
		const { clock, throttle, start, http } = createClient(script, { random: () => 0 });
		const lookups = Promise.all(ids(10).map(async (taskId) => await start(taskId)));
		await clock.advance(1);
		expect(throttle.intervalMs).toBe(100);
		await clock.finish(lookups);
		expect(http.times.slice(0, 12)).toEqual([...Array<number>(10).fill(0), 2.05, 2.15]);
	});

	test('good answers take the brake off again', async () => {
		const script = sequence(
			httpResponse(429, '', { 'retry-after': '1' }, 10),
			taskResponse(SUCCEEDED, 10),
		);
		const { clock, http, throttle, start } = createClient(script, { maxConcurrency: 1 });
		await clock.finish(Promise.all(ids(60).map(async (taskId) => await start(taskId))));
		expect(throttle.intervalMs).toBe(0);
		const [before, last] = http.times.slice(-2) as [number, number];
		expect(last - before).toBeCloseTo(0.01, 3);
	});

	test.each<[string, Reply]>([
		['not found', httpResponse(404, '', {}, 10)],
		['refused', httpResponse(400, '', {}, 10)],
	])('an answer such as "%s" takes the brake off as well', async (_, reply) => {
		const script = sequence(httpResponse(429, '', { 'retry-after': '1' }, 10), reply);
		const { clock, throttle, start } = createClient(script, { maxConcurrency: 1 });
		await clock.finish(Promise.all(ids(40).map(async (taskId) => await start(taskId))));
		expect(throttle.intervalMs).toBe(0);
	});

	test('a failure leaves the brake where it is', async () => {
		const script = sequence(httpResponse(429, '', {}, 10), httpResponse(503, '', {}, 10));
		const { throttle, lookUp } = createClient(script);
		await lookUp();
		expect(throttle.intervalMs).toBe(100);
	});

	test('whose turn never came before their time was over are told so, without a request', async () => {
		const limits = { maxConcurrency: 1, requestTimeoutMs: 5_000, maxRetries: 0 };
		const { clock, http, start } = createClient(sequence(neverResponds), limits);
		const lookups = [start('veo_1', 4), start('veo_2', 4), start('veo_3', 4)];
		const kinds = (await clock.finish(Promise.all(lookups))).map(({ kind }) => kind);
		expect(kinds).toEqual(['retriesExhausted', 'retriesExhausted', 'expired']);
		expect(http.times).toEqual([0, 5]);
	});

	test('end one request after their deadline at the latest, also where their turn came late', async () => {
		const limits = { maxConcurrency: 1, requestTimeoutMs: 5_000, maxRetries: 0 };
		const { clock, http, start } = createClient(sequence(neverResponds), limits);
		await clock.finish(Promise.all([start('veo_1', 4), start('veo_2', 4)]));
		expect(http.requests.map(({ at, timeoutMs }) => [at, timeoutMs])).toEqual([
			[0, 5_000],
			[5, 4_000],
		]);
		expect(clock.seconds).toBe(9);
	});

	test('a retry counts as due from when it may be made, not from when its lookup began', async () => {
		const script = (_: unknown, nth: number) => (nth === 0 ? busy : taskResponse(SUCCEEDED, 2_000));
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
