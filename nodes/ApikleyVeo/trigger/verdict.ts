import {
	callbackLookupFailed,
	callbackTaskNotFinal,
	callbackUnreachable,
	callbackWithdrawn,
} from '../errors/callbackProblems';
import type { VeoClient } from '../veo/api/client';
import type { ApiError } from '../veo/api/envelope';
import { recordInfo } from '../veo/api/endpoints/recordInfo';
import type { Schedule } from '../veo/polling/schedule';
import { initialWaitState, waitFor } from '../veo/polling/waitFor';
import type { WaitResult } from '../veo/polling/waitFor';
import type { Clock } from '../veo/ports';
import { isComplete } from '../veo/task/task';
import type { VeoTask } from '../veo/task/task';

/** What the API says about the task that a callback names. `reason` is for n8n's log. */
export type Verdict =
	| { readonly kind: 'ended'; readonly task: VeoTask }
	/** The API knows no such task, or no longer. */
	| { readonly kind: 'unknown'; readonly reason: string }
	/** The record didn't show the end in time. */
	| { readonly kind: 'notFinal'; readonly reason: string }
	/** The API couldn't be asked. */
	| { readonly kind: 'unverified'; readonly reason: string };

/** A callback can come before the record shows the end. */
const LOOKUP_SCHEDULE: Schedule = {
	initialDelayMs: 0,
	intervalMs: 1_000,
	backoffFactor: 1.5,
	maxIntervalMs: 15_000,
	timeoutMs: 120_000,
};

export interface VerdictPorts {
	readonly client: Pick<VeoClient, 'send'>;
	readonly clock: Clock;
	readonly signal: AbortSignal;
	/** Called when the API has confirmed that the task exists. */
	onFound(): void;
}

/**
 * Looks the task up until it is final. An unknown task is only looked up once, as anyone can post any ID. `name` is what the
 * log calls the task.
 */
export async function reachVerdict(
	taskId: string,
	name: string,
	{ client, clock, signal, onFound }: VerdictPorts,
): Promise<Verdict> {
	let isFound = false;
	let notFound: ApiError | null = null;
	const result = await waitFor(LOOKUP_SCHEDULE, initialWaitState(LOOKUP_SCHEDULE, clock.date()), {
		clock,
		signal,
		parkFrom: Infinity,
		parkJitterMs: 0,
		park: async () => await Promise.resolve(false),
		probe: async (times) => {
			const response = await client.send(recordInfo(taskId), times);
			if (response.kind === 'success') {
				isFound = true;
				onFound();
			}
			// A wait looks again for a task that isn't found, but not for one that is gone
			if (response.kind !== 'notFound' || isFound) return response;
			notFound = response;
			return { ...response, kind: 'tooOld' };
		},
		isFinal: (task) => task.isFinal,
		isComplete,
	});
	return toVerdict(name, result, notFound);
}

function toVerdict(name: string, result: WaitResult<VeoTask>, notFound: ApiError | null): Verdict {
	switch (result.kind) {
		case 'found':
			return { kind: 'ended', task: result.value };
		case 'failed':
			return {
				kind: result.error.kind === 'tooOld' ? 'unknown' : 'unverified',
				reason: callbackLookupFailed(name, notFound ?? result.error),
			};
		case 'timedOut':
			return result.lastValue === null
				? { kind: 'unverified', reason: callbackUnreachable(name, result.lastError) }
				: {
						kind: 'notFinal',
						reason: callbackTaskNotFinal(name, result.lastValue.status, result.stats.waitedMs),
					};
		case 'aborted':
		case 'parked':
			return { kind: 'unverified', reason: callbackWithdrawn(name) };
		default:
			return result satisfies never;
	}
}
