import type { Schedule } from './schedule';

/**
 * A parked wait holds nothing until its time has come. Shorter than this nothing is parked: n8n looks only
 * once a minute which parked executions are due.
 */
export const SHORTEST_PARKED_GAP_MS = 65_000;

/** The last one, with time to spare: n8n comes back late, and a lookup may be tried again before it is parked for. */
const LAST_GAP_MS = SHORTEST_PARKED_GAP_MS + 30_000;

/** A long wait is looked up no more often than once in this share of the time it has lasted: 48 min after a day. */
const SHARE_OF_TIME_WAITED = 1 / 30;

/** Times of a wait, in milliseconds on one clock. */
export interface WaitTimes {
	readonly startedAt: number;
	readonly now: number;
	/** When the schedule wants the next lookup. */
	readonly dueAt: number;
}

/**
 * When a wait that is to be parked is looked up next, or null where parking makes no sense any more: too
 * little time is left. The last lookup falls on the deadline, with a whole gap before it.
 */
export function parkedDueAt(
	schedule: Schedule,
	{ startedAt, now, dueAt }: WaitTimes,
): number | null {
	const deadline = startedAt + schedule.timeoutMs;
	const earliest = now + SHORTEST_PARKED_GAP_MS;
	if (deadline < earliest) return null;
	const wished = Math.max(dueAt, earliest, now + (now - startedAt) * SHARE_OF_TIME_WAITED);
	const lastButOne = deadline - LAST_GAP_MS;
	if (wished <= lastButOne) return wished;
	return lastButOne >= earliest ? lastButOne : deadline;
}
