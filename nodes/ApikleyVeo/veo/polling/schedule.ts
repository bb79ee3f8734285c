/** When a task is looked up during a wait. All times are in milliseconds. */
export interface Schedule {
	/** Before the first lookup. */
	readonly initialDelayMs: number;
	/** Before the first lookup of a wait while it is parked, if that is longer. */
	readonly parkedInitialDelayMs?: number;
	/** Between the end of a lookup and the next one. */
	readonly intervalMs: number;
	/** Multiplies the interval after each lookup; 1 keeps it constant. */
	readonly backoffFactor: number;
	/** The interval doesn't grow beyond this. */
	readonly maxIntervalMs: number;
	/** From the start of the wait to its last lookup. */
	readonly timeoutMs: number;
}

/** The interval after lookup number `lookups` (1 for the first). `maxIntervalMs` only limits its growth. */
export function intervalAfter(schedule: Schedule, lookups: number): number {
	const { intervalMs, backoffFactor, maxIntervalMs } = schedule;
	const grown = intervalMs * backoffFactor ** (lookups - 1);
	return Math.max(intervalMs, Math.min(grown, maxIntervalMs));
}
