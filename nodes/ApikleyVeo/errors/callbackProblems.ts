import type { ApiError } from '../veo/api/envelope';
import type { TaskStatus } from '../veo/task/task';
import { lookupFailed } from './lookupProblems';
import type { InvalidInput } from './lookupProblems';
import { because, excerpt, formatSeconds, fullText } from './problem';
import type { Problem } from './problem';

/**
 * What n8n's log says when a callback that names a task doesn't start the workflow. There is no execution that could show
 * it, as anyone can post a callback.
 */
const NOT_STARTED = 'A callback from Apikley did not start the workflow.';

const REPEAT_HINT = 'Apikley may repeat the callback. Otherwise';

export function callbackUnverified(problem: Problem): string {
	return `${NOT_STARTED} ${fullText(problem)}`;
}

/** The parameters of the trigger can't be used. */
export function callbackMisconfigured({ message, advice }: InvalidInput): string {
	return `${NOT_STARTED} ${message} ${advice}`;
}

/** `task` is what `quoteTaskId` returns. The lookup failed for good. */
export function callbackLookupFailed(task: string, error: ApiError): string {
	if (error.kind === 'retriesExhausted') return callbackUnreachable(task, error.reason);
	const reason = callbackUnverified(lookupFailed(task, error, 0));
	return error.kind === 'notFound' ? `${reason} ${STRANGER_HINT}` : reason;
}

const STRANGER_HINT = "If the task isn't yours, someone else knows the address of this trigger.";

/** `reason` is null if no lookup could be sent. */
export function callbackUnreachable(task: string, reason: string | null): string {
	return `${NOT_STARTED} Couldn't check task ${task}${because(reason)}. ${REPEAT_HINT} look the task up with Get Status.`;
}

/** The workflow was unpublished meanwhile, or the editor has stopped listening. */
export function callbackWithdrawn(task: string): string {
	return `${NOT_STARTED} The trigger stopped listening while it checked task ${task}. ${REPEAT_HINT} look the task up with Get Status.`;
}

export function callbackTaskNotFinal(task: string, status: TaskStatus, waitedMs: number): string {
	return `${NOT_STARTED} Task ${task} is not final yet after ${formatSeconds(waitedMs)} (last status: ${status}). ${REPEAT_HINT} wait for it with Wait Until Complete.`;
}

const TURNED_AWAY_BECAUSE = {
	tooManyUnknown: "too many of them named tasks that Apikley doesn't know",
	tooManyPending: 'as many tasks as possible are being checked already',
} as const;

/** Why a task isn't looked up: strangers have named too many unknown ones, or too many are being looked up. */
export type TurnedAway = keyof typeof TURNED_AWAY_BECAUSE;

/** Callbacks were turned away without a lookup. */
export function callbacksTurnedAway(reason: TurnedAway): string {
	return `Callbacks to the Apikley Veo Trigger were turned away, because ${TURNED_AWAY_BECAUSE[reason]}. Apikley repeats those that it sent. If this line comes again, find out who knows the address of this trigger. For a new address, add a new trigger node in place of this one, and create tasks with its address.`;
}

/** Anyone can post any text as a task ID. */
export function quoteTaskId(taskId: string): string {
	return excerpt(JSON.stringify(taskId));
}
