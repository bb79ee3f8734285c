import type { Random } from '../ports';
import type { Schedule } from './schedule';

/**
 * A parked wait holds nothing until its time has come. Shorter than this nothing is parked: n8n looks only
 * once a minute which parked executions are due.
 */
export const MIN_PARKED_INTERVAL_MS = 65_000;

/** The last one, with time to spare: n8n comes back late, and a lookup may be tried again before it is parked for. */
const FINAL_INTERVAL_MS = MIN_PARKED_INTERVAL_MS + 30_000;

/**
 * Executions that were started together, or were all due when n8n was started again, would else be woken together
 * ever after: busy for seconds, and all of them in danger if n8n is killed just then.
 */
const MAX_JITTER_MS = 10_000;

/** By how much the waits of one execution are parked for longer, in milliseconds: all alike, so they wake once. */
export function randomParkJitter(random: Random): number {
	return Math.round(random() * MAX_JITTER_MS);
}

/** A long wait is looked up no more often than once in this share of the time it has lasted: 48 min after a day. */
const BACKOFF_RATIO = 1 / 30;

/** Times of a wait, in milliseconds on one clock. */
export interface WaitTimes {
	readonly startedAt: number;
	readonly now: number;
	/** When the schedule wants the next lookup. */
	readonly dueAt: number;
	/** Milliseconds on top of it. */
	readonly jitterMs: number;
}

/**
 * When a wait that is to be parked is looked up next, or null where parking makes no sense any more: too
 * little time is left. The last lookup falls on the deadline, with a whole gap before it.
 */
export function parkedDueAt(
	schedule: Schedule,
	{ startedAt, now, dueAt, jitterMs: spreadMs }: WaitTimes,
): number | null {
	const deadline = startedAt + schedule.timeoutMs;
	const earliest = now + MIN_PARKED_INTERVAL_MS;
	if (deadline < earliest) return null;
	const backedOff = now + (now - startedAt) * BACKOFF_RATIO;
	const wished = Math.max(dueAt, earliest, backedOff) + spreadMs;
	const lastButOne = deadline - FINAL_INTERVAL_MS;
	if (wished <= lastButOne) return wished;
	return lastButOne >= earliest ? lastButOne : deadline;
}
