import { onAbort } from '../onAbort';
import type { Clock } from '../ports';
import type { AdaptiveThrottle } from './adaptiveThrottle';
import { Alarm } from './alarm';

export interface RequestLimits {
	/** Requests in flight at once. */
	readonly maxConcurrency: number;
	/** Requests started per second; 0 for no limit. */
	readonly requestsPerSecond: number;
}

/** The times of one request, on the clock's `now`. */
export interface RequestTimes {
	/** The request starts no sooner. */
	readonly dueAt: number;
	/** From this time on a pause of the throttle doesn't hold the request back: it is its last chance. */
	readonly deadline: number;
	/** After this time there is no point in starting the request. */
	readonly expiresAt: number;
}

/** `expired`: the request could not start in time. */
export type Admission = 'granted' | 'expired' | 'aborted';

/** Beyond this, more distance between starts gains nothing. */
const MAX_SPREAD_MS = 3;
/** A timer can't be shorter. */
const MIN_SPREAD_MS = 1;

interface Waiter extends RequestTimes {
	resolve(admission: Admission): void;
}

/**
 * Admits all requests of a run when they are due, and limits how many are in flight and how fast they start. The
 * request that has been due longest starts first, so that when capacity is short all intervals stretch evenly. As
 * thousands of requests may wait, they share two timers: one for the next start, one for the next expiry.
 */
export class RequestLimiter {
	/** The longest time that a request with a deadline started after it was due, in milliseconds. */
	maxStartDelayMs = 0;
	/** Sorted by `dueAt`, the earliest last. */
	private queue: Waiter[] = [];
	private active = 0;
	private lastDurationMs = 0;
	private nextStartAt = -Infinity;
	private readonly startAlarm: Alarm;
	private readonly expiryAlarm: Alarm;

	/** `signal` ends the run: no timer is left after it. */
	constructor(
		private readonly limits: RequestLimits,
		private readonly throttle: AdaptiveThrottle,
		private readonly clock: Clock,
		private readonly signal: AbortSignal,
	) {
		this.startAlarm = new Alarm(clock, signal, () => this.drain());
		this.expiryAlarm = new Alarm(clock, signal, (time) => this.expire(time));
	}

	/**
	 * Resolves when the request may start. Each request that was granted must call `release` when it ends. `signal` ends
	 * its wait, and must be linked to that of the run.
	 */
	async acquire(times: RequestTimes, signal = this.signal): Promise<Admission> {
		if (signal.aborted) return 'aborted';
		return await new Promise<Admission>((resolve) => {
			const removeListener = onAbort(signal, () => {
				this.queue.splice(this.queue.indexOf(waiter), 1);
				resolve('aborted');
			});
			const settle = (admission: Admission) => {
				removeListener();
				resolve(admission);
			};
			const waiter: Waiter = { ...times, resolve: settle };
			this.queue.splice(this.insertionIndex(times.dueAt), 0, waiter);
			this.drain();
			if (this.queue.length > 0) this.expiryAlarm.set(times.expiresAt);
		});
	}

	/** `durationMs`: from the start of the request to its response; 0 if there was none. */
	release(durationMs = 0): void {
		this.active -= 1;
		this.lastDurationMs = durationMs;
		this.drain();
	}

	/** Requests that are due at the same time keep the order in which they came. */
	private insertionIndex(dueAt: number): number {
		let low = 0;
		let high = this.queue.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if ((this.queue[middle]?.dueAt ?? 0) > dueAt) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	private drain(): void {
		while (this.queue.length > 0 && this.active < this.limits.maxConcurrency) {
			const now = this.clock.now();
			if (this.nextStartAt > now) return this.startAlarm.set(this.nextStartAt);
			const index = this.nextReady(now);
			if (index === -1) return this.startAlarm.set(this.nextReadyAt(now));
			const [waiter] = this.queue.splice(index, 1);
			if (waiter === undefined) return;
			if (waiter.expiresAt <= now) {
				waiter.resolve('expired');
			} else {
				this.active += 1;
				this.noteDelay(waiter, now);
				this.nextStartAt = now + this.intervalMs();
				this.throttle.onStart(now);
				waiter.resolve('granted');
			}
		}
	}

	private noteDelay({ dueAt, deadline }: Waiter, now: number): void {
		if (deadline === Infinity) return;
		this.maxStartDelayMs = Math.max(this.maxStartDelayMs, now - dueAt);
	}

	/** The index of the waiter that may start now and has been due longest, or -1. */
	private nextReady(now: number): number {
		if (this.throttle.pausedUntil > now) {
			return this.queue.findLastIndex((waiter) => this.earliestStart(waiter) <= now);
		}
		return this.nextReadyAt(now) <= now ? this.queue.length - 1 : -1;
	}

	private nextReadyAt(now: number): number {
		if (this.throttle.pausedUntil <= now) return this.queue.at(-1)?.dueAt ?? Infinity;
		return earliest(this.queue, (waiter) => this.earliestStart(waiter));
	}

	/** During a pause of the throttle only requests at their deadline may start. */
	private earliestStart({ dueAt, deadline }: Waiter): number {
		return Math.max(dueAt, Math.min(deadline, this.throttle.pausedUntilFor(deadline)));
	}

	/** Waiters learn that they have expired at that time, even if nothing can start then. */
	private expire(time: number): void {
		const now = Math.max(time, this.clock.now());
		const expired = this.queue.filter(({ expiresAt }) => expiresAt <= now);
		this.queue = this.queue.filter(({ expiresAt }) => expiresAt > now);
		for (const waiter of expired) waiter.resolve('expired');
		this.expiryAlarm.set(earliest(this.queue, ({ expiresAt }) => expiresAt));
	}

	private intervalMs(): number {
		const { requestsPerSecond } = this.limits;
		const limitMs = requestsPerSecond > 0 ? 1000 / requestsPerSecond : 0;
		return Math.max(this.throttle.intervalMs, limitMs, this.spreadMs);
	}

	/**
	 * Requests that start together get their responses together. They are then handled one after another, and no request
	 * is in flight meanwhile. So starts are spread over half of the time that a response takes, which leaves room for as
	 * many requests as may be in flight.
	 */
	private get spreadMs(): number {
		const spreadMs = Math.min(this.lastDurationMs / 2 / this.limits.maxConcurrency, MAX_SPREAD_MS);
		return spreadMs < MIN_SPREAD_MS ? 0 : spreadMs;
	}
}

function earliest(queue: readonly Waiter[], timeOf: (waiter: Waiter) => number): number {
	return queue.reduce((first, waiter) => Math.min(first, timeOf(waiter)), Infinity);
}
