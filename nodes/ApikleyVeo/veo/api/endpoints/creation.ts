import { isObject, toText, trimInvisible } from '../../task/coerce';
import type { JsonObject } from '../../task/coerce';
import { saysUnknownTask } from '../apiTexts';
import type { ApiError, ApiResult, Envelope, TransientError } from '../envelope';
import { contradiction, hasNoCredits, parseBody, transientError } from '../envelope';
import { mentionedTaskId } from '../mentionedTaskId';
import type { Endpoint } from './endpoint';

/** What is known after a request that creates a task. The API has no idempotency key: a repeated request is paid twice. */
export type Creation =
	| {
			readonly kind: 'created';
			readonly taskId: string;
			/** The API's `data` object, untouched. */
			readonly data: JsonObject;
	  }
	/** The task may exist and be paid, but its ID isn't known for sure. `reason` is for the user to read. */
	| { readonly kind: 'uncertain'; readonly code: number | null; readonly reason: string };

/** The request to create a task that certainly didn't create one. */
export type CreationError = Exclude<ApiError, { kind: 'notFound' | 'tooOld' }>;

/** The server refused these without creating anything. Sources: the provider's document, that of its twin for 433. */
const REFUSALS = [404, 422, 433, 505];

/** A refusal only if the text is about what the user sent: under the same codes a task may have failed. */
const REFUSALS_OF_CONTENT = [400, 451];
const CONTENT = /\b(prompt|image|picture|photo)s?\b|промпт|изображени|картинк/i;
/** A failure on the way, whatever it was about. */
const PASSING = /time[ds]?[ -]?out|accepted|queued|processing|internal|unknown error|try again/i;

/** "Too many requests" and maintenance: the request was not queued. */
const REFUSED_FOR_NOW = [429, 455];

/** An endpoint whose POST creates a task that will be paid. */
export function creation(path: string, body: JsonObject): Endpoint<Creation> {
	const extendedId = toText(body.taskId);
	const findTaskId = (received: JsonObject) => {
		const taskId = taskIdIn(received);
		// A refusal can repeat the ID of the task to extend
		return taskId === extendedId ? null : taskId;
	};
	return {
		method: 'POST',
		path,
		body,
		retryPolicy: createdNothing,
		holdsValue: (received) => findTaskId(received) !== null,
		parse(envelope) {
			const { data, body: received, message } = envelope;
			const taskId = findTaskId({ ...received, data });
			if (taskId === null) {
				// The ID of a task that doesn't exist isn't that of the new one
				const others = saysUnknownTask(message)
					? { ...received, msg: null, message: null }
					: received;
				return parseRefusal(envelope, mentionedTaskId([data, others], extendedId));
			}
			const value = { kind: 'created', taskId, data: isObject(data) ? data : { taskId } } as const;
			return { kind: 'success', value };
		},
		parseForeign(error, text) {
			const taskId = mentionedTaskId(parseBody(text) ?? text, extendedId);
			return taskId === null ? error : mentions(taskId, error.code);
		},
	};
}

/** Whether it is certain that the request created no task, so that it can be sent again. */
function createdNothing({ code, neverSent }: Pick<TransientError, 'code' | 'neverSent'>): boolean {
	return neverSent === true || (code !== null && REFUSED_FOR_NOW.includes(code));
}

/** Returns what is known after all attempts. An error means that certainly no task was created. */
export function toCreation(
	result: Exclude<ApiResult<Creation>, { kind: 'aborted' | 'expired' }>,
): Creation | CreationError {
	switch (result.kind) {
		case 'success':
			return result.value;
		case 'retriesExhausted':
			return createdNothing(result)
				? result
				: { kind: 'uncertain', code: result.code, reason: result.reason };
		case 'notFound':
		case 'tooOld':
			return { kind: 'rejected', code: result.code, message: result.message };
		default:
			return result;
	}
}

/** `mentionedId`: of a task that may be the new one. */
function parseRefusal(
	envelope: Envelope,
	mentionedId: string | null,
): ApiResult<Creation> | TransientError {
	const { code, message, retryAfterMs } = envelope;
	if (mentionedId !== null) return mentions(mentionedId, code);
	if (hasNoCredits(envelope)) return { kind: 'noCredits', code, message };
	const contradicts = contradiction(envelope);
	if (contradicts !== null) return uncertain(code, contradicts);
	if (code === 401) return { kind: 'unauthorized', message };
	const isRefusal =
		REFUSALS.includes(code) || (REFUSALS_OF_CONTENT.includes(code) && speaksOfContent(message));
	if (isRefusal) return { kind: 'rejected', code, message };
	if (REFUSED_FOR_NOW.includes(code)) {
		return transientError(code, message ?? `HTTP ${code}`, retryAfterMs);
	}
	return uncertain(
		code,
		code === 200 ? 'the response contained no task ID' : describe(code, message),
	);
}

function mentions(taskId: string, code: number | null): ApiResult<Creation> {
	const suffix = code === null ? '' : ` (${code})`;
	return uncertain(code, `the response mentions the task ID ${taskId}${suffix}`);
}

function uncertain(code: number | null, reason: string): ApiResult<Creation> {
	return { kind: 'success', value: { kind: 'uncertain', code, reason } };
}

function speaksOfContent(message: string | null): boolean {
	return CONTENT.test(message ?? '') && !PASSING.test(message ?? '');
}

function describe(code: number, message: string | null): string {
	return message === null ? `the API responded with ${code}` : `${message} (${code})`;
}

/** In `data`, or next to it. */
function taskIdIn({ data, taskId }: JsonObject): string | null {
	const found = (isObject(data) ? (data.taskId ?? data.task_id) : null) ?? taskId;
	const text = Number.isSafeInteger(found) ? String(found) : toText(found);
	return text === null ? null : toText(trimInvisible(text));
}
