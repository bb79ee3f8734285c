import { onAbort } from '../onAbort';
import type { Clock } from '../ports';
import type { AdaptiveThrottle } from './adaptiveThrottle';

export interface RequestLimits {
	/** Requests under way at once. */
	readonly maxConcurrency: number;
	/** Requests started in a second; 0 for no limit. */
	readonly requestsPerSecond: number;
}

/** Times of one request on the gate's clock. */
export interface RequestTimes {
	/** It starts no sooner. */
	readonly dueAt: number;
	/** From here on a pause no longer holds it back: this is its last chance. */
	readonly deadline: number;
	/** After this there is no use in starting it. */
	readonly expiresAt: number;
}

/** `expired`: the turn came too late to be of use. */
export type Admission = 'granted' | 'expired' | 'aborted';

interface Waiter extends RequestTimes {
	resolve(turn: Admission): void;
}

/**
 * The one way out for all requests of a run: lets each go when it is due, and bounds how many are under way and how
 * fast they start. Who has been due the longest goes first, so that a budget too small stretches everybody's gaps
 * alike. There may be thousands, so all wait for one timer, and for another that tells who has expired.
 */
export class RequestLimiter {
	/** Sorted by `dueAt`, the earliest last. */
	private queue: Waiter[] = [];
	private active = 0;
	private nextStartAt = -Infinity;
	private wakingAt = Infinity;
	private longestDelay = 0;
	/** When it is looked next who has expired. */
	private expiringAt = Infinity;

	/** `signal` ends the run: nothing is left sleeping after it. */
	constructor(
		private readonly limits: RequestLimits,
		private readonly brake: AdaptiveThrottle,
		private readonly clock: Clock,
		private readonly signal: AbortSignal,
	) {}

	/** How long after it was due the latest request started, in milliseconds. */
	get maxStartDelayMs(): number {
		return this.longestDelay;
	}

	/** Whoever is granted a turn must `leave` afterwards. */
	async acquire(times: RequestTimes): Promise<Admission> {
		if (this.signal.aborted) return 'aborted';
		return await new Promise<Admission>((resolve) => {
			const forget = onAbort(this.signal, () => {
				this.queue.splice(this.queue.indexOf(ticket), 1);
				resolve('aborted');
			});
			const settle = (turn: Admission) => {
				forget();
				resolve(turn);
			};
			const ticket: Waiter = { ...times, resolve: settle };
			this.queue.splice(this.insertionIndex(times.dueAt), 0, ticket);
			this.drain();
			if (this.queue.length > 0) this.scheduleExpiry(times.expiresAt);
		});
	}

	release(): void {
		this.active -= 1;
		this.drain();
	}

	/** Equals go in the order in which they came. */
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
			if (this.nextStartAt > now) return this.scheduleWake(this.nextStartAt);
			const next = this.nextReady(now);
			if (next === -1) return this.scheduleWake(this.nextReadyAt(now));
			const [ticket] = this.queue.splice(next, 1);
			if (ticket === undefined) return;
			if (ticket.expiresAt <= now) {
				ticket.resolve('expired');
			} else {
				this.active += 1;
				this.longestDelay = Math.max(this.longestDelay, now - ticket.dueAt);
				this.nextStartAt = now + this.intervalMs();
				ticket.resolve('granted');
			}
		}
	}

	/** Of those whose time has come the one due the longest; -1: nobody. */
	private nextReady(now: number): number {
		if (this.brake.pausedUntil > now) {
			return this.queue.findLastIndex((ticket) => this.earliestStart(ticket) <= now);
		}
		return this.nextReadyAt(now) <= now ? this.queue.length - 1 : -1;
	}

	private nextReadyAt(now: number): number {
		if (this.brake.pausedUntil <= now) return this.queue.at(-1)?.dueAt ?? Infinity;
		return this.queue.reduce(
			(earliest, ticket) => Math.min(earliest, this.earliestStart(ticket)),
			Infinity,
		);
	}

	/** While the brake's pause lasts only those at their deadline may go. */
	private earliestStart({ dueAt, deadline }: Waiter): number {
		return Math.max(dueAt, Math.min(deadline, this.brake.pausedUntil));
	}

	/** Those who wait are told when their time is over, also while nobody can start. */
	private scheduleExpiry(time: number): void {
		if (time >= this.expiringAt) return;
		this.expiringAt = time;
		void this.clock.sleep(time - this.clock.now(), this.signal).then(() => {
			if (this.expiringAt !== time) return;
			this.expiringAt = Infinity;
			const now = Math.max(time, this.clock.now());
			const expired = this.queue.filter(({ expiresAt }) => expiresAt <= now);
			this.queue = this.queue.filter(({ expiresAt }) => expiresAt > now);
			for (const ticket of expired) ticket.resolve('expired');
			this.scheduleExpiry(
				this.queue.reduce((next, ticket) => Math.min(next, ticket.expiresAt), Infinity),
			);
		});
	}

	private intervalMs(): number {
		const { requestsPerSecond } = this.limits;
		return Math.max(this.brake.intervalMs, requestsPerSecond > 0 ? 1000 / requestsPerSecond : 0);
	}

	private scheduleWake(time: number): void {
		if (time >= this.wakingAt) return;
		this.wakingAt = time;
		void this.clock.sleep(time - this.clock.now(), this.signal).then(() => {
			if (this.wakingAt === time) this.wakingAt = Infinity;
			this.drain();
		});
	}
}
