import { KEYS_PAGE } from '../veo/api/apiKey';
import type { ApiError } from '../veo/api/envelope';

export const CREDITS_PAGE = 'https://app.apikley.ru';
export const LOGS_PAGE = 'https://app.apikley.ru/logs';

export const REPORT_ADVICE = 'Please report this as an issue of n8n-nodes-apikley.';
export const KEY_RIGHTS_ADVICE =
	"Check that the key may use this API, and the credential's Base URL.";
export const SPENDING_LIMIT_REACHED = 'The spending limit of this API key is reached.';
export const SWITCHED_OFF = 'Apikley has switched this feature off. Try again later.';

/** After a wrong certificate, n8n's guard against internal addresses, or an address that isn't one. */
export const NO_RETRY_HELPS =
	"No retry helps. Check the credential's Base URL, and what this n8n may connect to.";

/** Why an item has no result. Becomes a node error or, with On Error: continue, an item of its own. */
export interface Problem {
	/** As it came in, even if it isn't a task ID. */
	readonly taskId: unknown;
	/** The API's number, or a word in capitals. Workflows branch on it. */
	readonly code: number | string;
	/** What happened, to which task: the title of a node error. */
	readonly message: string;
	/** What to do, and what else is known: the description of a node error. */
	readonly description: string;
	/** False where there is certainly no task, or none to wait for: only then may a workflow create one again. */
	readonly retryable: boolean;
	/** All other items would meet it too: it is about the account, the key or the way to the API. */
	readonly isShared?: boolean;
}

/** Everything about a problem, where there is only one text for it. */
export function fullText({ message, description }: Explanation): string {
	return `${message} ${description}`;
}

/** Adds to the description. */
export function describeFurther<T extends Explanation>(problem: T, text: string): T {
	return { ...problem, description: `${problem.description} ${text}` };
}

/** With On Error: stop. Says how many of the `others` items have a result, which is lost, and how to keep it. */
export function withOthers(problem: Problem, fine: number, others: number): Problem {
	const wouldAllFail = problem.isShared === true && fine === 0;
	if (others <= 0 || wouldAllFail) return problem;
	return describeFurther(problem, describeOthers(fine, others));
}

function describeOthers(fine: number, others: number): string {
	const kept = others === 1 ? 'it' : 'the others';
	return `${countFine(fine, others)} by then. Set On Error of this node to Continue to keep ${kept}.`;
}

function countFine(fine: number, others: number): string {
	if (others === 1) return `The other item ${fine === 1 ? 'was fine' : 'had no result'}`;
	if (fine === 0) return `None of the ${others} other items had a result`;
	return `${fine} of the ${others} other items ${fine === 1 ? 'was' : 'were'} fine`;
}

/** A problem of any task. */
export type Explanation = Omit<Problem, 'taskId'>;

/** There is certainly no task. */
export function final(code: Problem['code'], message: string, description: string): Explanation {
	return { code, message, description, retryable: false };
}

/** The task may exist, so looking it up again later may help. */
export function retryable(...explanation: Parameters<typeof final>): Explanation {
	return { ...final(...explanation), retryable: true };
}

/** The key's own spending cap. */
const SPENDING_LIMIT = 433;

/** Whether every other request of the run would fail in the same way. */
export function isSharedError(error: ApiError): boolean {
	switch (error.kind) {
		case 'unauthorized':
		case 'noCredits':
			return true;
		case 'rejected':
			return error.code === SPENDING_LIMIT;
		case 'retriesExhausted':
			return error.isPermanent === true;
		default:
			return false;
	}
}

/** Marks a problem that all items share. */
export function shareIf(isShared: boolean, problem: Problem): Problem {
	return isShared ? { ...problem, isShared } : problem;
}

/** Adds why a request was probably refused, which the API's own text may not say. */
export function withProbableCause(problem: Problem, cause: string | null): Problem {
	if (cause === null) return problem;
	return describeFurther(problem, `It may be because ${cause}.`);
}

/** Longer than every known text of the API, and short enough for a title. */
const MAX_EXCERPT_LENGTH = 500;

/** A text that isn't the node's own, cut to what fits into a message. */
export function excerpt(text: string): string {
	if (text.length <= MAX_EXCERPT_LENGTH) return text;
	// Half of an emoji at the end isn't shown
	return `${text.slice(0, MAX_EXCERPT_LENGTH).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Without the full stop or whatever ends it, so that a sentence can continue. */
export function trimFullStop(sentence: string): string {
	return sentence.replace(/[.!。,:;\s]+$/, '');
}

export function formatAttempts(count: number): string {
	return count === 1 ? 'once' : `${count} times`;
}

/** ": reason", so that a sentence can end with why. */
export function because(reason: string | null): string {
	return reason === null ? '' : `: ${trimFullStop(excerpt(reason))}`;
}

/** The API's own words, after the advice. */
export function quote(message: string | null): string {
	if (message === null) return '';
	const text = excerpt(message.trim());
	return ` The API says: "${text}"${/[.!?…。]$/.test(text) ? '' : '.'}`;
}

export function formatSeconds(ms: number): string {
	return `${Math.round(ms / 100) / 10} s`;
}

/** After a rejected key. `message`: the API's own words. */
export function keyAdvice(message: string | null): string {
	return `Check the key in the credential, or get one at ${KEYS_PAGE}.${quote(message)}`;
}
