const INITIAL_INTERVAL_MS = 100;
const MAX_INTERVAL_MS = 10_000;
/** Below this the brake is off again. */
const MIN_INTERVAL_MS = 5;
/** Each good answer takes a tenth off the gap: from 100 ms it is off again after some thirty. */
const DECAY = 0.9;

/**
 * One brake for all requests of a run. A server that says 429 means all of them: nothing starts before
 * `pausedUntil`, and from then on starts are at least `gapMs` apart, until good answers have eased it off.
 */
export class AdaptiveThrottle {
	private interval = 0;
	private pause = 0;
	private throttledAt = -Infinity;

	/** Milliseconds between two starts; 0 when the brake is off. */
	get intervalMs(): number {
		return this.interval;
	}

	/** On the clock that `pull` was given. */
	get pausedUntil(): number {
		return this.pause;
	}

	/**
	 * A request that started at `startedAt` was told to slow down, `pauseMs` from `now`. Requests that
	 * were under way together are told so together: only the first of them widens the gap.
	 */
	onThrottled(startedAt: number, now: number, pauseMs: number): void {
		this.pause = Math.max(this.pause, now + pauseMs);
		if (startedAt < this.throttledAt) return;
		this.interval = Math.min(Math.max(this.interval * 2, INITIAL_INTERVAL_MS), MAX_INTERVAL_MS);
		this.throttledAt = now;
	}

	/** A request was answered without a complaint. */
	onSuccess(): void {
		this.interval *= DECAY;
		if (this.interval < MIN_INTERVAL_MS) this.interval = 0;
	}
}
