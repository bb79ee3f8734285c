import {
	randomParkJitter,
	parkedDueAt,
} from '../../../../nodes/ApikleyVeo/veo/polling/parkedSchedule';

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** In seconds: a wait that began at 0 and would like to be looked up next at `dueAt`. */
function parkedAt(timeout: number, now: number, dueAt: number, spread = 0): number | null {
	const schedule = {
		initialDelayMs: 0,
		intervalMs: 10_000,
		backoffFactor: 1,
		maxIntervalMs: 60_000,
		timeoutMs: timeout * 1000,
	};
	const times = { startedAt: 0, now: now * 1000, dueAt: dueAt * 1000, spreadMs: spread * 1000 };
	const at = parkedDueAt(schedule, times);
	return at === null ? null : at / 1000;
}

test.each<[string, [timeout: number, now: number, dueAt: number], number | null]>([
	['no sooner than after 65 s', [900, 0, 10], 65],
	['later, if the schedule wants that', [900, 100, 220], 220],
	['the initial delay is waited parked', [900, 0, 300], 300],
	['a long wait is looked up less and less often', [2 * DAY, HOUR, HOUR + 10], HOUR + 120],
	['every 48 minutes after a day', [2 * DAY, DAY, DAY + 10], DAY + 48 * 60],
	['the last gap is a whole one', [200, 100, 110], 200],
	['and so is the one before', [270, 100, 110], 165],
	['exactly two gaps are left', [260, 100, 165], 165],
	['the deadline comes before the schedule', [300, 100, 900], 205],
	['exactly one gap is left', [165, 100, 110], 165],
	['less than one gap is left: not parked', [164, 100, 110], null],
	['the deadline is over: not parked', [100, 100, 110], null],
])('%s', (_, [timeout, now, dueAt], expected) => {
	expect(parkedAt(timeout, now, dueAt)).toBe(expected);
});

test.each([0, 25])(
	'where lookups take %i s, all gaps are parked, and the last ends at the deadline',
	(took) => {
		for (let timeout = 65; timeout < 600; timeout++) {
			let now = 0;
			while (now < timeout) {
				const next = parkedAt(timeout, now, now + 10);
				expect(next).not.toBeNull();
				now = next === timeout ? timeout : Number(next) + took;
			}
			expect(now).toBe(timeout);
		}
	},
);

test('a day of waiting takes about 150 lookups, each gap at least 65 s, the last at the deadline', () => {
	const lookups: number[] = [];
	for (let now = 0; now < DAY; ) {
		const next = parkedAt(DAY, now, now + 10) ?? DAY;
		expect(next - now).toBeGreaterThanOrEqual(65);
		lookups.push(next);
		now = next;
	}
	expect(lookups.at(-1)).toBe(DAY);
	expect(lookups.length).toBeLessThan(150);
});

test('executions that were woken together are not the next time, unless it is the last', () => {
	const spreads = [0, 0.5, 0.99].map((random) => randomParkJitter(() => random) / 1000);
	expect(spreads.map((spread) => parkedAt(900, 100, 110, spread))).toEqual([165, 170, 174.9]);
	expect(spreads.map((spread) => parkedAt(200, 100, 110, spread))).toEqual([200, 200, 200]);
});
