import type { Lookup, LookupTimes } from '../api/client';
import type { Clock } from '../ports';
import type { VeoTask } from '../task/task';
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

/** How a wait ended. */
export type WaitOutcome = { readonly record: WaitRecord } & (
	| { readonly kind: 'ended'; readonly task: VeoTask }
	| {
			readonly kind: 'timedOut';
			/** The last answer that told of the task; null if none ever did. */
			readonly lastTask: VeoTask | null;
			/** Why the last lookup told nothing, if so. */
			readonly lastTrouble: string | null;
	  }
	| { readonly kind: 'failed'; readonly lookup: FailedLookup }
	| { readonly kind: 'aborted' }
);

export interface WaitPorts {
	readonly clock: Clock;
	readonly signal: AbortSignal;
	lookUp(times: LookupTimes): Promise<Lookup>;
}

/**
 * Looks a task up until it has ended, the timeout is over, or looking up is of no use any more. The last
 * lookup is at the deadline. Requests and sleeps end when the signal is aborted.
 */
export async function waitForTask(schedule: Schedule, ports: WaitPorts): Promise<WaitOutcome> {
	const { clock, signal } = ports;
	const startedAt = clock.now();
	const deadline = startedAt + schedule.timeoutMs;
	let dueAt = Math.min(startedAt + schedule.initialDelayMs, deadline);
	let lastTask: VeoTask | null = null;
	for (let lookups = 0; ; ) {
		await clock.sleep(dueAt - clock.now(), signal);
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
			return { kind: 'aborted', record };
		default:
			return lookup satisfies never;
	}
}

function troubleOf(lookup: Lookup): string | null {
	if (lookup.kind === 'unreachable') return lookup.reason;
	return lookup.kind === 'expired' ? 'there were more lookups due than the limits allow' : null;
}
