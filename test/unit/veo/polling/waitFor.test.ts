import type { Lookup, LookupTimes } from '../../../../nodes/ApikleyVeo/veo/api/client';
import type { VeoTask } from '../../../../nodes/ApikleyVeo/veo/task/task';
import { initialWaitState, waitFor } from '../../../../nodes/ApikleyVeo/veo/polling/waitFor';
import type { WaitOutcome, WaitState } from '../../../../nodes/ApikleyVeo/veo/polling/waitFor';
import { createClient } from '../../support/createClient';
import type { ClientOptions } from '../../support/createClient';
import { FakeClock } from '../../support/fakeClock';
import { httpResponse, sequence, taskResponse } from '../../support/fakeHttp';
import type { Script } from '../../support/fakeHttp';
import { spyOnSignal } from '../../support/spyOnSignal';
import { RUNNING, SUCCEEDED, task } from '../../support/records';

interface Seconds {
	readonly initialDelay?: number;
	readonly interval?: number;
	readonly backoffFactor?: number;
	readonly maxInterval?: number;
	readonly timeout?: number;
}

function scheduleOf(seconds: Seconds) {
	const { initialDelay = 0, interval = 10, backoffFactor = 1, maxInterval = 60 } = seconds;
	return {
		initialDelayMs: initialDelay * 1000,
		intervalMs: interval * 1000,
		backoffFactor,
		maxIntervalMs: maxInterval * 1000,
		timeoutMs: (seconds.timeout ?? 900) * 1000,
	};
}

const running = lookedUp({ status: 'generating', isFinal: false });
const succeeded = lookedUp({ status: 'succeeded', isFinal: true });
const odd = lookedUp({ status: 'unknown', isFinal: false, successFlag: 7 });
const notFound: Lookup = { kind: 'notFound', code: 422, message: 'record is null' };
const keyRejected: Lookup = { kind: 'unauthorized', message: null };
const refused: Lookup = { kind: 'rejected', code: 400, message: 'Only English' };
const unreachable: Lookup = {
	kind: 'retriesExhausted',
	attempts: 6,
	code: 503,
	reason: 'server error 503',
};

/** `known`: as much of the task as the wait, or its test, asks for. */
function lookedUp(known: Partial<VeoTask>) {
	return { kind: 'task', task: known as VeoTask } as const;
}

const NEVER_PARKED = { parkFrom: Infinity, parkSpreadMs: 0, park: async () => false };

/** Waits with lookups that are answered by `lookupAt`, from the seconds at which they begin. */
function createWait(seconds: Seconds, lookupAt: (at: number) => Lookup, takes = 0) {
	const clock = new FakeClock();
	const { controller, signal, listeners } = spyOnSignal();
	const lookupTimes: number[] = [];
	const asked: Array<{ dueAt: number; deadline: number }> = [];
	const lookUp = async (times: { dueAt: number; deadline: number }): Promise<Lookup> => {
		await clock.sleep(times.dueAt - clock.now(), signal);
		if (signal.aborted) return { kind: 'aborted' };
		const at = clock.seconds;
		lookupTimes.push(at);
		asked.push({
			dueAt: (times.dueAt - clock.at(0)) / 1000,
			deadline: (times.deadline - clock.at(0)) / 1000,
		});
		await clock.sleep(takes * 1000, signal);
		return signal.aborted ? { kind: 'aborted' } : lookupAt(at);
	};
	const schedule = scheduleOf(seconds);
	const start = async () =>
		await waitFor(schedule, initialWaitState(schedule, clock.date()), {
			clock,
			signal,
			...NEVER_PARKED,
			probe: lookUp,
		});
	const run = async (): Promise<WaitOutcome> => await clock.finish(start());
	return { clock, controller, listeners, lookUp, lookupTimes, asked, start, run };
}

const always = (lookup: Lookup) => () => lookup;
/** One lookup until `second`, another from then on. */
const until = (second: number, before: Lookup, after: Lookup) => (at: number) =>
	at < second ? before : after;

describe('when a task is looked up', () => {
	test.each<[string, Seconds, number[]]>([
		['every interval, for the last time at the deadline', { timeout: 25 }, [0, 10, 20, 25]],
		['the deadline falls on a lookup', { timeout: 30 }, [0, 10, 20, 30]],
		['first after the initial delay', { initialDelay: 7, timeout: 25 }, [7, 17, 25]],
		['decimals', { initialDelay: 0.25, interval: 0.5, timeout: 1.5 }, [0.25, 0.75, 1.25, 1.5]],
		['timeout shorter than the interval', { interval: 60, timeout: 25 }, [0, 25]],
		['timeout shorter than the initial delay', { initialDelay: 60, timeout: 25 }, [25]],
		['timeout 0: once, now', { timeout: 0 }, [0]],
		[
			'gaps that grow',
			{ interval: 5, backoffFactor: 2, maxInterval: 20, timeout: 80 },
			[0, 5, 15, 35, 55, 75, 80],
		],
		['defaults', { timeout: 65 }, [0, 10, 20, 30, 40, 50, 60, 65]],
	])('%s', async (_, seconds, expected) => {
		const { lookupTimes, run } = createWait(seconds, always(running));
		expect(await run()).toMatchObject({ kind: 'timedOut' });
		expect(lookupTimes).toEqual(expected);
	});

	test('gaps are counted from the end of a lookup', async () => {
		const { lookupTimes, run } = createWait({ timeout: 40 }, always(running), 3);
		await run();
		expect(lookupTimes).toEqual([0, 13, 26, 39]);
	});

	test('a lookup that ends after the deadline was the last one', async () => {
		const { lookupTimes, run } = createWait({ timeout: 22 }, always(running), 6);
		expect(await run()).toMatchObject({
			kind: 'timedOut',
			record: { lookups: 2, waitedMs: 22_000 },
		});
		expect(lookupTimes).toEqual([0, 16]);
	});

	test('each lookup is told when it was due and when all is over', async () => {
		const { asked, run } = createWait({ initialDelay: 1, timeout: 25 }, always(running));
		await run();
		expect(asked).toEqual([
			{ dueAt: 1, deadline: 25 },
			{ dueAt: 11, deadline: 25 },
			{ dueAt: 21, deadline: 25 },
			{ dueAt: 25, deadline: 25 },
		]);
	});
});

describe('how a wait ends', () => {
	test.each<[number, string]>([
		[1, 'succeeded'],
		[2, 'failed'],
		[3, 'failed'],
	])('with successFlag %p: at once', async (successFlag, status) => {
		const ended: Lookup = { kind: 'task', task: task({ successFlag }) };
		const { lookupTimes, run } = createWait({}, until(30, running, ended));
		expect(await run()).toMatchObject({
			kind: 'ended',
			task: { status },
			record: { lookups: 4, waitedMs: 30_000 },
		});
		expect(lookupTimes).toEqual([0, 10, 20, 30]);
	});

	test('already ended: after the first lookup', async () => {
		const { run } = createWait({}, always(succeeded));
		expect(await run()).toMatchObject({ kind: 'ended', record: { lookups: 1, waitedMs: 0 } });
	});

	test('ended at the very deadline: not timed out', async () => {
		const { run } = createWait({ timeout: 25 }, until(25, running, succeeded));
		expect(await run()).toMatchObject({ kind: 'ended', record: { lookups: 4, waitedMs: 25_000 } });
	});

	test('timed out: with the task as it was last seen, and what it has cost', async () => {
		const { run } = createWait({ timeout: 25 }, always(running));
		expect(await run()).toEqual({
			kind: 'timedOut',
			lastTask: running.task,
			lastTrouble: null,
			record: { lookups: 4, waitedMs: 25_000 },
		});
	});

	test('the initial delay and the time of lookups count as waited', async () => {
		const { run } = createWait({ initialDelay: 5 }, until(30, running, succeeded), 2);
		expect(await run()).toMatchObject({ record: { lookups: 4, waitedMs: 43_000 } });
	});

	test('an unknown status is polled on until the timeout', async () => {
		const { lookupTimes, run } = createWait({ timeout: 25 }, always(odd));
		expect(await run()).toMatchObject({
			kind: 'timedOut',
			lastTask: { status: 'unknown', successFlag: 7 },
		});
		expect(lookupTimes).toEqual([0, 10, 20, 25]);
	});

	test('an unknown status that becomes known ends the wait', async () => {
		const { run } = createWait({}, until(20, odd, succeeded));
		expect(await run()).toMatchObject({ kind: 'ended', record: { lookups: 3 } });
	});

	test.each<[string, Lookup]>([
		['a rejected key', keyRejected],
		['a refusal', refused],
		['a lookup whose retries are used up', unreachable],
	])('%s ends it at once', async (_, lookup) => {
		const { lookupTimes, run } = createWait({}, until(20, running, lookup));
		expect(await run()).toEqual({
			kind: 'failed',
			lookup,
			record: { lookups: 3, waitedMs: 20_000 },
		});
		expect(lookupTimes).toEqual([0, 10, 20]);
	});

	test.each<[string, Lookup]>([
		['a rejected key', keyRejected],
		['a refusal', refused],
		['a task not found', notFound],
	])('%s at the deadline is no timeout', async (_, lookup) => {
		const { run } = createWait({ timeout: 15 }, until(15, running, lookup));
		expect(await run()).toMatchObject({ kind: 'failed', lookup });
	});
});

describe('a task that is not found', () => {
	test('is tolerated: it may have been created only just now', async () => {
		const { lookupTimes, run } = createWait({ interval: 15 }, until(45, notFound, succeeded));
		expect(await run()).toMatchObject({ kind: 'ended' });
		expect(lookupTimes).toEqual([0, 15, 30, 45]);
	});

	test('is tolerated for the first sixty seconds, and no longer', async () => {
		const { lookupTimes, run } = createWait({}, always(notFound));
		expect(await run()).toMatchObject({
			kind: 'failed',
			lookup: { kind: 'notFound', code: 422, message: 'record is null' },
			record: { lookups: 7, waitedMs: 60_000 },
		});
		expect(lookupTimes).toEqual([0, 10, 20, 30, 40, 50, 60]);
	});

	test('just before the sixty seconds are over it still is', async () => {
		const { lookupTimes, run } = createWait({ interval: 59.999 }, until(100, notFound, succeeded));
		expect(await run()).toMatchObject({ kind: 'ended' });
		expect(lookupTimes).toEqual([0, 59.999, 119.998]);
	});

	test('the sixty seconds begin with the wait, not with the first lookup', async () => {
		const { lookupTimes, run } = createWait({ initialDelay: 90 }, always(notFound));
		expect(await run()).toMatchObject({ kind: 'failed', lookup: { kind: 'notFound' } });
		expect(lookupTimes).toEqual([90]);
	});

	test('at the end of a short wait: that it is unknown is told, not the timeout', async () => {
		const { lookupTimes, run } = createWait({ timeout: 25 }, always(notFound));
		expect(await run()).toMatchObject({ kind: 'failed', lookup: { kind: 'notFound' } });
		expect(lookupTimes).toEqual([0, 10, 20, 25]);
	});
});

describe('trouble at the deadline', () => {
	test('the last lookup fails: timed out, with the task as last seen and the trouble', async () => {
		const { run } = createWait({ timeout: 15 }, until(15, running, unreachable));
		expect(await run()).toEqual({
			kind: 'timedOut',
			lastTask: running.task,
			lastTrouble: 'server error 503',
			record: { lookups: 3, waitedMs: 15_000 },
		});
	});

	test('no lookup ever told of the task', async () => {
		const { run } = createWait({ timeout: 0 }, always(unreachable));
		expect(await run()).toMatchObject({
			kind: 'timedOut',
			lastTask: null,
			lastTrouble: 'server error 503',
		});
	});

	test('trouble that was over again is not told', async () => {
		const { run } = createWait({ timeout: 20 }, until(10, { kind: 'expired' }, running));
		expect(await run()).toMatchObject({ kind: 'timedOut', lastTrouble: null });
	});

	test('a lookup whose turn never came: waited on, and told at the end', async () => {
		const { lookupTimes, run } = createWait({ timeout: 25 }, always({ kind: 'expired' }));
		expect(await run()).toMatchObject({
			kind: 'timedOut',
			lastTask: null,
			lastTrouble: 'there were more lookups due than the limits allow',
		});
		expect(lookupTimes).toEqual([0, 10, 20, 25]);
	});
});

describe('abort', () => {
	test('in the middle of a gap: ends at once', async () => {
		const { clock, controller, listeners, start } = createWait({}, (at) =>
			at < 14 ? running : { kind: 'aborted' },
		);
		const wait = start();
		await clock.advance(14);
		controller.abort();
		expect(await clock.finish(wait)).toMatchObject({ kind: 'aborted' });
		expect(clock.seconds).toBe(14);
		expect([clock.sleeping, listeners()]).toEqual([0, 0]);
	});

	test('in the middle of a lookup: ends at once', async () => {
		const { clock, controller, listeners, start } = createWait({}, always(running), 5);
		const wait = start();
		await clock.advance(3);
		controller.abort();
		expect(await clock.finish(wait)).toMatchObject({ kind: 'aborted' });
		expect(clock.seconds).toBe(3);
		expect([clock.sleeping, listeners()]).toEqual([0, 0]);
	});
});

describe('parking', () => {
	/** Waits in one process after another: parked ones go on when their time has come. */
	function createParkingWait(
		seconds: Seconds,
		lookupAt: (at: number) => Lookup,
		parkAfter: number,
	) {
		const rig = createWait(seconds, lookupAt);
		const { clock } = rig;
		const schedule = scheduleOf(seconds);
		const { signal } = rig.controller;
		const parkings: number[] = [];
		const lookUp = rig.lookUp;
		const goOn = async (progress: WaitState, parkFrom: number): Promise<WaitOutcome> => {
			const ports = { clock, signal, parkFrom, parkSpreadMs: 0, park: async () => true, lookUp };
			const outcome = await waitFor(schedule, progress, ports);
			if (outcome.kind !== 'parked') return outcome;
			parkings.push(clock.seconds);
			const saved = JSON.parse(JSON.stringify(outcome.progress)) as WaitState;
			await clock.sleep(saved.dueAt - clock.date(), signal);
			return await goOn(saved, saved.dueAt);
		};
		const begin = async () =>
			await goOn(initialWaitState(schedule, clock.date()), clock.date() + parkAfter * 1000);
		return { ...rig, parkings, run: async () => await clock.finish(begin()) };
	}

	test('in memory at first, then at least 65 s apart, for the last time at the deadline', async () => {
		const { lookupTimes, parkings, run } = createParkingWait({ timeout: 300 }, always(running), 25);
		expect(await run()).toMatchObject({
			kind: 'timedOut',
			record: { lookups: 6, waitedMs: 300_000 },
		});
		expect(lookupTimes).toEqual([0, 10, 20, 85, 150, 300]);
		expect(parkings).toEqual([20, 85, 150]);
	});

	test('what was counted before goes on', async () => {
		const { run } = createParkingWait({}, until(100, running, succeeded), 0);
		expect(await run()).toMatchObject({
			kind: 'ended',
			task: { status: 'succeeded' },
			record: { lookups: 3, waitedMs: 130_000 },
		});
	});

	test('what ends quickly is not parked', async () => {
		const { parkings, run } = createParkingWait({}, until(40, running, succeeded), 60);
		expect(await run()).toMatchObject({ kind: 'ended', record: { waitedMs: 40_000 } });
		expect(parkings).toEqual([]);
	});

	test('nor is what has less than 65 s left', async () => {
		const { lookupTimes, parkings, run } = createParkingWait({ timeout: 60 }, always(running), 30);
		expect(await run()).toMatchObject({ kind: 'timedOut' });
		expect(lookupTimes).toEqual([0, 10, 20, 30, 40, 50, 60]);
		expect(parkings).toEqual([]);
	});

	test('an initial delay is waited parked, before any lookup', async () => {
		const { lookupTimes, parkings, run } = createParkingWait(
			{ initialDelay: 200, timeout: 600 },
			always(succeeded),
			0,
		);
		expect(await run()).toMatchObject({ kind: 'ended', record: { lookups: 1 } });
		expect([parkings, lookupTimes]).toEqual([[0], [200]]);
	});

	test('the last that was known of the task is still known at the deadline', async () => {
		const { run } = createParkingWait({ timeout: 160 }, until(60, running, unreachable), 0);
		expect(await run()).toMatchObject({ kind: 'failed', lookup: unreachable });
		const atDeadline = createParkingWait({ timeout: 100 }, until(60, running, unreachable), 0);
		expect(await atDeadline.run()).toMatchObject({
			kind: 'timedOut',
			lastTask: { status: 'generating' },
			lastTrouble: 'server error 503',
		});
	});

	test('a task unknown for the first minute is not tolerated after it was parked', async () => {
		const { lookupTimes, run } = createParkingWait({}, always(notFound), 0);
		expect(await run()).toMatchObject({ kind: 'failed', lookup: notFound });
		expect(lookupTimes).toEqual([0, 65]);
	});

	test('goes on in memory while the others are at work', async () => {
		const { clock, controller, lookUp, lookupTimes } = createWait(
			{},
			until(100, running, succeeded),
		);
		const { signal } = controller;
		const schedule = scheduleOf({ timeout: 300 });
		const asked: number[] = [];
		const park = async (until: number) => {
			asked.push((until - clock.at(0)) / 1000);
			await clock.sleep(until - clock.now(), signal);
			return false;
		};
		const ports = { clock, signal, parkFrom: clock.date(), parkSpreadMs: 0, park, lookUp };
		const wait = waitFor(schedule, initialWaitState(schedule, clock.date()), ports);
		expect(await clock.finish(wait)).toMatchObject({ kind: 'ended', record: { lookups: 3 } });
		expect([asked, lookupTimes]).toEqual([
			[65, 130],
			[0, 65, 130],
		]);
	});

	test('gone on with long after its deadline, a wait still has a lookup', async () => {
		const { client, clock, http, signal } = createClient(sequence(taskResponse(SUCCEEDED)));
		const schedule = scheduleOf({ timeout: 600 });
		const progress = initialWaitState(schedule, clock.date());
		await clock.advance(3_600);
		const ports = { clock, signal, ...NEVER_PARKED, parkFrom: progress.dueAt };
		const lookUp = async (times: LookupTimes) => await client.lookUp('veo_1', times);
		const outcome = waitFor(schedule, progress, { ...ports, probe: lookUp });
		expect(await clock.finish(outcome)).toMatchObject({
			kind: 'ended',
			record: { lookups: 1, waitedMs: 3_600_000 },
		});
		expect(http.times).toEqual([3_600]);
	});
});

describe('against a server', () => {
	function createServerWait(seconds: Seconds, script: Script, options: ClientOptions = {}) {
		const rig = createClient(script, { random: () => 0, ...options });
		const { clock, client, signal } = rig;
		const schedule = scheduleOf(seconds);
		const start = async (taskId = 'veo_1'): Promise<WaitOutcome> =>
			await waitFor(schedule, initialWaitState(schedule, clock.date()), {
				clock,
				signal,
				...NEVER_PARKED,
				probe: async (times) => await client.lookUp(taskId, times),
			});
		const run = async () => await clock.finish(start());
		return { ...rig, startWait: start, run };
	}

	test('retries belong to their lookup', async () => {
		const script = sequence(
			taskResponse(RUNNING),
			httpResponse(503),
			httpResponse(503),
			taskResponse(SUCCEEDED),
		);
		const { http, run } = createServerWait({}, script, { random: () => 0.5 });
		expect(await run()).toMatchObject({
			kind: 'ended',
			record: { lookups: 2, waitedMs: 13_000 },
		});
		expect(http.times).toEqual([0, 10, 11, 13]);
	});

	test('Retry-After beyond the deadline is cut to it', async () => {
		const busy = httpResponse(429, '', { 'retry-after': '3600' });
		const { http, run } = createServerWait({ timeout: 25 }, sequence(taskResponse(RUNNING), busy));
		expect(await run()).toMatchObject({
			kind: 'timedOut',
			lastTask: { status: 'generating' },
			lastTrouble: 'too many requests (429)',
			record: { lookups: 2, waitedMs: 25_000 },
		});
		expect(http.times).toEqual([0, 10, 25]);
	});

	test('a server that is down until the deadline: timed out, not unreachable', async () => {
		const { http, run } = createServerWait({ timeout: 5 }, sequence(httpResponse(502)), {
			random: () => 0.5,
		});
		expect(await run()).toMatchObject({
			kind: 'timedOut',
			lastTask: null,
			lastTrouble: 'server error 502',
		});
		expect(http.times).toEqual([0, 1, 3, 5]);
	});

	test('a server that is down for long: unreachable once the retries are used up', async () => {
		const script = sequence(taskResponse(RUNNING), httpResponse(502));
		const { http, run } = createServerWait({}, script, { maxRetries: 2, random: () => 0.5 });
		expect(await run()).toMatchObject({
			kind: 'failed',
			lookup: { kind: 'retriesExhausted', attempts: 3 },
			record: { lookups: 2, waitedMs: 13_000 },
		});
		expect(http.times).toEqual([0, 10, 11, 13]);
	});

	test('a task created only just now, on a server that answers code 200 and data null', async () => {
		const unknown = httpResponse(200, { code: 200, msg: 'success', data: null });
		const { http, run } = createServerWait({}, sequence(unknown, unknown, taskResponse(SUCCEEDED)));
		expect(await run()).toMatchObject({ kind: 'ended' });
		expect(http.times).toEqual([0, 10, 20]);
	});

	test('limits too tight for all stretch the gaps of all alike', async () => {
		const script: Script = ({ at }) => taskResponse(at < 40 ? RUNNING : SUCCEEDED, 100);
		const limits = { requestsPerSecond: 0.2 };
		const { clock, http, startWait } = createServerWait({}, script, limits);
		const ids = ['a', 'b', 'c', 'd'];
		await clock.finish(Promise.all(ids.map(async (taskId) => await startWait(taskId))));
		const asked = (id: string) =>
			http.requests.filter(({ taskId }) => taskId === id).map(({ at }) => at);
		expect(ids.map(asked)).toEqual([
			[0, 20, 40],
			[5, 25, 45],
			[10, 30, 50],
			[15, 35, 55],
		]);
	});

	test('after a rejected key nobody who waits asks again', async () => {
		const script = sequence(taskResponse(RUNNING), taskResponse(RUNNING), httpResponse(401));
		const { clock, http, startWait } = createServerWait({}, script, { maxConcurrency: 1 });
		const waits = Promise.all([startWait('a'), startWait('b')]);
		const outcomes = await clock.finish(waits);
		expect(outcomes.map(({ kind }) => kind)).toEqual(['failed', 'failed']);
		expect(http.times).toEqual([0, 0, 10]);
	});

	test('abort while a hundred wait: all end at once and nothing is left behind', async () => {
		const { clock, controller, http, listeners, startWait } = createServerWait({}, () =>
			taskResponse(RUNNING, 200),
		);
		const waits = Promise.all(
			Array.from({ length: 100 }, async (_, index) => await startWait(`veo_${index}`)),
		);
		await clock.advance(10.5);
		const asked = http.requests.length;
		controller.abort();
		const outcomes = await clock.finish(waits);
		expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['aborted']));
		expect(clock.seconds).toBe(10.5);
		expect([clock.sleeping, listeners()]).toEqual([0, 0]);
		expect(http.requests).toHaveLength(asked);
	});
});
