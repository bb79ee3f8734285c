import type { ApiError } from '../veo/api/envelope';
import { lookupFailed } from './lookupProblems';
import { excerpt } from './problem';
import type { Problem } from './problem';

/**
 * What n8n's log says when a callback that names a task doesn't start the workflow. There is no execution that could show
 * it, as anyone can post a callback.
 */
const NOT_STARTED = 'A callback from Apikley did not start the workflow.';

export function callbackUnverified({ message, description }: Problem): string {
	return `${NOT_STARTED} ${message} ${description}`;
}

/** The lookup of the task failed for good. */
export function callbackLookupFailed(taskId: string, error: ApiError): string {
	return error.kind === 'retriesExhausted'
		? callbackUnreachable(taskId, error.reason)
		: callbackUnverified(lookupFailed(quote(taskId), error, 0));
}

/** `reason` is null if no lookup could be sent. */
export function callbackUnreachable(taskId: string, reason: string | null): string {
	const because = reason === null ? '' : `: ${reason}`;
	return `${NOT_STARTED} The task ${quote(taskId)} couldn't be checked${because}. Apikley may repeat the callback. Otherwise look the task up with Get Status.`;
}

export function callbackTaskUnknown(taskId: string): string {
	return `${NOT_STARTED} Apikley doesn't know the task ${quote(taskId)} that it names. Check that the key belongs to the account that created the task. If the task isn't yours, someone else knows the address of this trigger.`;
}

export function callbackTaskRunning(taskId: string, seconds: number): string {
	return `${NOT_STARTED} Apikley still shows the task ${quote(taskId)} as generating after ${seconds} s. Wait for it with Wait Until Complete.`;
}

/** Anyone can post any text as a task ID. */
function quote(taskId: string): string {
	return excerpt(JSON.stringify(taskId));
}
