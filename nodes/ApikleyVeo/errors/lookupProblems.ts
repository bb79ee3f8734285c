import type { FailureKind, TaskStatus, VeoTask } from '../veo/task/task';
import type { FailedLookup } from '../veo/polling/waitFor';

/** Why an item has no answer. Becomes an error or, with "On Error: continue", an item of its own. */
export interface Problem {
	/** As it came in, also where it is no task ID at all. */
	readonly taskId: unknown;
	/** The API's number, else a word in capitals to branch on. */
	readonly code: number | string;
	/** What happened, to which task, and what to do now. */
	readonly message: string;
	/** What else is known, e.g. in the API's own words. */
	readonly description: string | null;
	/** True where looking the task up again later may help. */
	readonly retryable: boolean;
}

const KEYS_PAGE = 'https://app.apikley.ru/keys';

function apiSays(message: string | null): string | null {
	return message === null ? null : `The API says: "${message}"`;
}

/** What came in is no task ID. The message says so, and what to enter. */
export function invalidTaskId(taskId: unknown, message: string): Problem {
	return { taskId, code: 'INVALID_INPUT', message, description: null, retryable: false };
}

/** A setting, the credential or this n8n doesn't allow it. `why` says what to change. */
export function invalidRequest(taskId: string, why: string): Problem {
	return invalidTaskId(taskId, `Task ${taskId} can't be looked up: ${why}`);
}

/** What a lookup that told nothing of the task means to the user. */
export function lookupFailed(taskId: string, lookup: FailedLookup): Problem {
	switch (lookup.kind) {
		case 'unauthorized':
			return {
				taskId,
				code: 401,
				message: `Apikley rejected the API key (401) when task ${taskId} was looked up. Check the key in the credential, or get one at ${KEYS_PAGE}.`,
				description: apiSays(lookup.message),
				retryable: false,
			};
		case 'notFound':
			return {
				taskId,
				code: lookup.code,
				message: `Apikley does not know task ${taskId}: the ID is unknown, or the task is older than 14 days (${lookup.code}). Check the task ID, and that the key belongs to the account that created the task.`,
				description: apiSays(lookup.message),
				retryable: false,
			};
		case 'rejected':
			return rejected(taskId, lookup.code, lookup.message);
		case 'retriesExhausted':
			return {
				taskId,
				code: lookup.code ?? 'UNREACHABLE',
				message: `Task ${taskId} could not be looked up: ${trimFullStop(lookup.reason)}. Tried ${formatAttempts(lookup.attempts)}. The task itself is not affected; look it up again later, or raise Max Retries.${retryAdvice(lookup.code)}`,
				description: null,
				retryable: true,
			};
		default:
			return lookup satisfies never;
	}
}

function retryAdvice(code: number | null): string {
	if (code === null) return " If this goes on, check the credential's Base URL.";
	return code === 429 ? ' Requests per Second limits how many are sent.' : '';
}

const ADVICE_BY_CODE: Readonly<Record<number, string>> = {
	400: 'Change the prompt or the image and create the task again: prompts must be in English and keep to the content policy.',
	403: "Check that the key may use this API, and the credential's Base URL.",
	414: 'The task ID is too long to be one. Check the Task ID field.',
	451: 'Make the image reachable without a login or access limits, and create the task again.',
};

function rejected(taskId: string, code: number, message: string | null): Problem {
	const advice = ADVICE_BY_CODE[code] ?? "Check the Task ID and the credential's Base URL.";
	const says = message === null ? '' : `: ${trimFullStop(message)}`;
	return {
		taskId,
		code,
		message: `Apikley refused to look up task ${taskId} (${code})${says}. ${advice}`,
		description: null,
		retryable: false,
	};
}

/** The wait is over, the task is not. */
export function waitTimedOut(
	taskId: string,
	lastStatus: TaskStatus,
	waitedMs: number,
	lastTrouble: string | null,
): Problem {
	const trouble =
		lastTrouble === null
			? ''
			: `, and the last lookup told nothing of it: ${trimFullStop(lastTrouble)}`;
	return {
		taskId,
		code: 'WAIT_TIMED_OUT',
		message: `Task ${taskId} has not ended after ${formatSeconds(waitedMs)} of waiting; its last status was "${lastStatus}"${trouble}. The task goes on at Apikley: wait again with the same task ID, or raise Timeout.`,
		description: null,
		retryable: true,
	};
}

const ADVICE_BY_FAILURE: Readonly<Record<FailureKind, string>> = {
	rejected: 'Change the prompt or the image and create the task again.',
	provider: 'The provider failed; creating the same task again may help.',
};

/** The task has ended in failure and the user wants that to be an error. */
export function taskFailed(taskId: string, task: VeoTask): Problem {
	const why = task.errorMessage === null ? 'no reason given' : trimFullStop(task.errorMessage);
	const code = task.errorCode === null ? '' : ` (${task.errorCode})`;
	const advice = ADVICE_BY_FAILURE[task.failureKind ?? 'provider'];
	return {
		taskId,
		code: task.errorCode ?? 'TASK_FAILED',
		message: `Task ${taskId} ended in failure: ${why}${code}. ${advice}`,
		description: null,
		retryable: false,
	};
}

/** Of a sentence in the API's words, for more to follow. */
function trimFullStop(sentence: string): string {
	return sentence.replace(/[.\s]+$/, '');
}

export function formatAttempts(count: number): string {
	return count === 1 ? 'once' : `${count} times`;
}

function formatSeconds(ms: number): string {
	return `${Math.round(ms / 100) / 10} s`;
}
