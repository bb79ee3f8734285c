/** Many creations in one execution, at a server that limits how many it allows in a window of time. */
import { createTasks } from '../../../nodes/ApikleyVeo/execution/create';
import type { ParsedRequest } from '../../../nodes/ApikleyVeo/parameters/taskRequest';
import { seeded } from '../../seeded-random.mjs';
import { createSession } from '../support/createSession';
import { httpResponse } from '../support/fakeHttp';

/** The limit that the provider documents for the same API under another name. */
const ALLOWED = 20;
const WINDOW_S = 10;

/** The first twenty at once, and the last twenty after nine windows. */
const IDEAL_S = 90;

/** Returns a function that returns 0 if a request is allowed, or the seconds until one is. */
type Limit = () => (now: number) => number;

/** A sliding window of ten seconds. */
const sliding: Limit = () => {
	let admitted: number[] = [];
	return (now) => {
		admitted = admitted.filter((time) => time > now - WINDOW_S);
		if (admitted.length >= ALLOWED) return (admitted[0] ?? now) + WINDOW_S - now;
		admitted.push(now);
		return 0;
	};
};

/** The same, but refused requests count too. */
const strict: Limit = () => {
	let received: number[] = [];
	return (now) => {
		received = received.filter((time) => time > now - WINDOW_S);
		const wait = received.length < ALLOWED ? 0 : (received.at(-ALLOWED) ?? now) + WINDOW_S - now;
		received.push(now);
		return wait;
	};
};

/** A fixed window, by the server's clock. */
const fixed: Limit = () => {
	const windowOf = (now: number) => Math.floor((now + 3) / WINDOW_S);
	let [window, count] = [-1, 0];
	return (now) => {
		if (windowOf(now) !== window) [window, count] = [windowOf(now), 0];
		count += 1;
		return count <= ALLOWED ? 0 : (window + 1) * WINDOW_S - 3 - now;
	};
};

/** A token bucket: two a second, up to twenty saved. */
const bucket: Limit = () => {
	const perSecond = ALLOWED / WINDOW_S;
	let [tokens, last] = [ALLOWED, 0];
	return (now) => {
		tokens = Math.min(ALLOWED, tokens + (now - last) * perSecond);
		last = now;
		if (tokens < 1) return (1 - tokens) / perSecond;
		tokens -= 1;
		return 0;
	};
};

interface Server {
	readonly limit: Limit;
	readonly sendsRetryAfter: boolean;
	readonly latencyMs: number;
}

const creation = (prompt: string): ParsedRequest => ({
	kind: 'creation',
	creation: { endpoint: 'generate', fields: { prompt }, additionalFields: {}, imageFields: [] },
	images: [],
	options: { wait: null, download: null, onTaskFailed: 'error', output: 'structured' },
});

async function createAll(
	{ limit, sendsRetryAfter, latencyMs }: Server,
	{ count, maxConcurrency, seed }: { count: number; maxConcurrency: number; seed: number },
) {
	const random = seeded(seed);
	const admit = limit();
	const created: string[] = [];
	const { session, clock } = createSession(
		({ at, body }) => {
			const wait = admit(at);
			const after = latencyMs * (0.5 + random());
			if (wait > 0) {
				const headers = sendsRetryAfter ? { 'retry-after': String(Math.ceil(wait)) } : {};
				return httpResponse(200, { code: 429, msg: 'Too many requests' }, headers, after);
			}
			created.push(String(body?.prompt));
			return httpResponse(200, { code: 200, data: { taskId: 'new' } }, {}, after);
		},
		{ random, maxConcurrency, maxVideos: count },
	);
	const requests = Array.from({ length: count }, (_, index) => creation(`prompt ${index}`));
	const results = await clock.finish(createTasks(session, requests, () => {}));
	const failed = results.filter(({ kind }) => kind !== 'created').length;
	return { created, failed, seconds: clock.seconds };
}

describe.each([
	['in any ten seconds', sliding, 10],
	['in any ten seconds, with many at a time', sliding, 50],
	['in any ten seconds, refused ones included', strict, 10],
	['in each ten seconds', fixed, 10],
	['on average', bucket, 10],
])('a server that allows 20 requests %s', (_, limit, maxConcurrency) => {
	test.each([
		[false, 50],
		[false, 1_500],
		[true, 300],
	])('creates 200 tasks once each (Retry-After: %p, %i ms)', async (sendsRetryAfter, latencyMs) => {
		const server = { limit, sendsRetryAfter, latencyMs };
		const result = await createAll(server, { count: 200, maxConcurrency, seed: 1 });
		expect(result.failed).toBe(0);
		expect([result.created.length, new Set(result.created).size]).toEqual([200, 200]);
		expect(result.seconds).toBeLessThanOrEqual(2 * IDEAL_S);
	});
});
