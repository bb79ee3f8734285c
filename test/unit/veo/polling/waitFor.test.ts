import type { SendTimes } from '../../../../nodes/ApikleyVeo/veo/api/client';
import type { ApiResult } from '../../../../nodes/ApikleyVeo/veo/api/envelope';
import {
	initialWaitState,
	lastErrorOf,
	waitFor,
} from '../../../../nodes/ApikleyVeo/veo/polling/waitFor';
import type {
	WaitPorts,
	WaitResult,
	WaitState,
} from '../../../../nodes/ApikleyVeo/veo/polling/waitFor';
import { FakeClock } from '../../support/fakeClock';
import { schedule } from '../../support/schedule';
import type { ScheduleOptions } from '../../support/schedule';
import { spyOnSignal } from '../../support/spyOnSignal';

type Result = ApiResult<string>;

const running: Result = { kind: 'success', value: 'running' };
const complete: Result = { kind: 'success', value: 'complete' };
/** Final, but not complete. */
const incomplete: Result = { kind: 'success', value: 'incomplete' };
const notFound: Result = { kind: 'notFound', code: 422, message: 'record is null' };
const unauthorized: Result = { kind: 'unauthorized', message: null };
const rejected: Result = { kind: 'rejected', code: 403, message: 'Forbidden' };
const tooOld: Result = { kind: 'tooOld', code: 422, message: '14 days' };
const noCredits: Result = { kind: 'noCredits', message: null };
const unexpected: Result = { kind: 'unexpected', message: 'boom' };
const expired: Result = { kind: 'expired' };
const retriesExhausted: Result = {
	kind: 'retriesExhausted',
	attempts: 6,
	code: 503,
	reason: 'server error 503',
};

/** The result of a lookup that starts at a second of the wait. */
type ResultAt = (second: number) => Result;

const always = (result: Result) => () => result;
/** One result until `second`, another from then on. */
const until = (second: number, before: Result, after: Result) => (at: number) =>
	at < second ? before : after;
/** One result after another, each by its first letter (`b`: retries exhausted), and the last one from then on. */
function sequence(letters: string): ResultAt {
	const b = retriesExhausted;
	const results = {
		r: running,
		i: incomplete,
		c: complete,
		n: notFound,
		e: expired,
		b,
		u: unauthorized,
	};
	const left = [...letters].map((letter) => results[letter as keyof typeof results]);
	return () => (left.length > 1 ? left.shift() : left[0])!;
}

/** A wait whose lookups each take `takes` seconds. */
function createWait(options: ScheduleOptions, resultAt: ResultAt, takes = 0, isCreated = false) {
	const clock = new FakeClock();
	const { controller, signal, listeners } = spyOnSignal();
	/** In seconds: when each lookup started, and the times that it got. */
	const lookups: number[] = [];
	const times: SendTimes[] = [];
	const probe = async ({ dueAt, deadline }: SendTimes): Promise<Result> => {
		await clock.sleep(dueAt - clock.now(), signal);
		const at = clock.seconds;
		if (!signal.aborted) lookups.push(at);
		const inSeconds = (time: number) => (time - clock.at(0)) / 1000;
		times.push({ dueAt: inSeconds(dueAt), deadline: inSeconds(deadline) });
		await clock.sleep(takes * 1000, signal);
		return signal.aborted ? { kind: 'aborted' } : resultAt(at);
	};
	const ports: WaitPorts<string> = {
		clock,
		signal,
		parkFrom: Infinity,
		parkJitterMs: 0,
		park: async () => await Promise.resolve(false),
		probe,
		isCreated,
		isFinal: (value) => value !== 'running',
		isComplete: (value) => value === 'complete',
	};
	const initial: WaitState<string> = initialWaitState(schedule(options), clock.date());
	const start = async (state = initial, changes: Partial<WaitPorts<string>> = {}) =>
		await waitFor(schedule(options), state, { ...ports, ...changes });
	const run = async (changes?: Partial<WaitPorts<string>>) =>
		await clock.finish(start(initial, changes));
	const leftovers = () => [clock.sleeping, listeners()];
	return { clock, controller, signal, lookups, times, initial, start, run, leftovers };
}

describe('lookups', () => {
	test.each<[string, ScheduleOptions, number[]]>([
		['start every interval, and last at the deadline', { timeout: 25 }, [0, 10, 20, 25]],
		['are not repeated at a deadline that falls on one', { timeout: 30 }, [0, 10, 20, 30]],
		['start after the initial delay', { initialDelay: 7, timeout: 25 }, [7, 17, 25]],
		[
			'may have decimals in their times',
			{ initialDelay: 0.25, interval: 0.5, timeout: 1.5 },
			[0.25, 0.75, 1.25, 1.5],
		],
		['are two if the interval exceeds the timeout', { interval: 60, timeout: 25 }, [0, 25]],
		['are one if the initial delay exceeds the timeout', { initialDelay: 60, timeout: 25 }, [25]],
		['are one, now, with timeout 0', { timeout: 0 }, [0]],
		[
			'get further apart with a backoff factor',
			{ interval: 5, backoffFactor: 2, maxInterval: 20, timeout: 80 },
			[0, 5, 15, 35, 55, 75, 80],
		],
	])('%s', async (_, options, expected) => {
		const { lookups, run } = createWait(options, always(running));
		expect(await run()).toMatchObject({ kind: 'timedOut' });
		expect(lookups).toEqual(expected);
	});

	test('are one interval apart from end to start', async () => {
		const { lookups, run } = createWait({ timeout: 40 }, always(running), 3);
		await run();
		expect(lookups).toEqual([0, 13, 26, 39]);
	});

	test('end with the one that ends after the deadline', async () => {
		const { lookups, run } = createWait({ timeout: 22 }, always(running), 6);
		expect(await run()).toMatchObject({
			kind: 'timedOut',
			stats: { lookups: 2, waitedMs: 22_000 },
		});
		expect(lookups).toEqual([0, 16]);
	});

	test('end at the deadline even if the timer rings too early, as timers can by a fraction of a millisecond', async () => {
		const { clock, lookups, run } = createWait({ interval: 30, timeout: 20 }, always(running));
		const { sleep } = clock;
		clock.sleep = async (ms, signal) => await sleep.call(clock, ms - 0.5, signal);
		expect(await run()).toMatchObject({ kind: 'timedOut' });
		expect(lookups).toHaveLength(2);
	});

	test('get the time when they are due, and the deadline', async () => {
		const { times, run } = createWait({ initialDelay: 1, timeout: 25 }, always(running));
		await run();
		expect(times).toEqual([1, 11, 21, 25].map((dueAt) => ({ dueAt, deadline: 25 })));
	});
});

describe('a wait', () => {
	test.each<[string, ScheduleOptions, number, number, number]>([
		['with the first lookup if the task is complete', {}, 0, 1, 0],
		['with the first lookup that finds the task complete', {}, 30, 4, 30],
		['without a timeout if the last lookup finds the task complete', { timeout: 25 }, 25, 4, 25],
	])('ends %s', async (_, options, completeAt, lookups, waited) => {
		const { run } = createWait(options, until(completeAt, running, complete));
		const stats = { lookups, waitedMs: waited * 1000 };
		expect(await run()).toEqual({ kind: 'found', value: 'complete', stats });
	});

	test('that times out has the last value', async () => {
		const { run } = createWait({ timeout: 25 }, always(running));
		const stats = { lookups: 4, waitedMs: 25_000 };
		expect(await run()).toEqual({ kind: 'timedOut', lastValue: 'running', lastError: null, stats });
	});

	test('counts the initial delay and the time of lookups', async () => {
		const { run } = createWait({ initialDelay: 5 }, until(30, running, complete), 2);
		expect(await run()).toMatchObject({ stats: { lookups: 4, waitedMs: 43_000 } });
	});

	const errors = [unauthorized, rejected, tooOld, noCredits, unexpected];

	test.each([...errors, retriesExhausted])('fails at once with $kind', async (error) => {
		for (const before of [running, notFound]) {
			const { lookups, run } = createWait({}, until(20, before, error));
			const stats = { lookups: 3, waitedMs: 20_000 };
			const known =
				before === running ? { isKnown: true, lastValue: 'running' } : { isKnown: false };
			expect(await run()).toEqual({ kind: 'failed', error, stats, ...known });
			expect(lookups).toEqual([0, 10, 20]);
		}
	});

	test.each([tooOld, unauthorized])('that is resumed knows its task at $kind', async (error) => {
		const { clock, initial, start } = createWait({}, always(error));
		const resumed = await clock.finish(start({ ...initial, lookups: 1, lastValue: 'running' }));
		expect(resumed).toMatchObject({ kind: 'failed', error, isKnown: true });
	});

	test('that is resumed after the clock was set back has not waited less than nothing', async () => {
		const { clock, initial, start } = createWait({}, always(tooOld));
		const state = { ...initial, startedAt: initial.startedAt + 3_600_000 };
		expect(await clock.finish(start(state))).toMatchObject({ stats: { waitedMs: 0 } });
	});

	test.each(errors)('fails at its deadline with $kind instead of timing out', async (error) => {
		const { run } = createWait({ timeout: 15 }, until(15, running, error));
		expect(await run()).toMatchObject({ kind: 'failed', error });
	});
});

describe('a task that is not found', () => {
	test('may be found in the first 90 s, as it may be new', async () => {
		const options = { interval: 89.999, maxInterval: 90 };
		const { lookups, run } = createWait(options, until(100, notFound, complete));
		expect(await run()).toMatchObject({ kind: 'found' });
		expect(lookups).toEqual([0, 89.999, 179.998]);
	});

	test.each<[string, ScheduleOptions, number[]]>([
		['after 90 s', { interval: 30 }, [0, 30, 60, 90]],
		['after 90 s of which the initial delay is a part', { initialDelay: 90 }, [90]],
		['at the end of a shorter wait', { timeout: 25 }, [0, 10, 20, 25]],
	])('fails the wait %s', async (_, options, expected) => {
		const { lookups, run } = createWait(options, always(notFound));
		const stats = { lookups: expected.length, waitedMs: (expected.at(-1) ?? 0) * 1000 };
		expect(await run()).toEqual({ kind: 'failed', error: notFound, isKnown: false, stats });
		expect(lookups).toEqual(expected);
	});

	test('is not given up if the API has named it when it was created', async () => {
		const options = { initialDelay: 180, timeout: 300 };
		const { run } = createWait(options, until(280, notFound, complete), 0, true);
		expect(await run()).toMatchObject({ kind: 'found' });
		const { run: runInVain } = createWait(options, always(notFound), 0, true);
		expect(await runInVain()).toMatchObject({ kind: 'timedOut', lastValue: null, notFound });
	});

	test('is not given up if it was known before', async () => {
		const { run } = createWait({}, sequence(`nr${'n'.repeat(30)}c`));
		expect(await run()).toMatchObject({ kind: 'found', stats: { lookups: 33 } });
		const timedOut = { kind: 'timedOut', lastValue: 'running', lastError: expect.any(String) };
		expect(await createWait({}, sequence('rn')).run()).toMatchObject(timedOut);
	});
});

describe('a final value that is not complete', () => {
	test.each<[string, ScheduleOptions, string, number[]]>([
		['until it is', {}, 'riic', [0, 10, 20, 30]],
		['for up to 60 s', { interval: 25 }, 'i', [0, 25, 50, 60]],
		['after 60 s if the interval is longer', { interval: 61, maxInterval: 61 }, 'ic', [0, 60]],
		['until the deadline', { timeout: 25 }, 'i', [0, 10, 20, 25]],
		['until the deadline, even if that fails', { timeout: 15 }, 'iib', [0, 10, 15]],
		['until a lookup fails', {}, 'ib', [0, 10]],
		['until the key is rejected', {}, 'iu', [0, 10]],
		['though lookups in between do not find it', {}, 'inec', [0, 10, 20, 30]],
		['for up to 60 s though they do not find it', { interval: 30 }, 'in', [0, 30, 60]],
		['for 60 s since it is final again', { interval: 30 }, 'iiri', [0, 30, 60, 90, 120, 150]],
	])('is looked up again %s', async (_, options, letters, expected) => {
		const { lookups, run } = createWait(options, sequence(letters));
		const value = letters.endsWith('c') ? 'complete' : 'incomplete';
		const stats = { lookups: expected.length };
		expect(await run()).toMatchObject({ kind: 'found', value, stats });
		expect(lookups).toEqual(expected);
	});
});

describe('an error at the deadline', () => {
	const reason = 'server error 503';
	const tooMany = 'more tasks were due than the limits allow';

	test.each<[string, ScheduleOptions, ResultAt, string | null, string | null]>([
		['is reported', { timeout: 15 }, until(15, running, retriesExhausted), 'running', reason],
		['is reported without a value', { timeout: 0 }, always(retriesExhausted), null, reason],
		[
			'is reported if it is not found any more',
			{ timeout: 15 },
			until(15, running, notFound),
			'running',
			expect.stringContaining('422') as string,
		],
		['is reported if no lookup was admitted', { timeout: 25 }, always(expired), null, tooMany],
		[
			'is not reported if it was over before',
			{ timeout: 20 },
			until(10, expired, running),
			'running',
			null,
		],
	])('%s', async (_, options, resultAt, lastValue, lastError) => {
		const { run } = createWait(options, resultAt);
		const result = await run();
		expect(result).toMatchObject({ kind: 'timedOut', lastValue, lastError });
		// The task is known
		if (lastValue !== null) expect(result).not.toHaveProperty('notFound');
	});
});

test.each<[Result, string | null]>([
	[running, null],
	[{ kind: 'aborted' }, null],
	[retriesExhausted, 'server error 503'],
	[notFound, "can't find the task (422)"],
	[tooOld, "can't find the task (422)"],
	[unauthorized, '(401)'],
	[rejected, 'Forbidden (403)'],
	[{ kind: 'rejected', code: 403, message: null }, 'refused the check (403)'],
	[noCredits, 'enough credits (402)'],
	[{ kind: 'noCredits', message: 'Top up' }, 'Top up (402)'],
	[unexpected, 'boom'],
])('what went wrong with the last lookup, %j, is named by %p', (result, text) => {
	expect(lastErrorOf(result)).toEqual(text === null ? null : expect.stringContaining(text));
});

describe('an aborted wait', () => {
	test.each([
		['between two lookups', running, 0, 14],
		['before the value is complete', incomplete, 0, 14],
		['during a lookup', running, 5, 3],
	])('ends at once %s, and leaves nothing behind', async (_, result, takes, abortAt) => {
		const { clock, controller, leftovers, start } = createWait({}, always(result), takes);
		const wait = start();
		await clock.advance(abortAt);
		controller.abort();
		expect(await clock.finish(wait)).toEqual({ kind: 'aborted' });
		expect(clock.seconds).toBe(abortAt);
		expect(leftovers()).toEqual([0, 0]);
	});

	test('is not parked', async () => {
		const { clock, controller, run } = createWait({ initialDelay: 200 }, always(running));
		controller.abort();
		const park = async () => await Promise.resolve(true);
		expect(await run({ parkFrom: clock.date(), park })).toEqual({ kind: 'aborted' });
	});
});

describe('a wait that may be parked', () => {
	/** Resumes the wait when it is due each time it is parked, from what was saved as JSON. */
	function createParkingWait(
		options: ScheduleOptions,
		resultAt: ResultAt,
		parkAfter = 0,
		jitter = 0,
	) {
		const created = createWait(options, resultAt);
		const { clock, signal, initial, start } = created;
		const parkedAt: number[] = [];
		const resume = async (
			state: WaitState<string>,
			parkFrom: number,
		): Promise<WaitResult<string>> => {
			const park = async () => await Promise.resolve(true);
			const result = await start(state, { parkFrom, parkJitterMs: jitter * 1000, park });
			if (result.kind !== 'parked') return result;
			parkedAt.push(clock.seconds);
			const saved = JSON.parse(JSON.stringify(result.wait)) as WaitState<string>;
			await clock.sleep(saved.dueAt - clock.date(), signal);
			return await resume(saved, saved.dueAt);
		};
		const run = async () => await clock.finish(resume(initial, clock.date() + parkAfter * 1000));
		return { ...created, parkedAt, run };
	}

	test('looks up in memory first, then every 65 s or more, and last at the deadline', async () => {
		const { lookups, parkedAt, run } = createParkingWait({ timeout: 300 }, always(running), 25);
		expect(await run()).toMatchObject({
			kind: 'timedOut',
			stats: { lookups: 6, waitedMs: 300_000 },
		});
		expect(lookups).toEqual([0, 10, 20, 85, 150, 300]);
		expect(parkedAt).toEqual([20, 85, 150]);
	});

	test('is parked longer by its jitter', async () => {
		const { lookups, run } = createParkingWait({}, until(100, running, complete), 0, 5);
		await run();
		expect(lookups).toEqual([0, 70, 140]);
	});

	test('keeps its statistics and its last value while parked', async () => {
		const parked = createParkingWait({}, until(100, running, complete));
		const stats = { lookups: 3, waitedMs: 130_000 };
		expect(await parked.run()).toEqual({ kind: 'found', value: 'complete', stats });
		const { run } = createParkingWait({ timeout: 100 }, until(60, running, retriesExhausted));
		expect(await run()).toMatchObject({ kind: 'timedOut', lastValue: 'running' });
	});

	test.each<[string, ScheduleOptions, ResultAt, number, number[]]>([
		['the task is complete before', {}, until(40, running, complete), 60, [0, 10, 20, 30, 40]],
		['less than 65 s are left', { timeout: 60 }, always(running), 30, [0, 10, 20, 30, 40, 50, 60]],
	])('stays in memory if %s', async (_, options, resultAt, parkAfter, expected) => {
		const { lookups, parkedAt, run } = createParkingWait(options, resultAt, parkAfter);
		await run();
		expect([parkedAt, lookups]).toEqual([[], expected]);
	});

	test('is parked for its initial delay', async () => {
		const options = { initialDelay: 200, timeout: 600 };
		const { lookups, parkedAt, run } = createParkingWait(options, always(complete));
		expect(await run()).toMatchObject({ kind: 'found', stats: { lookups: 1 } });
		expect([parkedAt, lookups]).toEqual([[0], [200]]);
	});

	test.each<[string, string, object, number[]]>([
		['fails if the task is not found after 90 s', 'n', { kind: 'failed' }, [0, 65, 130]],
		['continues if a known task is not found', 'rnnc', { value: 'complete' }, [0, 65, 130, 195]],
		['ends with what is still not complete', 'i', { value: 'incomplete' }, [0, 65]],
		['looks up what is not complete again', 'ic', { value: 'complete' }, [0, 65]],
	])('%s after a parked period', async (_, letters, result, expected) => {
		const { lookups, run } = createParkingWait({}, sequence(letters));
		expect(await run()).toMatchObject(result);
		expect(lookups).toEqual(expected);
	});

	test('resumes from a state that was saved before it had incompleteSince', async () => {
		const { initial, clock, start } = createWait({}, sequence('ic'));
		const { startedAt, dueAt, lookups, lastValue } = initial;
		const saved = { startedAt, dueAt, lookups, lastValue };
		expect(await clock.finish(start(saved))).toMatchObject({ value: 'complete' });
	});

	test('continues in memory when it is due before all others can be parked', async () => {
		const { clock, signal, lookups, run } = createWait({}, until(100, running, complete));
		const parkedUntil: number[] = [];
		const park = async (untilTime: number) => {
			parkedUntil.push((untilTime - clock.at(0)) / 1000);
			await clock.sleep(untilTime - clock.now(), signal);
			return false;
		};
		expect(await run({ parkFrom: clock.date(), park })).toMatchObject({ kind: 'found' });
		expect([parkedUntil, lookups]).toEqual([
			[65, 130],
			[0, 65, 130],
		]);
	});

	test('makes its last lookup immediately if it is resumed after its deadline', async () => {
		const { clock, initial, lookups, start } = createWait({ timeout: 600 }, always(complete));
		await clock.advance(3_600);
		const stats = { lookups: 1, waitedMs: 3_600_000 };
		const result = await clock.finish(start(initial, { parkFrom: initial.dueAt }));
		expect(result).toEqual({ kind: 'found', value: 'complete', stats });
		expect(lookups).toEqual([3_600]);
	});
});
