import { AdaptiveThrottle } from '../../../../nodes/ApikleyVeo/veo/limits/adaptiveThrottle';
import { RequestLimiter } from '../../../../nodes/ApikleyVeo/veo/limits/requestLimiter';
import type { RequestLimits } from '../../../../nodes/ApikleyVeo/veo/limits/requestLimiter';
import { drain, FakeClock } from '../../support/fakeClock';
import { countedSignal } from '../../support/listeners';

interface Visit {
	readonly name: string;
	/** Seconds; how long the visitor stays once let in. */
	readonly stays?: number;
	readonly dueAt?: number;
	readonly deadline?: number;
	readonly expiresAt?: number;
}

/** A gate with a log of who was let in when, in seconds. */
function gateRig(limits: Partial<RequestLimits> = {}) {
	const clock = new FakeClock();
	const brake = new AdaptiveThrottle();
	const { controller, signal, listeners } = countedSignal();
	const gate = new RequestLimiter(
		{ maxConcurrency: 1, requestsPerSecond: 0, ...limits },
		brake,
		clock,
		signal,
	);
	const log: Array<[string, number]> = [];
	const inside = { now: 0, most: 0 };
	const visit = async ({ name, stays = 0, dueAt = 0, ...until }: Visit) => {
		const turn = await gate.acquire({
			dueAt: clock.at(dueAt),
			deadline: clock.at(until.deadline ?? Infinity),
			expiresAt: clock.at(until.expiresAt ?? Infinity),
		});
		if (turn !== 'granted') return turn;
		log.push([name, clock.seconds]);
		inside.now += 1;
		inside.most = Math.max(inside.most, inside.now);
		await clock.sleep(stays * 1000, signal);
		inside.now -= 1;
		gate.release();
		return turn;
	};
	const visitAll = async (visits: readonly Visit[]) => await Promise.all(visits.map(visit));
	return { clock, brake, gate, controller, listeners, log, inside, visit, visitAll };
}

const named = (count: number, rest: Omit<Visit, 'name'> = {}): Visit[] =>
	Array.from({ length: count }, (_, index) => ({ name: String(index + 1), ...rest }));

const times = (log: ReadonlyArray<[string, number]>) => log.map(([, at]) => at);
const names = (log: ReadonlyArray<[string, number]>) => log.map(([name]) => name).join('');

describe('concurrency', () => {
	test.each([
		[1, [0, 2, 4, 6, 8, 10]],
		[2, [0, 0, 2, 2, 4, 4]],
		[4, [0, 0, 0, 0, 2, 2]],
		[100, [0, 0, 0, 0, 0, 0]],
	])('%p at a time', async (maxConcurrency, expected) => {
		const { clock, log, inside, visitAll } = gateRig({ maxConcurrency });
		await clock.finish(visitAll(named(6, { stays: 2 })));
		expect(times(log)).toEqual(expected);
		expect(inside.most).toBe(Math.min(maxConcurrency, 6));
	});

	test('a place that becomes free is taken at once', async () => {
		const { clock, log, visitAll } = gateRig({ maxConcurrency: 2 });
		const stays = [5, 1, 1, 1];
		await clock.finish(visitAll(stays.map((stay, index) => ({ name: `${index}`, stays: stay }))));
		expect(times(log)).toEqual([0, 0, 1, 2]);
	});
});

test('tells how long after it was due the latest request started', async () => {
	const { clock, gate, visitAll } = gateRig({ maxConcurrency: 2 });
	expect(gate.maxStartDelayMs).toBe(0);
	await clock.finish(visitAll(named(6, { stays: 2 })));
	expect(gate.maxStartDelayMs).toBe(4_000);
});

describe('requests per second', () => {
	test.each([
		[4, [0, 0.25, 0.5, 0.75, 1]],
		[1, [0, 1, 2, 3, 4]],
		[0.5, [0, 2, 4, 6, 8]],
		[0, [0, 0, 0, 0, 0]],
	])('%p a second start at %p', async (requestsPerSecond, expected) => {
		const { clock, log, visitAll } = gateRig({ maxConcurrency: 100, requestsPerSecond });
		await clock.finish(visitAll(named(5)));
		expect(times(log)).toEqual(expected);
	});

	test('are counted from start to start, however long each stays', async () => {
		const { clock, log, visitAll } = gateRig({ maxConcurrency: 2, requestsPerSecond: 1 });
		await clock.finish(visitAll(named(4, { stays: 5 })));
		expect(times(log)).toEqual([0, 1, 5, 6]);
	});

	test('what was not used is not saved up', async () => {
		const { clock, log, visitAll } = gateRig({ maxConcurrency: 100, requestsPerSecond: 1 });
		await clock.finish(visitAll(named(1)));
		await clock.advance(10);
		await clock.finish(visitAll(named(3)));
		expect(times(log)).toEqual([0, 10, 11, 12]);
	});

	test('the wider of the limit and the brake counts', async () => {
		const tight = gateRig({ maxConcurrency: 100, requestsPerSecond: 1 });
		tight.brake.onThrottled(0, 0, 0);
		await tight.clock.finish(tight.visitAll(named(3)));
		expect(times(tight.log)).toEqual([0, 1, 2]);
		const loose = gateRig({ maxConcurrency: 100, requestsPerSecond: 100 });
		loose.brake.onThrottled(0, 0, 0);
		await loose.clock.finish(loose.visitAll(named(3)));
		expect(times(loose.log)).toEqual([0, 0.1, 0.2]);
	});
});

describe('not before it is due', () => {
	test('starts anybody, whoever comes first', async () => {
		const { clock, log, visitAll } = gateRig({ maxConcurrency: 5 });
		await clock.finish(
			visitAll([
				{ name: 'c', dueAt: 30 },
				{ name: 'a', dueAt: 10 },
				{ name: 'b', dueAt: 10 },
			]),
		);
		expect(log).toEqual([
			['a', 10],
			['b', 10],
			['c', 30],
		]);
	});

	test('someone who comes later and is due earlier is woken earlier', async () => {
		const { clock, log, visit } = gateRig();
		const first = visit({ name: 'b', dueAt: 30 });
		await clock.advance(2);
		await clock.finish(Promise.all([first, visit({ name: 'a', dueAt: 8 })]));
		expect(log).toEqual([
			['a', 8],
			['b', 30],
		]);
	});

	test('nor in a pause of the brake at its deadline', async () => {
		const { clock, brake, log, visitAll } = gateRig();
		brake.onThrottled(clock.now(), clock.now(), 60_000);
		await clock.finish(visitAll([{ name: 'a', dueAt: 20, deadline: 20 }]));
		expect(log).toEqual([['a', 20]]);
	});

	test('all who wait sleep on one timer', async () => {
		const { clock, controller, visitAll } = gateRig();
		const visits = visitAll(named(100, { dueAt: 60 }));
		await clock.advance(1);
		expect(clock.sleeping).toBe(1);
		controller.abort();
		await clock.finish(visits);
	});
});

describe('who goes first', () => {
	test('who has been due the longest', async () => {
		const { clock, log, visitAll } = gateRig();
		await clock.finish(
			visitAll([
				{ name: 'x', stays: 60 },
				{ name: 'c', dueAt: 30 },
				{ name: 'a', dueAt: 10 },
				{ name: 'e', dueAt: 50 },
				{ name: 'b', dueAt: 20 },
				{ name: 'd', dueAt: 40 },
			]),
		);
		expect(names(log)).toBe('xabcde');
	});

	test('equals in the order in which they came', async () => {
		const { clock, log, visitAll } = gateRig();
		await clock.finish(
			visitAll([
				{ name: 'x', stays: 60 },
				{ name: 'c', dueAt: 10 },
				{ name: 'd', dueAt: 10 },
				{ name: 'a', dueAt: 5 },
				{ name: 'e', dueAt: 10 },
				{ name: 'b', dueAt: 5 },
				{ name: 'f', dueAt: 10 },
			]),
		);
		expect(names(log)).toBe('xabcdef');
	});

	test('also those who come while others wait', async () => {
		const { clock, log, visit } = gateRig();
		const visits = [visit({ name: 'x', stays: 10 }), visit({ name: 'b', dueAt: 5 })];
		await clock.advance(8);
		visits.push(visit({ name: 'a', dueAt: 2 }), visit({ name: 'c', dueAt: 8 }));
		await clock.finish(Promise.all(visits));
		expect(names(log)).toBe('xabc');
	});
});

describe('a pause of the brake', () => {
	test('lets nobody start before it is over', async () => {
		const { clock, brake, log, visitAll } = gateRig({ maxConcurrency: 2 });
		brake.onThrottled(clock.now(), clock.now(), 5_000);
		await clock.finish(visitAll(named(3)));
		expect(times(log)).toEqual([5, 5.1, 5.2]);
	});

	test('lets those at their deadline through', async () => {
		const { clock, brake, log, visitAll } = gateRig({ maxConcurrency: 5 });
		brake.onThrottled(clock.now(), clock.now(), 60_000);
		await clock.finish(
			visitAll([
				{ name: 'a', dueAt: 0 },
				{ name: 'b', dueAt: 1, deadline: 20 },
				{ name: 'c', dueAt: 2, deadline: 10 },
				{ name: 'd', dueAt: 3, deadline: 0 },
			]),
		);
		expect(log).toEqual([
			['d', 3],
			['c', 10],
			['b', 20],
			['a', 60],
		]);
	});

	test('of several at their deadline the one due the longest goes first', async () => {
		const { clock, brake, log, visitAll } = gateRig({ maxConcurrency: 5 });
		brake.onThrottled(clock.now(), clock.now(), 60_000);
		await clock.finish(
			visitAll([
				{ name: 'c', dueAt: 3, deadline: 10 },
				{ name: 'a', dueAt: 1, deadline: 10 },
				{ name: 'b', dueAt: 2, deadline: 10 },
			]),
		);
		expect(log).toEqual([
			['a', 10],
			['b', 10.1],
			['c', 10.2],
		]);
	});

	test('someone who comes later with an earlier deadline is woken earlier', async () => {
		const { clock, brake, log, visit } = gateRig({ maxConcurrency: 5 });
		brake.onThrottled(clock.now(), clock.now(), 60_000);
		const first = visit({ name: 'a', deadline: 30 });
		await clock.advance(2);
		const second = visit({ name: 'b', deadline: 8 });
		await clock.finish(Promise.all([first, second]));
		expect(log).toEqual([
			['b', 8],
			['a', 30],
		]);
	});

	test('that is lengthened while others wait for its end holds them longer', async () => {
		const { clock, brake, log, visitAll } = gateRig();
		brake.onThrottled(clock.now(), clock.now(), 5_000);
		const visits = visitAll(named(2));
		await clock.advance(3);
		brake.onThrottled(clock.now() - 1, clock.now(), 5_000);
		await clock.finish(visits);
		expect(times(log)).toEqual([8, 8.2]);
	});
});

describe('expired', () => {
	test('whose turn comes too late is told so and takes no place', async () => {
		const { clock, log, visitAll } = gateRig();
		const turns = await clock.finish(
			visitAll([
				{ name: 'x', stays: 10 },
				{ name: 'a', expiresAt: 9 },
				{ name: 'b', expiresAt: 10 },
				{ name: 'c', expiresAt: 10.001 },
				{ name: 'd' },
			]),
		);
		expect(turns).toEqual(['granted', 'expired', 'expired', 'granted', 'granted']);
		expect(log).toEqual([
			['x', 0],
			['c', 10],
			['d', 10],
		]);
	});

	test.each<[string, Partial<RequestLimits>]>([
		['all places are taken', {}],
		['the next start is not yet due', { maxConcurrency: 9, requestsPerSecond: 0.1 }],
	])('is told so when its time is over, also while %s', async (_, limits) => {
		const { clock, visit } = gateRig(limits);
		void visit({ name: 'x', stays: 10 });
		const told = Promise.all(
			[5, 3, 5].map(async (expiresAt) => [
				await visit({ name: `until ${expiresAt}`, expiresAt }),
				clock.seconds,
			]),
		);
		expect(await clock.finish(told)).toEqual([
			['expired', 5],
			['expired', 3],
			['expired', 5],
		]);
	});

	test('all whose times end at different moments share one timer more', async () => {
		const { clock, controller, visitAll } = gateRig();
		const visits = visitAll(
			Array.from({ length: 100 }, (_, n) => ({ name: 'x', dueAt: 60, expiresAt: 90 + n / 10_000 })),
		);
		await clock.advance(1);
		expect(clock.sleeping).toBe(2);
		controller.abort();
		await clock.finish(visits);
	});

	test('costs the others none of the requests per second', async () => {
		const { clock, log, visitAll } = gateRig({ requestsPerSecond: 0.1 });
		await clock.finish(
			visitAll([{ name: 'x' }, { name: 'a', expiresAt: 5 }, { name: 'b', expiresAt: 60 }]),
		);
		expect(log).toEqual([
			['x', 0],
			['b', 10],
		]);
	});

	test('leaves no abort listener behind', async () => {
		const { clock, listeners, visitAll } = gateRig();
		await clock.finish(
			visitAll([
				{ name: 'x', stays: 10 },
				{ name: 'a', expiresAt: 9 },
			]),
		);
		expect(listeners()).toBe(0);
	});
});

describe('abort', () => {
	test('empties the queue and leaves neither sleeper nor listener behind', async () => {
		const { clock, brake, controller, listeners, log, visitAll } = gateRig();
		brake.onThrottled(clock.now(), clock.now(), 60_000);
		const visits = visitAll([...named(3), { name: 'd', deadline: 30 }]);
		await clock.advance(1);
		expect(clock.sleeping).toBeGreaterThan(0);
		expect(listeners()).toBeGreaterThan(0);
		controller.abort();
		expect(await clock.finish(visits)).toEqual(['aborted', 'aborted', 'aborted', 'aborted']);
		expect(clock.seconds).toBe(1);
		expect([clock.sleeping, listeners()]).toEqual([0, 0]);
		expect(log).toEqual([]);
	});

	test('a place that becomes free afterwards is given to nobody', async () => {
		const { clock, controller, log, visitAll } = gateRig();
		const visits = visitAll(named(3, { stays: 10 }));
		await clock.advance(1);
		controller.abort();
		expect(await clock.finish(visits)).toEqual(['granted', 'aborted', 'aborted']);
		expect(names(log)).toBe('1');
	});

	test('nobody is let in afterwards', async () => {
		const { clock, controller, listeners, log, visitAll } = gateRig();
		controller.abort();
		expect(await clock.finish(visitAll(named(2)))).toEqual(['aborted', 'aborted']);
		expect(log).toEqual([]);
		expect(listeners()).toBe(0);
	});
});

test('those let in leave no listener behind, and nobody sleeps once all are through', async () => {
	const { clock, listeners, visitAll } = gateRig({ maxConcurrency: 2, requestsPerSecond: 2 });
	await clock.finish(visitAll(named(6, { stays: 1 })));
	await drain();
	expect([clock.sleeping, listeners()]).toEqual([0, 0]);
});
