const FIRST_GAP_MS = 100;
const LONGEST_GAP_MS = 10_000;
/** Below this the brake is off again. */
const SHORTEST_GAP_MS = 5;
/** Each good answer takes a tenth off the gap: from 100 ms it is off again after some thirty. */
const EASE = 0.9;

/**
 * One brake for all requests of a run. A server that says 429 means all of them: nothing starts before
 * `pausedUntil`, and from then on starts are at least `gapMs` apart, until good answers have eased it off.
 */
export class Brake {
	private gap = 0;
	private pause = 0;
	private pulledAt = -Infinity;

	/** Milliseconds between two starts; 0 when the brake is off. */
	get gapMs(): number {
		return this.gap;
	}

	/** On the clock that `pull` was given. */
	get pausedUntil(): number {
		return this.pause;
	}

	/**
	 * A request that started at `startedAt` was told to slow down, `pauseMs` from `now`. Requests that
	 * were under way together are told so together: only the first of them widens the gap.
	 */
	pull(startedAt: number, now: number, pauseMs: number): void {
		this.pause = Math.max(this.pause, now + pauseMs);
		if (startedAt < this.pulledAt) return;
		this.gap = Math.min(Math.max(this.gap * 2, FIRST_GAP_MS), LONGEST_GAP_MS);
		this.pulledAt = now;
	}

	/** A request was answered without a complaint. */
	ease(): void {
		this.gap *= EASE;
		if (this.gap < SHORTEST_GAP_MS) this.gap = 0;
	}
}
