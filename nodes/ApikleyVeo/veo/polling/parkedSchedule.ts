import type { Random } from '../ports';
import type { Schedule } from './schedule';

/** No wait is parked for less: n8n only checks once a minute which parked executions are due. */
const MIN_PARKED_INTERVAL_MS = 65_000;

/** The last interval is longer, because n8n resumes late, and the lookup before it may be retried. */
const FINAL_INTERVAL_MS = MIN_PARKED_INTERVAL_MS + 30_000;

/**
 * Otherwise executions that started together, or were all due when n8n restarted, would resume together every time.
 * That would keep n8n busy for seconds, and killing it at that moment would hit all of them.
 */
const MAX_JITTER_MS = 10_000;

/** Nearly all tasks are complete by then, and their callbacks have resumed most runs. */
const WAKEABLE_INITIAL_DELAY_MS = 180_000;

/**
 * The schedule of a wait that a callback is expected to end. While it is parked, lookups are only needed for callbacks that
 * got lost, so the first one is late.
 */
export function wakeableSchedule(schedule: Schedule): Schedule {
	return { ...schedule, parkedInitialDelayMs: WAKEABLE_INITIAL_DELAY_MS };
}

/** How much longer the waits of one execution are parked, in milliseconds: all the same, so that it resumes once. */
export function randomParkJitter(random: Random): number {
	return Math.round(random() * MAX_JITTER_MS);
}

/** The interval is at least this share of the time waited so far, e.g. 48 min after a day. */
const BACKOFF_RATIO = 1 / 30;

/** The times of a wait, in milliseconds on one clock. */
export interface WaitTimes {
	readonly startedAt: number;
	readonly now: number;
	/** When the next lookup is due by the schedule. */
	readonly dueAt: number;
	/** Added to a time that is not the last. */
	readonly jitterMs: number;
}

/**
 * Returns the time of the next lookup of a wait that gets parked, or null if too little time is left for parking. No
 * lookup is sooner than the schedule says. The last one is at the deadline, with a whole interval before it.
 */
export function parkedDueAt(
	schedule: Schedule,
	{ startedAt, now, dueAt, jitterMs }: WaitTimes,
): number | null {
	const deadline = startedAt + schedule.timeoutMs;
	const earliest = now + MIN_PARKED_INTERVAL_MS;
	if (deadline < earliest) return null;
	const soonest = Math.max(dueAt, earliest);
	const backedOff = now + (now - startedAt) * BACKOFF_RATIO;
	const first = startedAt + (schedule.parkedInitialDelayMs ?? 0);
	const desired = Math.max(soonest, backedOff, first) + jitterMs;
	const penultimate = deadline - FINAL_INTERVAL_MS;
	if (desired <= penultimate) return desired;
	return penultimate >= soonest ? penultimate : deadline;
}
