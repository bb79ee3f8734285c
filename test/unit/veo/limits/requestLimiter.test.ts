import { AdaptiveThrottle } from '../../../../nodes/ApikleyVeo/veo/limits/adaptiveThrottle';
import { RequestLimiter } from '../../../../nodes/ApikleyVeo/veo/limits/requestLimiter';
import type { RequestLimits } from '../../../../nodes/ApikleyVeo/veo/limits/requestLimiter';
import { FakeClock, flushPromises } from '../../support/fakeClock';
import { spyOnSignal } from '../../support/spyOnSignal';

/** All times in seconds. */
interface Request {
	readonly name: string;
	readonly comesAt?: number;
	/** How long it is active once admitted. */
	readonly holds?: number;
	readonly dueAt?: number;
	readonly deadline?: number;
	readonly expiresAt?: number;
}

interface Settings extends Partial<RequestLimits> {
	/** When the throttle pauses, and for how long. */
	readonly pauses?: ReadonlyArray<readonly [at: number, seconds: number]>;
	/** When a request succeeds. */
	readonly successes?: readonly number[];
}

/** E.g. "x holds=10, a dueAt=1": two requests with these fields. */
function parse(text: string): Request[] {
	return text.split(', ').map((request) => {
		const [name = '', ...fields] = request.split(' ');
		const entries = fields.map((field) => field.split('='));
		return { name, ...Object.fromEntries(entries.map(([key, value]) => [key, Number(value)])) };
	});
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
	const acquire = async ({ name, comesAt = 0, holds = 0, dueAt = 0, ...until }: Request) => {
		await clock.sleep(comesAt * 1000, signal);
		const admission = await limiter.acquire({
			dueAt: clock.at(dueAt),
			deadline: clock.at(until.deadline ?? Infinity),
			expiresAt: clock.at(until.expiresAt ?? Infinity),
		});
		if (admission !== 'granted') return admission;
		log.push(`${name}@${clock.seconds}`);
		await clock.sleep(holds * 1000, signal);
		limiter.release();
		return admission;
	};
	const acquireAll = async (requests: string) => await Promise.all(parse(requests).map(acquire));
	const pause = (seconds: number) =>
		throttle.onThrottled(clock.now() - 1, clock.now(), seconds * 1000);
	const succeed = () => throttle.onSuccess(clock.now());
	const leftovers = () => [clock.sleeping, listeners()];
	return { clock, limiter, controller, acquire, acquireAll, pause, succeed, log, leftovers };
}

const testStarts = (rows: ReadonlyArray<readonly [string, Settings, string, string]>) =>
	test.each(rows)('%s', async (_, settings, requests, expected) => {
		const { pauses = [], successes = [], ...limits } = settings;
		const { clock, log, pause, succeed, acquireAll, leftovers } = createLimiter(limits);
		const doAt = async (at: number, what: () => void) => {
			await clock.sleep(at * 1000, new AbortController().signal);
			what();
		};
		const events = [
			...pauses.map(async ([at, seconds]) => await doAt(at, () => pause(seconds))),
			...successes.map(async (at) => await doAt(at, succeed)),
		];
		await clock.finish(Promise.all([...events, acquireAll(requests)]));
		expect(log.join(' ')).toBe(expected);
		await clock.runAll();
		expect(leftovers()).toEqual([0, 0]);
	});

describe('the limit of requests in flight', () => {
	const requests = 'a holds=5, b holds=1, c holds=1, d holds=1';

	testStarts([
		['may be 1', {}, requests, 'a@0 b@5 c@6 d@7'],
		['may be 2', { maxConcurrency: 2 }, requests, 'a@0 b@0 c@1 d@2'],
		['may be high', { maxConcurrency: 100 }, requests, 'a@0 b@0 c@0 d@0'],
	]);

	test('causes delays, of which the longest is known', async () => {
		const { clock, limiter, acquireAll } = createLimiter({ maxConcurrency: 2 });
		await clock.finish(acquireAll(requests));
		// Those had no deadline, such as creations, which may take their time
		expect(limiter.maxStartDelayMs).toBe(0);
		const due = (name: string, holds: number) => `${name} dueAt=7 deadline=60 holds=${holds}`;
		await clock.finish(acquireAll([due('a', 5), due('b', 1), due('c', 1), due('d', 1)].join(', ')));
		expect(limiter.maxStartDelayMs).toBe(2_000);
	});
});

describe('the limit of requests per second', () => {
	const limit = (requestsPerSecond: number, maxConcurrency = 100): Settings => ({
		requestsPerSecond,
		maxConcurrency,
	});
	const throttled = (requestsPerSecond: number): Settings => ({
		...limit(requestsPerSecond),
		pauses: [[0, 0]],
		successes: [0],
	});
	const long = 'a holds=5, b holds=5, c holds=5, d holds=5';

	testStarts([
		['may be less than 1', limit(0.5), 'a, b, c', 'a@0 b@2 c@4'],
		['may be missing', limit(0), 'a, b, c', 'a@0 b@0 c@0'],
		['may be lower than that of the throttle', throttled(1), 'a, b, c', 'a@0 b@1 c@2'],
		['may be higher than that of the throttle', throttled(100), 'a, b, c', 'a@0 b@0.09 c@0.18'],
		['counts from start to start', limit(1, 2), long, 'a@0 b@1 c@5 d@6'],
		['is not saved up', limit(1), 'a, b comesAt=10, c comesAt=10', 'a@0 b@10 c@11'],
		[
			'does not count expired requests',
			limit(0.1, 1),
			'x, a expiresAt=5, b expiresAt=60',
			'x@0 b@10',
		],
	]);
});

describe('a request', () => {
	testStarts([
		[
			'starts when it is due, in whatever order requests come',
			{ maxConcurrency: 5 },
			'c dueAt=30, a dueAt=10, b dueAt=10',
			'a@10 b@10 c@30',
		],
		[
			'that is not due yet does not delay a later one that is due earlier',
			{},
			'b dueAt=30, a dueAt=8 comesAt=2',
			'a@8 b@30',
		],
		[
			'that has been due longest starts first; of several, the one that came first',
			{},
			'x holds=60, c dueAt=10, d dueAt=10, a dueAt=5, e dueAt=10, b dueAt=5, f dueAt=10',
			'x@0 a@60 b@60 c@60 d@60 e@60 f@60',
		],
		[
			'that has been due longest starts first, even if it comes last',
			{},
			'x holds=10, b dueAt=5, a dueAt=2 comesAt=8, c dueAt=8 comesAt=8',
			'x@0 a@10 b@10 c@10',
		],
	]);
});

describe('a pause of the throttle', () => {
	const long: Settings = { maxConcurrency: 5, pauses: [[0, 60]] };
	const extended: Settings = { pauses: [0, 3].map((at) => [at, 5] as const) };
	const probed: Settings = { maxConcurrency: 5, pauses: [[0, 5]], successes: [5.3] };

	testStarts([
		['holds all requests back', extended, 'a', 'a@8'],
		[
			'ends with a probe, whose success starts the others, one interval after another',
			probed,
			'a holds=0.3, b, c',
			'a@5 b@5.3 c@5.39',
		],
		[
			'is followed by another probe if the first one has no response in time',
			{ ...probed, successes: [6.3] },
			'a holds=60, b holds=0.3, c',
			'a@5 b@6 c@6.3',
		],
		[
			'lets requests at their deadline through, but not before they are due',
			long,
			'a, b dueAt=1 deadline=20, c dueAt=2 deadline=10, d dueAt=3 deadline=0',
			'd@3 c@10 b@20 a@60',
		],
		[
			'does not hold requests without a deadline back for longer than two minutes',
			{ maxConcurrency: 5, pauses: [[0, 7_200]] },
			'a, b deadline=300',
			'a@120 b@300',
		],
		[
			'lets the one due longest of several at their deadline through first',
			long,
			'c dueAt=3 deadline=10, a dueAt=1 deadline=10, b dueAt=2 deadline=10',
			'a@10 b@10.1 c@10.2',
		],
		[
			'lets a later request with an earlier deadline through earlier',
			long,
			'a deadline=30, b deadline=8 comesAt=2',
			'b@8 a@30',
		],
	]);
});

describe('an expired request', () => {
	test('takes no place when its turn comes', async () => {
		const { clock, leftovers, log, acquireAll } = createLimiter();
		const requests = 'x holds=10, a expiresAt=9, b expiresAt=10, c expiresAt=10.001, d';
		const admissions = await clock.finish(acquireAll(requests));
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
});

test('a hundred waiting requests share one timer for their start and one for their expiry', async () => {
	const { clock, controller, acquireAll } = createLimiter();
	const expiring = Array.from({ length: 99 }, (_, n) => `x dueAt=60 expiresAt=${90 + n / 10_000}`);
	const requests = acquireAll(['x dueAt=60', ...expiring].join(', '));
	await flushPromises();
	expect(clock.sleeping).toBe(2);
	controller.abort();
	await clock.finish(requests);
});

test('requests start at least 1 ms apart if half of the time of a response is enough for that', async () => {
	const { clock, limiter, acquireAll, log } = createLimiter({ maxConcurrency: 10 });
	await limiter.acquire({ dueAt: clock.now(), deadline: Infinity, expiresAt: Infinity });
	limiter.release(20);
	await clock.finish(acquireAll('a holds=1, b holds=1, c'));
	expect(log).toEqual(['a@0', 'b@0.001', 'c@0.002']);
});

test('a request that starts at once needs no timer', async () => {
	const { clock, acquire, log } = createLimiter({ requestsPerSecond: 1 });
	void acquire({ name: 'a', expiresAt: 30 });
	await flushPromises();
	expect([log, clock.sleeping]).toEqual([['a@0'], 0]);
});

test('a request expires even if its timer rings too early, as timers can by a fraction of a millisecond', async () => {
	const { clock, acquire } = createLimiter();
	const { sleep } = clock;
	clock.sleep = async (ms, signal) => await sleep.call(clock, ms - 0.5, signal);
	void acquire({ name: 'x', holds: 20 });
	expect(await clock.finish(acquire({ name: 'a', expiresAt: 10 }))).toBe('expired');
	expect(clock.seconds).toBe(10);
});

describe('an abort', () => {
	test('empties the queue, and leaves neither timers nor listeners', async () => {
		const { clock, controller, log, pause, acquireAll, leftovers } = createLimiter();
		pause(60);
		const requests = acquireAll('a, b, c, d deadline=30');
		await clock.advance(1);
		controller.abort();
		expect(await clock.finish(requests)).toEqual(['aborted', 'aborted', 'aborted', 'aborted']);
		expect(clock.seconds).toBe(1);
		expect(leftovers()).toEqual([0, 0]);
		expect(log).toEqual([]);
	});

	test('admits no waiting request when a place becomes free, and no later one', async () => {
		const { clock, controller, log, acquireAll, leftovers } = createLimiter();
		const requests = acquireAll('a holds=10, b, c');
		await clock.advance(1);
		controller.abort();
		expect(await clock.finish(requests)).toEqual(['granted', 'aborted', 'aborted']);
		expect(await clock.finish(acquireAll('d'))).toEqual(['aborted']);
		expect(log).toEqual(['a@0']);
		expect(leftovers()).toEqual([0, 0]);
	});
});
