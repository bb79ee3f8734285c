import {
	parkedDueAt,
	randomParkJitter,
	wakeableSchedule,
} from '../../../../nodes/ApikleyVeo/veo/polling/parkedSchedule';
import type { Schedule } from '../../../../nodes/ApikleyVeo/veo/polling/schedule';
import { schedule } from '../../support/schedule';

const HOUR = 3_600;
const DAY = 24 * HOUR;
/** When the wait started; not 0, because only differences matter. */
const START = 5_000;

/** All in seconds: the next lookup of a wait that started at 0, and is due at `dueAt` by its schedule. */
function parkedAt(
	timeout: number,
	now: number,
	dueAt: number,
	{ jitter = 0, toSchedule = (plain: Schedule) => plain } = {},
): number | null {
	const clock = (seconds: number) => (START + seconds) * 1000;
	const at = parkedDueAt(toSchedule(schedule({ timeout })), {
		startedAt: clock(0),
		now: clock(now),
		dueAt: clock(dueAt),
		jitterMs: jitter * 1000,
	});
	return at === null ? null : (at - clock(0)) / 1000;
}

test.each<[string, [timeout: number, now: number, dueAt: number], number | null]>([
	['after at least 65 s', [900, 0, 10], 65],
	['later if the schedule says so', [900, 100, 220], 220],
	['after a thirtieth of a long wait so far', [2 * DAY, HOUR, HOUR + 10], HOUR + 120],
	['every 48 minutes after a day', [2 * DAY, DAY, DAY + 10], DAY + 48 * 60],
	['at the deadline if one interval is left', [200, 100, 110], 200],
	['a whole interval before the deadline', [270, 100, 110], 165],
	['early enough if exactly two intervals are left', [260, 100, 165], 165],
	['at the deadline if the schedule says less than a whole interval before', [260, 100, 166], 260],
	['at the deadline if the schedule says after it', [300, 100, 900], 300],
	['at the deadline after an initial delay of the whole wait', [900, 0, 900], 900],
	['at the deadline if exactly 65 s are left', [165, 100, 110], 165],
	['never if less than 65 s are left', [164, 100, 110], null],
	['never if the deadline is over', [100, 100, 110], null],
])('a parked wait resumes %s', (_, [timeout, now, dueAt], expected) => {
	expect(parkedAt(timeout, now, dueAt)).toBe(expected);
});

test.each<[string, [timeout: number, now: number, dueAt: number], number]>([
	['late', [900, 0, 10], 180],
	['no earlier after a call that was no use', [900, 30, 40], 180],
	['as any other once it is over', [900, 180, 190], 245],
	['later if the schedule says so', [900, 0, 300], 300],
	['before its deadline', [240, 0, 10], 145],
])('a parked wait that a callback is expected to end resumes %s', (_, times, expected) => {
	expect(parkedAt(...times, { toSchedule: wakeableSchedule })).toBe(expected);
});

test.each([0, 25])(
	'with lookups that take %i s a wait can be parked until its last lookup, at the deadline',
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

test('a parked wait of a day takes fewer than 150 lookups', () => {
	let lookups = 0;
	for (let now = 0; now < DAY; lookups++) now = parkedAt(DAY, now, now + 10) ?? DAY;
	expect(lookups).toBeLessThan(150);
});

test('jitter spreads executions by up to 10 s, except for their last lookup', () => {
	const jitters = [0, 0.5, 0.99].map((random) => randomParkJitter(() => random) / 1000);
	expect(jitters.map((jitter) => parkedAt(900, 100, 110, { jitter }))).toEqual([165, 170, 174.9]);
	expect(jitters.map((jitter) => parkedAt(200, 100, 110, { jitter }))).toEqual([200, 200, 200]);
});

test('jitter takes no lookup from a wait with exactly two intervals left', () => {
	expect(parkedAt(260, 100, 165, { jitter: 1 })).toBe(165);
});
