import {
	callbackLookupFailed,
	callbackTaskRunning,
	callbackTaskUnknown,
	callbackUnreachable,
} from '../errors/callbackProblems';
import type { VeoClient } from '../veo/api/client';
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
	/** The API knows no such task. */
	| { readonly kind: 'unknown'; readonly reason: string }
	/** The record didn't show the end in time. */
	| { readonly kind: 'running'; readonly reason: string }
	/** The API couldn't be asked. */
	| { readonly kind: 'unverified'; readonly reason: string };

/** A callback can come before the record shows the end. */
export const LOOKUP_SCHEDULE: Schedule = {
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

/** Looks the task up until it is final. An unknown task is only looked up once, as anyone can post any ID. */
export async function reachVerdict(
	taskId: string,
	{ client, clock, signal, onFound }: VerdictPorts,
): Promise<Verdict> {
	let isFound = false;
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
			return response.kind === 'notFound' && !isFound ? { ...response, kind: 'tooOld' } : response;
		},
		isFinal: (task) => task.isFinal,
		isComplete,
	});
	return toVerdict(taskId, result);
}

function toVerdict(taskId: string, result: WaitResult<VeoTask>): Verdict {
	switch (result.kind) {
		case 'found':
			return { kind: 'ended', task: result.value };
		case 'failed':
			return result.error.kind === 'tooOld'
				? { kind: 'unknown', reason: callbackTaskUnknown(taskId) }
				: { kind: 'unverified', reason: callbackLookupFailed(taskId, result.error) };
		case 'timedOut':
			return result.lastValue === null
				? { kind: 'unverified', reason: callbackUnreachable(taskId, result.lastError) }
				: {
						kind: 'running',
						reason: callbackTaskRunning(taskId, LOOKUP_SCHEDULE.timeoutMs / 1000),
					};
		case 'aborted':
		case 'parked':
			return { kind: 'unverified', reason: callbackUnreachable(taskId, null) };
		default:
			return result satisfies never;
	}
}
