const INITIAL_INTERVAL_MS = 100;
const MAX_INTERVAL_MS = 10_000;
/** An interval that has shrunk below this becomes 0. */
const MIN_INTERVAL_MS = 5;
/** Each success takes a tenth off the interval: from 100 ms it reaches 0 after about thirty. */
const DECAY = 0.9;

/**
 * One throttle for all requests of a run. A 429 applies to all of them: nothing starts before `pausedUntil`, and after
 * that starts are at least `intervalMs` apart, until enough requests have succeeded.
 */
export class AdaptiveThrottle {
	/** Milliseconds between two starts; 0 for no limit. */
	intervalMs = 0;
	/** The end of the pause, on the same clock as the times passed to `onThrottled`. */
	pausedUntil = 0;
	private throttledAt = -Infinity;

	/**
	 * A request that started at `startedAt` got a 429, which asks to pause for `pauseMs` from `now`. Requests in flight
	 * together are throttled together, so only the first 429 increases the interval.
	 */
	onThrottled(startedAt: number, now: number, pauseMs: number): void {
		this.pausedUntil = Math.max(this.pausedUntil, now + pauseMs);
		if (startedAt < this.throttledAt) return;
		this.intervalMs = Math.min(Math.max(this.intervalMs * 2, INITIAL_INTERVAL_MS), MAX_INTERVAL_MS);
		this.throttledAt = now;
	}

	/** A request got a response that doesn't ask to slow down. */
	onSuccess(): void {
		this.intervalMs *= DECAY;
		if (this.intervalMs < MIN_INTERVAL_MS) this.intervalMs = 0;
	}
}
