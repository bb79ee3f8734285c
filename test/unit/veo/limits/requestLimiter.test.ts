import { AdaptiveThrottle } from '../../../../nodes/ApikleyVeo/veo/limits/adaptiveThrottle';
import { RequestLimiter } from '../../../../nodes/ApikleyVeo/veo/limits/requestLimiter';
import type { RequestLimits } from '../../../../nodes/ApikleyVeo/veo/limits/requestLimiter';
import { FakeClock, flushPromises } from '../../support/fakeClock';
import { spyOnSignal } from '../../support/spyOnSignal';

/** All times in seconds. */
interface Request {
	readonly name: string;
	/** How long it is active once admitted. */
	readonly holds?: number;
	readonly dueAt?: number;
	readonly deadline?: number;
	readonly expiresAt?: number;
}

/** A limiter with a log of its admissions, e.g. "a@10" for request a after 10 s. */
function createLimiter(limits: Partial<RequestLimits> = {}) {
	const clock = new FakeClock();
	const throttle = new AdaptiveThrottle();
	const { controller, signal, listeners } = spyOnSignal();
	const limiter = new RequestLimiter(
		{ maxConcurrency: 1, requestsPerSecond: 0, ...limits },
		throttle,
		clock,
		signal,
	);
	const log: string[] = [];
	const active = { now: 0, max: 0 };
	const acquire = async ({ name, holds = 0, dueAt = 0, ...until }: Request) => {
		const admission = await limiter.acquire({
			dueAt: clock.at(dueAt),
			deadline: clock.at(until.deadline ?? Infinity),
			expiresAt: clock.at(until.expiresAt ?? Infinity),
		});
		if (admission !== 'granted') return admission;
		log.push(`${name}@${clock.seconds}`);
		active.now += 1;
		active.max = Math.max(active.max, active.now);
		await clock.sleep(holds * 1000, signal);
		active.now -= 1;
		limiter.release();
		return admission;
	};
	const acquireAll = async (...requests: Request[]) => await Promise.all(requests.map(acquire));
	const run = async (...requests: Request[]) => await clock.finish(acquireAll(...requests));
	const pause = (seconds: number) =>
		throttle.onThrottled(clock.now() - 1, clock.now(), seconds * 1000);
	const times = () => log.map((entry) => Number(entry.split('@')[1]));
	const names = () => log.map((entry) => entry[0]).join('');
	const leftovers = () => [clock.sleeping, listeners()];
	const rest = { log, times, names, active, leftovers, listeners };
	return { clock, throttle, limiter, controller, acquire, acquireAll, run, pause, ...rest };
}

const numbered = (count: number, fields: Omit<Request, 'name'> = {}): Request[] =>
	Array.from({ length: count }, (_, index) => ({ name: String(index + 1), ...fields }));

describe('concurrency', () => {
	test.each([
		[1, [0, 2, 4, 6, 8, 10]],
		[2, [0, 0, 2, 2, 4, 4]],
		[4, [0, 0, 0, 0, 2, 2]],
		[100, [0, 0, 0, 0, 0, 0]],
	])('with a limit of %p six requests of 2 s start at %p', async (maxConcurrency, expected) => {
		const { active, times, leftovers, run } = createLimiter({ maxConcurrency });
		await run(...numbered(6, { holds: 2 }));
		expect(times()).toEqual(expected);
		expect(active.max).toBe(Math.min(maxConcurrency, 6));
		expect(leftovers()).toEqual([0, 0]);
	});

	test('a place that becomes free is taken at once', async () => {
		const { times, run } = createLimiter({ maxConcurrency: 2 });
		await run(...[5, 1, 1, 1].map((holds, index) => ({ name: `${index}`, holds })));
		expect(times()).toEqual([0, 0, 1, 2]);
	});

	test('the longest delay between due and start is known', async () => {
		const { limiter, run } = createLimiter({ maxConcurrency: 2 });
		expect(limiter.maxStartDelayMs).toBe(0);
		await run(...numbered(6, { holds: 2 }));
		expect(limiter.maxStartDelayMs).toBe(4_000);
	});
});

describe('requests per second', () => {
	test.each([
		[4, [0, 0.25, 0.5, 0.75, 1]],
		[1, [0, 1, 2, 3, 4]],
		[0.5, [0, 2, 4, 6, 8]],
		[0, [0, 0, 0, 0, 0]],
	])('at %p per second requests start at %p', async (requestsPerSecond, expected) => {
		const { times, run } = createLimiter({ maxConcurrency: 100, requestsPerSecond });
		await run(...numbered(5));
		expect(times()).toEqual(expected);
	});

	test('are measured from start to start, however long a request takes', async () => {
		const { times, run } = createLimiter({ maxConcurrency: 2, requestsPerSecond: 1 });
		await run(...numbered(4, { holds: 5 }));
		expect(times()).toEqual([0, 1, 5, 6]);
	});

	test('are not saved up while unused', async () => {
		const { clock, times, run } = createLimiter({ maxConcurrency: 100, requestsPerSecond: 1 });
		await run(...numbered(1));
		await clock.advance(10);
		await run(...numbered(3));
		expect(times()).toEqual([0, 10, 11, 12]);
	});

	test.each([
		[1, [0, 1, 2]],
		[100, [0, 0.1, 0.2]],
	])(
		'at %p per second and throttled to ten, requests start at %p',
		async (requestsPerSecond, expected) => {
			const { pause, times, run } = createLimiter({ maxConcurrency: 100, requestsPerSecond });
			pause(0);
			await run(...numbered(3));
			expect(times()).toEqual(expected);
		},
	);
});

describe('a request that is not due yet', () => {
	test('starts when it is due, in whatever order requests come', async () => {
		const { log, run } = createLimiter({ maxConcurrency: 5 });
		await run({ name: 'c', dueAt: 30 }, { name: 'a', dueAt: 10 }, { name: 'b', dueAt: 10 });
		expect(log).toEqual(['a@10', 'b@10', 'c@30']);
	});

	test('does not delay a later one that is due earlier', async () => {
		const { clock, log, acquire } = createLimiter();
		const first = acquire({ name: 'b', dueAt: 30 });
		await clock.advance(2);
		await clock.finish(Promise.all([first, acquire({ name: 'a', dueAt: 8 })]));
		expect(log).toEqual(['a@8', 'b@30']);
	});
});

describe('of several waiting requests', () => {
	const first = { name: 'x', holds: 60 };
	const due = (name: string, dueAt: number) => ({ name, dueAt });

	test.each<[string, Request[], string]>([
		[
			'due longest',
			[due('c', 30), due('a', 10), due('e', 50), due('b', 20), due('d', 40)],
			'xabcde',
		],
		[
			'that came first if they are due at the same time',
			[due('c', 10), due('d', 10), due('a', 5), due('e', 10), due('b', 5), due('f', 10)],
			'xabcdef',
		],
	])('the one %s starts first', async (_, requests, expected) => {
		const { names, run } = createLimiter();
		await run(first, ...requests);
		expect(names()).toBe(expected);
	});

	test('the one due longest starts first, even if it comes last', async () => {
		const { clock, names, acquireAll } = createLimiter();
		const early = acquireAll({ name: 'x', holds: 10 }, due('b', 5));
		await clock.advance(8);
		await clock.finish(Promise.all([early, acquireAll(due('a', 2), due('c', 8))]));
		expect(names()).toBe('xabc');
	});
});

describe('a pause of the throttle', () => {
	test('holds all requests back, and is followed by its interval', async () => {
		const { pause, times, run } = createLimiter({ maxConcurrency: 2 });
		pause(5);
		await run(...numbered(3));
		expect(times()).toEqual([5, 5.1, 5.2]);
	});

	test('lets requests at their deadline through, but not before they are due', async () => {
		const { log, pause, run } = createLimiter({ maxConcurrency: 5 });
		pause(60);
		await run(
			{ name: 'a', dueAt: 0 },
			{ name: 'b', dueAt: 1, deadline: 20 },
			{ name: 'c', dueAt: 2, deadline: 10 },
			{ name: 'd', dueAt: 3, deadline: 0 },
		);
		expect(log).toEqual(['d@3', 'c@10', 'b@20', 'a@60']);
	});

	test('lets the one due longest of several at their deadline through first', async () => {
		const { log, pause, run } = createLimiter({ maxConcurrency: 5 });
		pause(60);
		await run(
			{ name: 'c', dueAt: 3, deadline: 10 },
			{ name: 'a', dueAt: 1, deadline: 10 },
			{ name: 'b', dueAt: 2, deadline: 10 },
		);
		expect(log).toEqual(['a@10', 'b@10.1', 'c@10.2']);
	});

	test('lets a later request with an earlier deadline through earlier', async () => {
		const { clock, log, pause, acquire } = createLimiter({ maxConcurrency: 5 });
		pause(60);
		const first = acquire({ name: 'a', deadline: 30 });
		await clock.advance(2);
		await clock.finish(Promise.all([first, acquire({ name: 'b', deadline: 8 })]));
		expect(log).toEqual(['b@8', 'a@30']);
	});

	test('holds requests back longer if it is extended while they wait', async () => {
		const { clock, pause, times, acquireAll } = createLimiter();
		pause(5);
		const requests = acquireAll(...numbered(2));
		await clock.advance(3);
		pause(5);
		await clock.finish(requests);
		expect(times()).toEqual([8, 8.2]);
	});
});

describe('an expired request', () => {
	test('takes no place when its turn comes', async () => {
		const { clock, leftovers, log, run } = createLimiter();
		const admissions = await run(
			{ name: 'x', holds: 10 },
			{ name: 'a', expiresAt: 9 },
			{ name: 'b', expiresAt: 10 },
			{ name: 'c', expiresAt: 10.001 },
			{ name: 'd' },
		);
		expect(admissions).toEqual(['granted', 'expired', 'expired', 'granted', 'granted']);
		expect(log).toEqual(['x@0', 'c@10', 'd@10']);
		await clock.runAll();
		expect(leftovers()).toEqual([0, 0]);
	});

	test.each<[string, Partial<RequestLimits>]>([
		['all places are taken', {}],
		['the next start is not due yet', { maxConcurrency: 9, requestsPerSecond: 0.1 }],
	])('is rejected at that time, even while %s', async (_, limits) => {
		const { clock, acquire } = createLimiter(limits);
		void acquire({ name: 'x', holds: 10 });
		const rejections = [5, 3, 5].map(async (expiresAt) => {
			const admission = await acquire({ name: 'a', expiresAt });
			return `${admission}@${clock.seconds}`;
		});
		const results = await clock.finish(Promise.all(rejections));
		expect(results).toEqual(['expired@5', 'expired@3', 'expired@5']);
	});

	test('does not count towards requests per second', async () => {
		const { log, run } = createLimiter({ requestsPerSecond: 0.1 });
		await run({ name: 'x' }, { name: 'a', expiresAt: 5 }, { name: 'b', expiresAt: 60 });
		expect(log).toEqual(['x@0', 'b@10']);
	});
});

test('a hundred waiting requests share one timer for their start and one for their expiry', async () => {
	const { clock, controller, acquireAll } = createLimiter();
	const requests = acquireAll(
		...Array.from({ length: 100 }, (_, n) => ({
			name: 'x',
			dueAt: 60,
			expiresAt: n === 0 ? Infinity : 90 + n / 10_000,
		})),
	);
	await flushPromises();
	expect(clock.sleeping).toBe(2);
	controller.abort();
	await clock.finish(requests);
});

describe('an abort', () => {
	test('empties the queue, and leaves neither timers nor listeners', async () => {
		const { clock, controller, log, pause, acquireAll, leftovers } = createLimiter();
		pause(60);
		const requests = acquireAll(...numbered(3), { name: 'd', deadline: 30 });
		await clock.advance(1);
		controller.abort();
		expect(await clock.finish(requests)).toEqual(['aborted', 'aborted', 'aborted', 'aborted']);
		expect(clock.seconds).toBe(1);
		expect(leftovers()).toEqual([0, 0]);
		expect(log).toEqual([]);
	});

	test('admits no waiting request when a place becomes free', async () => {
		const { clock, controller, names, acquireAll } = createLimiter();
		const requests = acquireAll(...numbered(3, { holds: 10 }));
		await clock.advance(1);
		controller.abort();
		expect(await clock.finish(requests)).toEqual(['granted', 'aborted', 'aborted']);
		expect(names()).toBe('1');
	});

	test('admits no later request', async () => {
		const { controller, listeners, log, run } = createLimiter();
		controller.abort();
		expect(await run(...numbered(2))).toEqual(['aborted', 'aborted']);
		expect(log).toEqual([]);
		expect(listeners()).toBe(0);
	});
});
