import type { Callback } from '../veo/task/callback';
import { newToken } from './token';

/**
 * What this process has received for parked executions. While n8n has no free slot, an execution that was called still
 * counts as waiting. So several calls, or a call and the time, can resume it one after the other, even from different
 * saved states, and each of them would undo what the others have found. Each resumed run therefore gets all callbacks
 * that have come since its state was saved.
 */
const callbacksByExecution = new Map<string, readonly Remembered[]>();

interface Remembered {
	readonly callback: Callback;
	readonly number: number;
}

/** More executions than this hardly ever wait for a slot at the same time. */
const MAX_EXECUTIONS = 1_000;

/** When a run was parked. It isn't a time, as the date jumps when a computer's clock is set. */
export interface Moment {
	readonly process: string;
	readonly number: number;
}

/** The name of this process, which is another one after a restart of n8n. */
const PROCESS = newToken();
let lastNumber = 0;

export function nextMoment(): Moment {
	lastNumber += 1;
	return { process: PROCESS, number: lastNumber };
}

export function remember(executionId: string, callback: Callback): void {
	const earlier = (callbacksByExecution.get(executionId) ?? []).filter(
		(each) => each.callback.taskId !== callback.taskId || each.callback.token !== callback.token,
	);
	// The last one in the map is the newest
	callbacksByExecution.delete(executionId);
	const { number } = nextMoment();
	callbacksByExecution.set(executionId, [...earlier, { callback, number }]);
	const [oldest] = callbacksByExecution.keys();
	if (callbacksByExecution.size > MAX_EXECUTIONS && oldest !== undefined) {
		callbacksByExecution.delete(oldest);
	}
}

/** `since`: undefined for a run that an older version of the node has parked. */
export function recall(executionId: string, since: Moment | undefined): Callback[] {
	// If another process parked the run, all callbacks that this one has received came after that
	const number = since?.process === PROCESS ? since.number : 0;
	return (callbacksByExecution.get(executionId) ?? [])
		.filter((each) => each.number > number)
		.map(({ callback }) => callback);
}
