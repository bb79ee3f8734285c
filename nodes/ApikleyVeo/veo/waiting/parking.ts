import type { Random } from '../ports';
import type { Schedule } from './schedule';

/**
 * A parked wait holds nothing until its time has come. Shorter than this nothing is parked: n8n looks only
 * once a minute which parked executions are due.
 */
export const SHORTEST_PARKED_GAP_MS = 65_000;

/** The last one, with time to spare: n8n comes back late, and a lookup may be tried again before it is parked for. */
const LAST_GAP_MS = SHORTEST_PARKED_GAP_MS + 30_000;

/**
 * Executions that were started together, or were all due when n8n was started again, would else be woken together
 * ever after: busy for seconds, and all of them in danger if n8n is killed just then.
 */
const LONGEST_SPREAD_MS = 10_000;

/** By how much the waits of one execution are parked for longer, in milliseconds: all alike, so they wake once. */
export function drawSpread(random: Random): number {
	return Math.round(random() * LONGEST_SPREAD_MS);
}

/** A long wait is looked up no more often than once in this share of the time it has lasted: 48 min after a day. */
const SHARE_OF_TIME_WAITED = 1 / 30;

/** Times of a wait, in milliseconds on one clock. */
export interface WaitTimes {
	readonly startedAt: number;
	readonly now: number;
	/** When the schedule wants the next lookup. */
	readonly dueAt: number;
	/** Milliseconds on top of it. */
	readonly spreadMs: number;
}

/**
 * When a wait that is to be parked is looked up next, or null where parking makes no sense any more: too
 * little time is left. The last lookup falls on the deadline, with a whole gap before it.
 */
export function parkedDueAt(
	schedule: Schedule,
	{ startedAt, now, dueAt, spreadMs }: WaitTimes,
): number | null {
	const deadline = startedAt + schedule.timeoutMs;
	const earliest = now + SHORTEST_PARKED_GAP_MS;
	if (deadline < earliest) return null;
	const backedOff = now + (now - startedAt) * SHARE_OF_TIME_WAITED;
	const wished = Math.max(dueAt, earliest, backedOff) + spreadMs;
	const lastButOne = deadline - LAST_GAP_MS;
	if (wished <= lastButOne) return wished;
	return lastButOne >= earliest ? lastButOne : deadline;
}
