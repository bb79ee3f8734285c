import type { Lookup, LookupTimes } from '../api/client';
import type { Clock } from '../ports';
import type { VeoTask } from '../task/task';
import { parkedDueAt } from './parkedSchedule';
import { intervalAfter } from './schedule';
import type { Schedule } from './schedule';

/** A task just created can be unknown to the API for some seconds. */
const NOT_FOUND_GRACE_MS = 60_000;

/** What a wait has cost. */
export interface WaitStats {
	/** Retries belong to their lookup. */
	readonly lookups: number;
	readonly waitedMs: number;
}

export type FailedLookup = Extract<
	Lookup,
	{ kind: 'notFound' | 'keyRejected' | 'refused' | 'unreachable' }
>;

/** Where a wait stands: plain data, so that it can be saved, and gone on with elsewhere. */
export interface WaitState {
	/** Milliseconds since 1970. */
	readonly startedAt: number;
	/** When the next lookup is due, in milliseconds since 1970. */
	readonly dueAt: number;
	readonly lookups: number;
	/** The last answer that told of the task; null if none did yet. */
	readonly lastTask: VeoTask | null;
}

/** `startedAt` in milliseconds since 1970. */
export function initialWaitState(schedule: Schedule, startedAt: number): WaitState {
	return { startedAt, dueAt: startedAt + schedule.initialDelayMs, lookups: 0, lastTask: null };
}

/** How a wait ended. */
export type WaitOutcome =
	| { readonly kind: 'ended'; readonly task: VeoTask; readonly record: WaitStats }
	| {
			readonly kind: 'timedOut';
			/** The last answer that told of the task; null if none ever did. */
			readonly lastTask: VeoTask | null;
			/** Why the last lookup told nothing, if so. */
			readonly lastTrouble: string | null;
			readonly record: WaitStats;
	  }
	| { readonly kind: 'failed'; readonly lookup: FailedLookup; readonly record: WaitStats }
	/** Not at an end, but to be gone on with later. */
	| { readonly kind: 'parked'; readonly progress: WaitState }
	| { readonly kind: 'aborted' };

export interface WaitPorts {
	readonly clock: Clock;
	readonly signal: AbortSignal;
	/** Milliseconds since 1970: a lookup due after this is not slept for, but parked for. Infinity: never. */
	readonly parkFrom: number;
	/** How much later than it could be, a parked wait goes on. */
	readonly parkJitterMs: number;
	/** Whether it can be parked; false only when it is `until`, on the clock's `now`: then it is due. */
	park(until: number): Promise<boolean>;
	/** Once it is due. */
	probe(times: LookupTimes): Promise<Lookup>;
}

/**
 * Looks a task up until it has ended, the timeout is over, looking up is of no use any more, or it is time
 * to park. The last lookup is at the deadline. Ends soon after the signal is aborted.
 */
export async function waitFor(
	schedule: Schedule,
	progress: WaitState,
	ports: WaitPorts,
): Promise<WaitOutcome> {
	const { clock, signal } = ports;
	// Dates jump when a computer's clock is set; within one process nothing depends on them
	const sinceEpoch = clock.date() - clock.now();
	const startedAt = progress.startedAt - sinceEpoch;
	const parkFrom = ports.parkFrom - sinceEpoch;
	// Gone on with after its deadline, a wait still has its last lookup: now
	const deadline = Math.max(startedAt + schedule.timeoutMs, clock.now());
	let dueAt = Math.min(progress.dueAt - sinceEpoch, deadline);
	let { lastTask, lookups } = progress;
	for (;;) {
		const times = { startedAt, now: clock.now(), dueAt, spreadMs: ports.parkJitterMs };
		const parkedUntil = dueAt > parkFrom ? parkedDueAt(schedule, times) : null;
		if (parkedUntil !== null && !signal.aborted) {
			const dates = { startedAt: progress.startedAt, dueAt: parkedUntil + sinceEpoch };
			const parked: WaitState = { ...dates, lookups, lastTask };
			if (await ports.park(parkedUntil)) return { kind: 'parked', progress: parked };
			dueAt = parkedUntil;
		}
		const lookup = await ports.probe({ dueAt, deadline });
		lookups += 1;
		const record = { lookups, waitedMs: clock.now() - startedAt };
		const isLast = dueAt >= deadline || record.waitedMs >= schedule.timeoutMs;
		if (lookup.kind === 'task') lastTask = lookup.task;
		const outcome = settle(lookup, record, isLast);
		if (outcome !== null) return outcome;
		if (isLast) return { kind: 'timedOut', lastTask, lastTrouble: lastErrorOf(lookup), record };
		dueAt = Math.min(clock.now() + intervalAfter(schedule, lookups), deadline);
	}
}

/** What a lookup means for the wait; null: look again, if there is time. */
function settle(lookup: Lookup, record: WaitStats, isLast: boolean): WaitOutcome | null {
	switch (lookup.kind) {
		case 'task':
			return lookup.task.isFinal ? { kind: 'ended', task: lookup.task, record } : null;
		case 'notFound': {
			const tolerated = !isLast && record.waitedMs < NOT_FOUND_GRACE_MS;
			return tolerated ? null : { kind: 'failed', lookup, record };
		}
		case 'retriesExhausted':
			// At the deadline the time was up, not the retries.
			return isLast ? null : { kind: 'failed', lookup, record };
		case 'unauthorized':
		case 'rejected':
			return { kind: 'failed', lookup, record };
		case 'expired':
			return null;
		case 'aborted':
			return { kind: 'aborted' };
		default:
			return lookup satisfies never;
	}
}

function lastErrorOf(lookup: Lookup): string | null {
	if (lookup.kind === 'retriesExhausted') return lookup.reason;
	return lookup.kind === 'expired' ? 'there were more lookups due than the limits allow' : null;
}
