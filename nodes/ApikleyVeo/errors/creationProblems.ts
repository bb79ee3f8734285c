import type { CreationError } from '../veo/api/endpoints/creation';
import { saysUnknownTask } from '../veo/api/apiTexts';
import {
	CREDITS_PAGE,
	LOGS_PAGE,
	NO_RETRY_HELPS,
	REPORT_ADVICE,
	SPENDING_LIMIT_REACHED,
	SWITCHED_OFF,
	because,
	describeFurther,
	final,
	formatAttempts,
	isSharedError,
	keyAdvice,
	quote,
	retryable,
	shareIf,
} from './problem';
import type { Explanation, Problem } from './problem';

/** Nothing was sent, or the API refused it. */
export const NOTHING_PAID = 'No task was created, and nothing was paid.';

/** A creation was certainly refused. */
export function creationFailed(error: CreationError): Problem {
	return shareIf(isSharedRefusal(error), { taskId: null, ...explain(error) });
}

/** The endpoint or the feature: the API would refuse the tasks of all other items too. */
const SHARED_REFUSALS = [404, 505];

function isSharedRefusal(error: CreationError): boolean {
	if (isSharedError(error)) return true;
	if (error.kind !== 'rejected' || saysUnknownTask(error.message)) return false;
	return SHARED_REFUSALS.includes(error.code);
}

function explain(error: CreationError): Explanation {
	switch (error.kind) {
		case 'unauthorized':
			return final(
				401,
				'Apikley rejected the API key (401), so it did not create the task.',
				`${NOTHING_PAID} ${keyAdvice(error.message)}`,
			);
		case 'noCredits':
			return final(
				402,
				"The Apikley account doesn't have enough credits (402) to create the task.",
				`${NOTHING_PAID} Top up at ${CREDITS_PAGE}, then try again.${quote(error.message)}`,
			);
		case 'rejected':
			return final(
				error.code,
				`Apikley refused to create the task (${error.code})${because(error.message)}.`,
				`${NOTHING_PAID} ${ADVICE_BY_CODE[error.code] ?? 'Check the parameters of this node.'}`,
			);
		case 'retriesExhausted':
			return final(
				error.code ?? 'UNREACHABLE',
				`Couldn't create the task${because(error.reason)}. Tried ${formatAttempts(error.attempts)}.`,
				`${NOTHING_PAID} ${error.isPermanent === true ? NO_RETRY_HELPS : 'Try again later, or raise Max Retries.'}`,
			);
		case 'unexpected':
			return final(
				'UNEXPECTED_ERROR',
				`Creating the task failed unexpectedly${because(error.message)}.`,
				`${NOTHING_PAID} ${REPORT_ADVICE}`,
			);
		default:
			return error satisfies never;
	}
}

const ADVICE_BY_CODE: Readonly<Record<number, string>> = {
	400: 'Change the prompt or the image.',
	404: "Check the credential's Base URL.",
	422: 'Change the parameter that the text names.',
	433: `${SPENDING_LIMIT_REACHED} Raise it in your Apikley account.`,
	451: 'Make the image available without a login or access limits.',
	505: SWITCHED_OFF,
};

/** The tasks that callbacks of a creation have named. */
interface NamedTasks {
	/** The API didn't know them, or has not been asked yet. */
	readonly named?: readonly string[];
	/** Their records tell that it was another request that created them. */
	readonly ruledOut?: readonly string[];
}

export const UNCERTAIN_CODE = 'CREATION_UNCERTAIN';

/** The task may exist, but its ID isn't known for sure. `reason` says why. A callback alone proves nothing. */
export function creationUncertain(
	reason: string,
	{ named = [], ruledOut = [] }: NamedTasks = {},
): Problem {
	const callbacks = [
		describeNamed(named, 'which Apikley has not confirmed'),
		describeNamed(ruledOut, "whose record doesn't fit this request"),
	];
	return {
		taskId: null,
		...retryable(
			UNCERTAIN_CODE,
			`It isn't known whether Apikley created the task${because(reason)}.${callbacks.join('')}`,
			`The task may exist and be paid, so it was not created again, and n8n's retries won't create it either. Look for it in your account's log (${LOGS_PAGE}). If it is there, continue with Wait Until Complete and its ID. If it isn't, run the workflow again as a new execution, with only the items that have no task.`,
		),
	};
}

/** An execution that this one retries, or another retry of it, has begun to create the task. */
export function begunBefore(): Problem {
	const problem = creationUncertain(
		'an earlier run of this execution has begun to create it, and n8n has not kept how that ended',
	);
	const hint =
		'The custom data of that execution may have the IDs of the first ten tasks it created.';
	return describeFurther(problem, hint);
}

/** `which`: what is wrong with each of them. */
function describeNamed(taskIds: readonly string[], which: string): string {
	const [first, ...others] = taskIds;
	if (first === undefined) return '';
	if (others.length === 0) return ` A callback named ${first}, ${which}.`;
	return ` Callbacks named ${taskIds.join(', ')}, each a task ${which}.`;
}

/** Nothing was sent for this item, because of what happened to another one. Null: because the execution was stopped. */
export function notCreated(cause: Problem | null): Problem {
	if (cause === null) {
		const message = 'The task was not created, because the execution was stopped.';
		return { taskId: null, ...final('EXECUTION_STOPPED', message, NOTHING_PAID) };
	}
	const message = `The task was not created, because creating another one failed before: ${cause.message}`;
	// That another task may exist says nothing about this one
	const [code, advice] =
		cause.code === UNCERTAIN_CODE ? ['NOT_CREATED', NOTHING_PAID] : [cause.code, cause.description];
	return { taskId: null, ...final(code, message, advice) };
}

/** The run would create more tasks than Max Videos allows. Tasks count from the start of the execution. */
export function tooManyVideos(max: number, before: number, wanted: number): Problem {
	const earlier = before === 1 ? 'an earlier one' : `${before} earlier ones`;
	const already = before === 0 ? '' : `, in addition to ${earlier}`;
	return {
		taskId: null,
		isShared: true,
		...final(
			'MAX_VIDEOS_EXCEEDED',
			`This run would create ${wanted === 1 ? 'a task' : `${wanted} tasks`}${already}, but Max Videos is ${max}.`,
			`${before === 0 ? NOTHING_PAID : 'No other task was created.'} If that many are intended, raise Max Videos in Generation Options. It limits how many tasks this node creates in one execution.`,
		),
	};
}

/**
 * With On Error: stop. The error of one item names the tasks of the others, as none of them is on an item: those that were
 * created, and those of `uncertain` creations.
 */
export function withOtherTasks(
	problem: Problem,
	createdTaskIds: readonly string[],
	uncertain: readonly Problem[],
): Problem {
	const isRetryable = problem.code !== UNCERTAIN_CODE && uncertain.length === 0;
	return withUncertain(withCreated(problem, createdTaskIds, isRetryable), uncertain);
}

/** `isRetryable`: as an uncertain creation stays uncertain, each retry of the execution would end with that error. */
function withCreated(problem: Problem, taskIds: readonly string[], isRetryable: boolean): Problem {
	const others = taskIds.filter((taskId) => taskId !== problem.taskId);
	if (others.length === 0) return problem;
	const [created, them] =
		others.length === 1 ? ['A task that was created', 'it'] : ['Tasks that were created', 'them'];
	const advice = isRetryable
		? `A retry of this execution with the same parameters continues with ${them} and doesn't create ${them} again.`
		: `Continue with Wait Until Complete: a retry of this execution doesn't create ${them} again, and a new execution would.`;
	return describeFurther(problem, `${created} before: ${others.join(', ')}. ${advice}`);
}

/** A new execution would pay for the tasks of uncertain creations again. */
function withUncertain(problem: Problem, uncertain: readonly Problem[]): Problem {
	if (uncertain.length === 0) return problem;
	const [items, tasks, them] =
		uncertain.length === 1
			? ['Another item', 'Its task', 'it']
			: [`${uncertain.length} other items`, 'Their tasks', 'them'];
	const messages = [...new Set(uncertain.map(({ message }) => message))].join(' ');
	const text = `${items}: ${messages} ${tasks} may exist and be paid, so look in your account's log (${LOGS_PAGE}) before you run the workflow again. A retry of this execution doesn't create ${them} again.`;
	return describeFurther(problem, text);
}
