import { onAbort } from '../onAbort';
import type { Clock } from '../ports';
import type { Brake } from './brake';

export interface TrafficLimits {
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
export type Turn = 'granted' | 'expired' | 'aborted';

interface Ticket extends RequestTimes {
	settle(turn: Turn): void;
}

/**
 * The one way out for all requests of a run: lets each go when it is due, and bounds how many are under way and how
 * fast they start. Who has been due the longest goes first, so that a budget too small stretches everybody's gaps
 * alike. There may be thousands, so all wait for one timer, and for another that tells who has expired.
 */
export class Gate {
	/** Sorted by `dueAt`, the earliest last. */
	private queue: Ticket[] = [];
	private underWay = 0;
	private nextStartAt = -Infinity;
	private wakingAt = Infinity;
	private longestDelay = 0;
	/** When it is looked next who has expired. */
	private expiringAt = Infinity;

	/** `signal` ends the run: nothing is left sleeping after it. */
	constructor(
		private readonly limits: TrafficLimits,
		private readonly brake: Brake,
		private readonly clock: Clock,
		private readonly signal: AbortSignal,
	) {}

	/** How long after it was due the latest request started, in milliseconds. */
	get longestDelayMs(): number {
		return this.longestDelay;
	}

	/** Whoever is granted a turn must `leave` afterwards. */
	async enter(times: RequestTimes): Promise<Turn> {
		if (this.signal.aborted) return 'aborted';
		return await new Promise<Turn>((resolve) => {
			const forget = onAbort(this.signal, () => {
				this.queue.splice(this.queue.indexOf(ticket), 1);
				resolve('aborted');
			});
			const settle = (turn: Turn) => {
				forget();
				resolve(turn);
			};
			const ticket: Ticket = { ...times, settle };
			this.queue.splice(this.placeFor(times.dueAt), 0, ticket);
			this.admit();
			if (this.queue.length > 0) this.expireAt(times.expiresAt);
		});
	}

	leave(): void {
		this.underWay -= 1;
		this.admit();
	}

	/** Equals go in the order in which they came. */
	private placeFor(dueAt: number): number {
		let low = 0;
		let high = this.queue.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if ((this.queue[middle]?.dueAt ?? 0) > dueAt) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	private admit(): void {
		while (this.queue.length > 0 && this.underWay < this.limits.maxConcurrency) {
			const now = this.clock.now();
			if (this.nextStartAt > now) return this.wakeAt(this.nextStartAt);
			const next = this.nextInTurn(now);
			if (next === -1) return this.wakeAt(this.nextTurnAt(now));
			const [ticket] = this.queue.splice(next, 1);
			if (ticket === undefined) return;
			if (ticket.expiresAt <= now) {
				ticket.settle('expired');
			} else {
				this.underWay += 1;
				this.longestDelay = Math.max(this.longestDelay, now - ticket.dueAt);
				this.nextStartAt = now + this.gapMs();
				ticket.settle('granted');
			}
		}
	}

	/** Of those whose time has come the one due the longest; -1: nobody. */
	private nextInTurn(now: number): number {
		if (this.brake.pausedUntil > now) {
			return this.queue.findLastIndex((ticket) => this.startsAt(ticket) <= now);
		}
		return this.nextTurnAt(now) <= now ? this.queue.length - 1 : -1;
	}

	private nextTurnAt(now: number): number {
		if (this.brake.pausedUntil <= now) return this.queue.at(-1)?.dueAt ?? Infinity;
		return this.queue.reduce(
			(earliest, ticket) => Math.min(earliest, this.startsAt(ticket)),
			Infinity,
		);
	}

	/** While the brake's pause lasts only those at their deadline may go. */
	private startsAt({ dueAt, deadline }: Ticket): number {
		return Math.max(dueAt, Math.min(deadline, this.brake.pausedUntil));
	}

	/** Those who wait are told when their time is over, also while nobody can start. */
	private expireAt(time: number): void {
		if (time >= this.expiringAt) return;
		this.expiringAt = time;
		void this.clock.sleep(time - this.clock.now(), this.signal).then(() => {
			if (this.expiringAt !== time) return;
			this.expiringAt = Infinity;
			const now = Math.max(time, this.clock.now());
			const expired = this.queue.filter(({ expiresAt }) => expiresAt <= now);
			this.queue = this.queue.filter(({ expiresAt }) => expiresAt > now);
			for (const ticket of expired) ticket.settle('expired');
			this.expireAt(
				this.queue.reduce((next, ticket) => Math.min(next, ticket.expiresAt), Infinity),
			);
		});
	}

	private gapMs(): number {
		const { requestsPerSecond } = this.limits;
		return Math.max(this.brake.gapMs, requestsPerSecond > 0 ? 1000 / requestsPerSecond : 0);
	}

	private wakeAt(time: number): void {
		if (time >= this.wakingAt) return;
		this.wakingAt = time;
		void this.clock.sleep(time - this.clock.now(), this.signal).then(() => {
			if (this.wakingAt === time) this.wakingAt = Infinity;
			this.admit();
		});
	}
}
