import { MAX_RETRY_AFTER_MS } from '../api/retryPolicy';

const INITIAL_INTERVAL_MS = 100;
const MAX_INTERVAL_MS = 10_000;
/** An interval that has shrunk below this becomes 0. */
const MIN_INTERVAL_MS = 5;
/** Each success takes a tenth off the interval: from 100 ms it reaches 0 after about thirty. */
const DECAY = 0.9;
/** The pause after a 429 without a Retry-After. Each further one doubles it, until a request succeeds. */
const INITIAL_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 4_000;

/**
 * One throttle for all requests of a run. A 429 applies to all of them: nothing starts before `pausedUntil`. Then one
 * request starts as a probe, and the others wait until it succeeds, or for another pause. After that, starts are at least
 * `intervalMs` apart, until enough requests have succeeded. While the server refuses every probe, only the pauses grow:
 * if it allows a number of requests per time span, a long interval would outlast that span.
 */
export class AdaptiveThrottle {
	/** Milliseconds between two starts; 0 for no limit. */
	intervalMs = 0;
	private pauseEnd = 0;
	/** The same for requests without a deadline, which a long Retry-After doesn't hold back. */
	private shortPauseEnd = 0;
	private probeEnd = 0;
	private throttledAt = -Infinity;
	/** How many 429s there were since a request last succeeded. */
	private refusals = 0;

	/** The end of the pause, on the same clock as the times passed to the methods. */
	get pausedUntil(): number {
		return Math.max(this.pauseEnd, this.probeEnd);
	}

	/** The end of the pause for a request with this deadline: without one it would seem to hang. */
	pausedUntilFor(deadline: number): number {
		return deadline < Infinity ? this.pausedUntil : Math.max(this.shortPauseEnd, this.probeEnd);
	}

	onStart(now: number): void {
		if (this.refusals > 0) this.probeEnd = now + this.pauseMs;
	}

	/**
	 * A request that started at `startedAt` got a 429 at `now`. Requests in flight together are throttled together, so
	 * only the first 429 counts.
	 */
	onThrottled(startedAt: number, now: number, retryAfterMs: number | null): void {
		if (startedAt >= this.throttledAt) {
			if (this.refusals === 0) this.growInterval();
			this.refusals += 1;
			this.throttledAt = now;
		}
		const pauseMs = retryAfterMs ?? this.pauseMs;
		this.pauseEnd = Math.max(this.pauseEnd, now + pauseMs);
		const shortPauseMs = Math.min(pauseMs, MAX_RETRY_AFTER_MS);
		this.shortPauseEnd = Math.max(this.shortPauseEnd, now + shortPauseMs);
	}

	/** A request that started at `startedAt` got a response that doesn't ask to slow down. */
	onSuccess(startedAt: number): void {
		// One that was in flight when the server began to refuse says nothing
		if (startedAt < this.throttledAt) return;
		this.refusals = 0;
		this.probeEnd = 0;
		this.intervalMs *= DECAY;
		if (this.intervalMs < MIN_INTERVAL_MS) this.intervalMs = 0;
	}

	private get pauseMs(): number {
		return Math.min(INITIAL_PAUSE_MS * 2 ** (this.refusals - 1), MAX_PAUSE_MS);
	}

	private growInterval(): void {
		const doubled = Math.max(this.intervalMs * 2, INITIAL_INTERVAL_MS);
		this.intervalMs = Math.min(doubled, MAX_INTERVAL_MS);
	}
}
