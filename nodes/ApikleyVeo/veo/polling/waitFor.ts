import type { SendTimes } from '../api/client';
import type { ApiError, ApiResult } from '../api/envelope';
import type { Clock } from '../ports';
import { parkedDueAt } from './parkedSchedule';
import { intervalAfter } from './schedule';
import type { Schedule } from './schedule';

/** The API may not know a task in the time after its creation. */
const NOT_FOUND_GRACE_MS = 90_000;

/** A task can succeed some seconds before its record names the videos. */
const INCOMPLETE_GRACE_MS = 60_000;

export interface WaitStats {
	/** A retry belongs to its lookup. */
	readonly lookups: number;
	readonly waitedMs: number;
}

/** What a wait knows between two lookups: plain data, so that it can be saved and resumed elsewhere. */
export interface WaitState<T> {
	/** Milliseconds since 1970. */
	readonly startedAt: number;
	/** When the next lookup is due, in milliseconds since 1970. */
	readonly dueAt: number;
	readonly lookups: number;
	/** What the last successful lookup found; null if there was none. */
	readonly lastValue: T | null;
	/** When the value became final, but was not complete, in milliseconds since 1970; null if it isn't so. */
	readonly incompleteSince?: number | null;
}

/** `startedAt` in milliseconds since 1970. */
export function initialWaitState(schedule: Schedule, startedAt: number): WaitState<never> {
	const dueAt = startedAt + schedule.initialDelayMs;
	return { startedAt, dueAt, lookups: 0, lastValue: null, incompleteSince: null };
}

/** How a wait or a single lookup ended. */
export type PollResult<T> =
	| {
			readonly kind: 'found';
			readonly value: T;
			/** Null for a single lookup. */
			readonly stats: WaitStats | null;
			/** Why the last lookup failed, of a value that is still not complete. */
			readonly lastError?: string | null;
	  }
	| {
			readonly kind: 'timedOut';
			readonly lastValue: T | null;
			/** Why the last lookup failed; null if it didn't. */
			readonly lastError: string | null;
			/** The last response, if no lookup has found what was created. */
			readonly notFound?: ApiError;
			readonly stats: WaitStats;
	  }
	| {
			readonly kind: 'failed';
			readonly error: ApiError;
			/** Whether an earlier lookup of the wait was successful. */
			readonly isKnown: boolean;
			/** What that lookup found. Absent for a single lookup. */
			readonly lastValue?: T;
			readonly stats: WaitStats | null;
	  }
	| { readonly kind: 'aborted' };

export type WaitResult<T> =
	| PollResult<T>
	/** Not finished: `waitFor` resumes it from this state. */
	| { readonly kind: 'parked'; readonly wait: WaitState<T> };

export interface WaitPorts<T> {
	readonly clock: Clock;
	readonly signal: AbortSignal;
	/** Milliseconds since 1970: a lookup that is due after this is parked for. Infinity: never. */
	readonly parkFrom: number;
	/** The API has named it in the response to its creation. */
	readonly isCreated?: boolean;
	/** Milliseconds that a parked wait is parked for on top of its schedule. */
	readonly parkJitterMs: number;
	/** True if the wait can be parked now; false once it is `until` on the clock's `now`: the lookup is due. */
	park(until: number): Promise<boolean>;
	/** Looks up once, when it is due. */
	probe(times: SendTimes): Promise<ApiResult<T>>;
	readonly isFinal: (value: T) => boolean;
	/** False for a final value that doesn't have everything yet. */
	readonly isComplete: (value: T) => boolean;
}

/**
 * The poll loop: looks up until the value is final, the timeout is reached, further lookups are pointless, or it is time
 * to park. The last lookup is at the deadline. Ends soon after the signal is aborted, and never rejects.
 */
export async function waitFor<T>(
	schedule: Schedule,
	state: WaitState<T>,
	ports: WaitPorts<T>,
): Promise<WaitResult<T>> {
	const { clock, signal, parkJitterMs: jitterMs } = ports;
	// The date jumps when a computer's clock is set, so nothing within one process depends on it
	const sinceEpoch = clock.date() - clock.now();
	const startedAt = state.startedAt - sinceEpoch;
	const parkFrom = ports.parkFrom - sinceEpoch;
	// A wait that is resumed after its deadline still makes its final lookup, immediately
	const deadline = Math.max(startedAt + schedule.timeoutMs, clock.now());
	let dueAt = Math.min(state.dueAt - sinceEpoch, deadline);
	// Runs that were parked by an older version of the node don't have it
	let { lastValue, lookups, incompleteSince = null } = state;
	for (;;) {
		const times = { startedAt, now: clock.now(), dueAt, jitterMs };
		const parkedUntil = dueAt > parkFrom ? parkedDueAt(schedule, times) : null;
		if (parkedUntil !== null && !signal.aborted) {
			const dates = { startedAt: state.startedAt, dueAt: parkedUntil + sinceEpoch };
			const wait = { ...dates, lookups, lastValue, incompleteSince };
			if (await ports.park(parkedUntil)) return { kind: 'parked', wait };
			dueAt = parkedUntil;
		}
		// If n8n resumed the wait late, its lookup is due now: the limits have not held it back
		const result = await ports.probe({ dueAt: Math.max(dueAt, clock.now()), deadline });
		lookups += 1;
		const stats = { lookups, waitedMs: Math.max(0, clock.now() - startedAt) };
		const isLast = dueAt >= deadline || stats.waitedMs >= schedule.timeoutMs;
		if (result.kind === 'success') {
			lastValue = result.value;
			const isIncomplete = ports.isFinal(lastValue) && !ports.isComplete(lastValue);
			incompleteSince = isIncomplete ? (incompleteSince ?? clock.now() + sinceEpoch) : null;
		}
		const graceEnd =
			incompleteSince === null ? Infinity : incompleteSince - sinceEpoch + INCOMPLETE_GRACE_MS;
		const ended = toEnd(result, { stats, isLast, lastValue }, ports);
		if (incompleteSince !== null && lastValue !== null && ended?.kind !== 'aborted') {
			const isOver = isLast || clock.now() >= graceEnd || ended?.kind === 'failed';
			if (isOver) return { kind: 'found', value: lastValue, stats, lastError: lastErrorOf(result) };
		} else if (ended !== null) return ended;
		if (isLast) {
			const isNotFound = lastValue === null && result.kind === 'notFound';
			return {
				kind: 'timedOut',
				lastValue,
				lastError: lastErrorOf(result),
				...(isNotFound && { notFound: result }),
				stats,
			};
		}
		dueAt = Math.min(clock.now() + intervalAfter(schedule, lookups), graceEnd, deadline);
	}
}

interface LookupContext<T> {
	readonly stats: WaitStats;
	readonly isLast: boolean;
	readonly lastValue: T | null;
}

/** The end of the wait, if the lookup brought it; null to look up again while there is time. */
function toEnd<T>(
	result: ApiResult<T>,
	{ stats, isLast, lastValue }: LookupContext<T>,
	{ isCreated = false, isFinal }: WaitPorts<T>,
): PollResult<T> | null {
	const isKnown = lastValue !== null;
	const failed = (error: ApiError): PollResult<T> => {
		const failure = { kind: 'failed', error, isKnown, stats } as const;
		return lastValue === null ? failure : { ...failure, lastValue };
	};
	switch (result.kind) {
		case 'success':
			return isFinal(result.value) ? { kind: 'found', value: result.value, stats } : null;
		case 'notFound': {
			// A task that was known before still exists
			if (isKnown || isCreated) return null;
			const isInGracePeriod = !isLast && stats.waitedMs < NOT_FOUND_GRACE_MS;
			return isInGracePeriod ? null : failed(result);
		}
		case 'retriesExhausted':
			// At the deadline it was the time that ran out, not the retries
			return isLast ? null : failed(result);
		case 'tooOld':
		case 'noCredits':
		case 'unauthorized':
		case 'rejected':
		case 'unexpected':
			return failed(result);
		case 'expired':
			return null;
		case 'aborted':
			return result;
		default:
			return result satisfies never;
	}
}

/** Why a lookup failed, for the user to read; null if it didn't. */
export function lastErrorOf(result: ApiResult<unknown>): string | null {
	switch (result.kind) {
		case 'success':
		case 'aborted':
			return null;
		case 'retriesExhausted':
			return result.reason;
		case 'expired':
			return 'more tasks were due than the limits allow';
		case 'unauthorized':
			return 'Apikley rejected the API key (401)';
		case 'notFound':
		case 'tooOld':
			return `Apikley can't find the task (${result.code})`;
		case 'noCredits':
			return `${result.message ?? "the Apikley account doesn't have enough credits"} (402)`;
		case 'rejected':
			return `${result.message ?? 'Apikley refused the check'} (${result.code})`;
		case 'unexpected':
			return result.message;
		default:
			return result satisfies never;
	}
}
