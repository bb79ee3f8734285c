import type { Lookup, LookupTimes } from '../api/client';
import type { Clock } from '../ports';
import type { VeoTask } from '../task/task';
import { parkedDueAt } from './parking';
import { gapAfter } from './schedule';
import type { Schedule } from './schedule';

/** A task just created can be unknown to the API for some seconds. */
const UNKNOWN_TOLERATED_MS = 60_000;

/** What a wait has cost. */
export interface WaitRecord {
	/** Retries belong to their lookup. */
	readonly lookups: number;
	readonly waitedMs: number;
}

export type FailedLookup = Extract<
	Lookup,
	{ kind: 'notFound' | 'keyRejected' | 'refused' | 'unreachable' }
>;

/** Where a wait stands: plain data, so that it can be saved, and gone on with elsewhere. */
export interface WaitProgress {
	/** Milliseconds since 1970. */
	readonly startedAt: number;
	/** When the next lookup is due, in milliseconds since 1970. */
	readonly dueAt: number;
	readonly lookups: number;
	/** The last answer that told of the task; null if none did yet. */
	readonly lastTask: VeoTask | null;
}

/** `startedAt` in milliseconds since 1970. */
export function beginWait(schedule: Schedule, startedAt: number): WaitProgress {
	return { startedAt, dueAt: startedAt + schedule.initialDelayMs, lookups: 0, lastTask: null };
}

/** How a wait ended. */
export type WaitOutcome =
	| { readonly kind: 'ended'; readonly task: VeoTask; readonly record: WaitRecord }
	| {
			readonly kind: 'timedOut';
			/** The last answer that told of the task; null if none ever did. */
			readonly lastTask: VeoTask | null;
			/** Why the last lookup told nothing, if so. */
			readonly lastTrouble: string | null;
			readonly record: WaitRecord;
	  }
	| { readonly kind: 'failed'; readonly lookup: FailedLookup; readonly record: WaitRecord }
	/** Not at an end, but to be gone on with later. */
	| { readonly kind: 'parked'; readonly progress: WaitProgress }
	| { readonly kind: 'aborted' };

export interface WaitPorts {
	readonly clock: Clock;
	readonly signal: AbortSignal;
	/** Milliseconds since 1970: a lookup due after this is not slept for, but parked for. Infinity: never. */
	readonly parkFrom: number;
	/** How much later than it could be, a parked wait goes on. */
	readonly parkSpreadMs: number;
	/** Whether it can be parked; false only when it is `until`, on the clock's `now`: then it is due. */
	park(until: number): Promise<boolean>;
	/** Once it is due. */
	lookUp(times: LookupTimes): Promise<Lookup>;
}

/**
 * Looks a task up until it has ended, the timeout is over, looking up is of no use any more, or it is time
 * to park. The last lookup is at the deadline. Ends soon after the signal is aborted.
 */
export async function waitForTask(
	schedule: Schedule,
	progress: WaitProgress,
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
		const times = { startedAt, now: clock.now(), dueAt, spreadMs: ports.parkSpreadMs };
		const parkedUntil = dueAt > parkFrom ? parkedDueAt(schedule, times) : null;
		if (parkedUntil !== null && !signal.aborted) {
			const dates = { startedAt: progress.startedAt, dueAt: parkedUntil + sinceEpoch };
			const parked: WaitProgress = { ...dates, lookups, lastTask };
			if (await ports.park(parkedUntil)) return { kind: 'parked', progress: parked };
			dueAt = parkedUntil;
		}
		const lookup = await ports.lookUp({ dueAt, deadline });
		lookups += 1;
		const record = { lookups, waitedMs: clock.now() - startedAt };
		const isLast = dueAt >= deadline || record.waitedMs >= schedule.timeoutMs;
		if (lookup.kind === 'task') lastTask = lookup.task;
		const outcome = settle(lookup, record, isLast);
		if (outcome !== null) return outcome;
		if (isLast) return { kind: 'timedOut', lastTask, lastTrouble: troubleOf(lookup), record };
		dueAt = Math.min(clock.now() + gapAfter(schedule, lookups), deadline);
	}
}

/** What a lookup means for the wait; null: look again, if there is time. */
function settle(lookup: Lookup, record: WaitRecord, isLast: boolean): WaitOutcome | null {
	switch (lookup.kind) {
		case 'task':
			return lookup.task.isFinal ? { kind: 'ended', task: lookup.task, record } : null;
		case 'notFound': {
			const tolerated = !isLast && record.waitedMs < UNKNOWN_TOLERATED_MS;
			return tolerated ? null : { kind: 'failed', lookup, record };
		}
		case 'unreachable':
			// At the deadline the time was up, not the retries.
			return isLast ? null : { kind: 'failed', lookup, record };
		case 'keyRejected':
		case 'refused':
			return { kind: 'failed', lookup, record };
		case 'expired':
			return null;
		case 'aborted':
			return { kind: 'aborted' };
		default:
			return lookup satisfies never;
	}
}

function troubleOf(lookup: Lookup): string | null {
	if (lookup.kind === 'unreachable') return lookup.reason;
	return lookup.kind === 'expired' ? 'there were more lookups due than the limits allow' : null;
}
