/** When a waiting task is looked up. All times in milliseconds. */
export interface Schedule {
	/** Before the first lookup. */
	readonly initialDelayMs: number;
	/** Between the end of a lookup and the next one. */
	readonly intervalMs: number;
	/** What each gap is multiplied by to give the next; 1 keeps them equal. */
	readonly backoffFactor: number;
	/** Gaps don't grow beyond this. */
	readonly maxIntervalMs: number;
	/** From the beginning of the wait to its last lookup. */
	readonly timeoutMs: number;
}

/**
 * The gap after lookup number `lookups` (1 for the first). An interval that is longer than the longest
 * gap from the start stays as it was asked for: the limit is on growth.
 */
export function intervalAfter(schedule: Schedule, lookups: number): number {
	const { intervalMs, backoffFactor, maxIntervalMs } = schedule;
	const grown = intervalMs * backoffFactor ** (lookups - 1);
	return Math.max(intervalMs, Math.min(grown, maxIntervalMs));
}
