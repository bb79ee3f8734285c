import type { ApiError } from '../veo/api/envelope';
import type { FailureKind, VeoTask } from '../veo/task/task';
import type { PollResult } from '../veo/polling/waitFor';
import {
	CREDITS_PAGE,
	KEY_RIGHTS_ADVICE,
	LOGS_PAGE,
	REPORT_ADVICE,
	because,
	describeFurther,
	final,
	formatAttempts,
	formatSeconds,
	isSharedError,
	keyAdvice,
	quote,
	retryable,
	shareIf,
} from './problem';
import type { Explanation, Problem } from './problem';

/** What is wrong with the input, and what to change. */
export type InvalidInput = Readonly<Record<'message' | 'advice', string>>;

/** The value of Task ID isn't a task ID. */
export function invalidTaskId(value: unknown, { message, advice }: InvalidInput): Problem {
	return { taskId: value, ...final('INVALID_INPUT', message, advice) };
}

/** A parameter, the credential or this version of n8n doesn't allow the request. `taskId` is null for a new task. */
export function invalidRequest(
	taskId: string | null,
	{ message, advice }: InvalidInput,
	activity = activityOf(taskId),
): Problem {
	return invalidTaskId(taskId, { message: `Can't ${activity}: ${message}`, advice });
}

function activityOf(taskId: string | null): string {
	return taskId === null ? 'create the task' : `check task ${taskId}`;
}

/** n8n doesn't hand out the credential: it was deleted, not chosen, or can't be decrypted. */
export function credentialUnavailable(
	taskId: string | null,
	reason: string,
	activity = activityOf(taskId),
): Problem {
	const message = `Can't ${activity} without a credential${because(reason)}.`;
	const advice = 'Choose or create the Apikley API credential.';
	if (taskId !== null) {
		const description = `The task itself is not affected. ${advice}`;
		return { taskId, ...retryable('CREDENTIAL_UNAVAILABLE', message, description) };
	}
	const paid = activity === activityOf(null) ? 'Nothing was paid. ' : '';
	return { taskId, ...final('CREDENTIAL_UNAVAILABLE', message, `${paid}${advice}`) };
}

/** A parked execution was saved in a form that this version of the node doesn't know. */
export function unknownSavedRun(taskIds: readonly string[]): Problem {
	const tasks = listTasks(taskIds);
	const explanation = retryable(
		'UNKNOWN_SAVED_RUN',
		`This version of the node can't resume what another version saved when it parked the execution (tasks: ${tasks}).`,
		'The tasks themselves are not affected. Run the workflow again with these task IDs, or install the version of n8n-nodes-apikley that parked the execution and retry it.',
	);
	return { taskId: onlyOne(taskIds), ...explanation, isShared: true };
}

/** n8n has skipped a parked run that it should have continued. `uncertain`: how many further tasks may exist. */
export function runSkipped(taskIds: readonly string[], uncertain: number): Problem {
	const explanation = retryable(
		'RUN_SKIPPED',
		`n8n has skipped this node instead of continuing its parked run (tasks: ${listTasks(taskIds)}).`,
		'It does so when a parked execution is retried with the currently saved workflow. Retry that execution with the original workflow, or continue with Wait Until Complete and the task IDs.',
	);
	const problem = { taskId: onlyOne(taskIds), ...explanation };
	if (uncertain === 0) return problem;
	const tasks = uncertain === 1 ? 'One more task' : `${uncertain} more tasks`;
	const advice = `${tasks} may exist and be paid, so look in your account's log (${LOGS_PAGE}) before you run the workflow again.`;
	return describeFurther(problem, advice);
}

function listTasks(taskIds: readonly string[]): string {
	return taskIds.length === 0 ? 'no task ID was found in it' : taskIds.join(', ');
}

function onlyOne(taskIds: readonly string[]): string | null {
	return taskIds.length === 1 ? (taskIds[0] ?? null) : null;
}

/** Something was thrown that belongs to no item, which is a bug. */
export function unexpectedProblem(reason: string): Problem {
	const message = `The node failed unexpectedly${because(reason)}.`;
	return { taskId: null, ...retryable('UNEXPECTED_ERROR', message, BUG_ADVICE) };
}

const BUG_ADVICE = `The tasks themselves are not affected. ${REPORT_ADVICE}`;

/** A lookup failed for good. */
export function lookupFailed(taskId: string, error: ApiError, waitedMs: number): Problem {
	return shareIf(isSharedError(error), { taskId, ...explain(taskId, error, waitedMs) });
}

/** Tells that the node has created the task itself. */
export function withCreatedAdvice(problem: Problem): Problem {
	const advice =
		"This node has created the task, so it will be charged: don't create it again, but use Wait Until Complete with its ID.";
	return describeFurther(problem, advice);
}

/** The same for a task that the node has created itself, so that its ID is right and it can't be old. */
export function createdLookupFailed(taskId: string, error: ApiError, waitedMs: number): Problem {
	if (error.kind !== 'notFound' && error.kind !== 'tooOld') {
		const problem = lookupFailed(taskId, error, waitedMs);
		return { ...withCreatedAdvice(problem), retryable: true };
	}
	const message = `Apikley can't find task ${taskId} (${error.code}), although this node has created it.`;
	const advice = `It may still be running, and it will be charged, so don't create it again. Use Wait Until Complete with this task ID later, or look for it in your account's log (${LOGS_PAGE}).`;
	return { taskId, ...retryable(error.code, message, `${advice}${quote(error.message)}`) };
}

function explain(taskId: string, error: ApiError, waitedMs: number): Explanation {
	switch (error.kind) {
		case 'unauthorized':
			return final(
				401,
				`Apikley rejected the API key (401) while checking task ${taskId}.`,
				keyAdvice(error.message),
			);
		case 'notFound':
			return final(
				error.code,
				`Apikley can't find task ${taskId} (${error.code})${waitedMs > 0 ? `, after looking for it for ${formatSeconds(waitedMs)}` : ''}.`,
				`The ID may be wrong, or the task is more than 14 days old. Check the task ID, and that the key belongs to the account that created the task.${quote(error.message)}`,
			);
		case 'tooOld':
			return final(
				error.code,
				`Task ${taskId} is more than 14 days old, so Apikley no longer has it (${error.code}).`,
				`Create it again to get a new video.${quote(error.message)}`,
			);
		case 'noCredits':
			return retryable(
				402,
				`The Apikley account doesn't have enough credits (402) to check task ${taskId}.`,
				`Top up at ${CREDITS_PAGE}, then try again.${quote(error.message)}`,
			);
		case 'rejected':
			return retryable(
				error.code,
				`Apikley rejected the request for task ${taskId} (${error.code})${because(error.message)}.`,
				rejectionAdvice(error.code),
			);
		case 'retriesExhausted':
			return retryable(
				error.code ?? 'UNREACHABLE',
				`Couldn't check task ${taskId}${because(error.reason)}. Tried ${formatAttempts(error.attempts)}.`,
				error.isPermanent === true
					? PERMANENT_ADVICE
					: `The task itself is not affected. Try again later, or raise Max Retries.${retryAdvice(error.code)}`,
			);
		case 'unexpected':
			return retryable(
				'UNEXPECTED_ERROR',
				`Checking task ${taskId} failed unexpectedly${because(error.message)}.`,
				BUG_ADVICE,
			);
		default:
			return error satisfies never;
	}
}

function rejectionAdvice(code: number): string {
	if (code >= 300 && code < 400) return REDIRECT_ADVICE;
	return ADVICE_BY_CODE[code] ?? "Check the Task ID and the credential's Base URL.";
}

export const REDIRECT_ADVICE =
	'Set the Base URL of the credential to the address of the API itself. If it is that already, a proxy may be in between.';

const ADVICE_BY_CODE: Readonly<Record<number, string>> = {
	403: KEY_RIGHTS_ADVICE,
	414: 'The task ID is too long. Check the Task ID field.',
};

/** After a wrong certificate, n8n's guard against internal addresses, or an address that isn't one. */
export const PERMANENT_ADVICE =
	"The task itself is not affected, but no retry helps. Check the credential's Base URL, the server's certificate, and what this n8n may connect to.";

const RETRY_ADVICE_BY_CODE: Readonly<Record<number, string>> = {
	407: ' Check the proxy settings of this n8n.',
	429: ' Requests per Second limits how many requests are sent.',
};

export function retryAdvice(code: number | null): string {
	if (code === null) return " If it keeps failing, check the credential's Base URL.";
	return RETRY_ADVICE_BY_CODE[code] ?? '';
}

/** The wait timed out. `isCreated`: the node has created the task. */
export function waitTimedOut(
	taskId: string,
	{ lastValue, lastError, stats }: Extract<PollResult<VeoTask>, { kind: 'timedOut' }>,
	isCreated = false,
): Problem {
	const status = lastValue?.status ?? 'unknown';
	const failure = lastError === null ? '' : `, and the last check failed${because(lastError)}`;
	const message = `Task ${taskId} isn't complete after ${formatSeconds(stats.waitedMs)} (last status: ${status}${failure}).`;
	const known = describeTask(lastValue, lastError !== null);
	const advice = isCreated
		? '. For the next one, raise Timeout.'
		: ': wait again with the same task ID, or raise Timeout.';
	const problem = { taskId, ...retryable('WAIT_TIMED_OUT', message, `${known}${advice}`) };
	return isCreated ? withCreatedAdvice(problem) : problem;
}

/** What the lookups of a wait that timed out have shown. */
function describeTask(task: VeoTask | null, lastLookupFailed: boolean): string {
	if (task === null) return 'No check succeeded, so the task may be running or complete';
	if (task.status !== 'generating') {
		return 'The API reported a successFlag outside 0 to 3, which may need an update of this node';
	}
	return lastLookupFailed
		? 'The task was still running at Apikley when a check last succeeded'
		: 'The task is still running at Apikley';
}

const ADVICE_BY_FAILURE: Readonly<Record<FailureKind, string>> = {
	rejected: 'Change the prompt or the image and create the task again.',
	provider: 'The provider had a problem. Creating the same task again may work.',
};
const ADVICE_WITHOUT_KIND =
	'If the reason is about the prompt or the image, change that. Otherwise creating the same task again may work.';

/** The task failed and the user wants that to be an error. `isCreated`: the node has created it. */
export function taskFailed(taskId: string, task: VeoTask, isCreated = false): Problem {
	const reason = task.errorMessage ?? 'no reason given';
	const code = task.errorCode === null ? '' : ` (${task.errorCode})`;
	const message = `Task ${taskId} failed${because(reason)}${code}.`;
	const advice = `${adviceAfterFailure(task)}${isCreated ? RETRY_FINDS_IT : ''}`;
	return { taskId, ...final(task.errorCode ?? 'TASK_FAILED', message, advice) };
}

/** The same request isn't created twice in one execution. */
const RETRY_FINDS_IT =
	' A retry of this execution with the same parameters finds this task again. For another one, run the workflow again.';

function adviceAfterFailure({ errorCode, failureKind }: VeoTask): string {
	if (errorCode === 451) {
		return 'Make the image available without a login or access limits, and create the task again.';
	}
	return failureKind === null ? ADVICE_WITHOUT_KIND : ADVICE_BY_FAILURE[failureKind];
}
