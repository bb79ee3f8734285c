import { isObject, parseJson, toText } from '../../task/coerce';
import type { JsonObject } from '../../task/coerce';
import { dataOf, nestedTaskIdsIn, taskIdsIn, toTaskId } from '../../task/taskId';
import { saysContentRefused, saysUnknownTask } from '../apiTexts';
import type { ApiError, ApiResult, Envelope, TransientError } from '../envelope';
import { contradiction, hasNoCredits, transientError } from '../envelope';
import { looksLikeId, mentionedTaskId } from '../mentionedTaskId';
import { respell } from './bodyFields';
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

/** "Too many requests" and maintenance: the request was not queued. */
const REFUSED_FOR_NOW = [429, 455];

/** An endpoint whose POST creates a task that will be paid. */
export function creation(path: string, body: JsonObject): Endpoint<Creation> {
	const extendedId = toTaskId(respell(body).taskId);
	return {
		method: 'POST',
		path,
		body,
		retryPolicy: createdNothing,
		holdsValue: (received) => namedTaskId(received, extendedId) !== null,
		parse: (envelope) => parse(envelope, extendedId),
		parseForeign(error, text) {
			const taskId = mentionedTaskId(parseJson(text) ?? text, extendedId);
			return taskId === null ? error : mentions(taskId, error.code);
		},
	};
}

function parse(
	envelope: Envelope,
	extendedId: string | null,
): ApiResult<Creation> | TransientError {
	const { data, body, message } = envelope;
	const taskId = findTaskId(envelope, extendedId);
	if (taskId === null) {
		// The ID of a task that doesn't exist isn't that of the new one
		const others = saysUnknownTask(message) ? { ...body, msg: null, message: null } : body;
		return parseRefusal(envelope, mentionedTaskId([data, others], extendedId));
	}
	const record = dataOf(body);
	return {
		kind: 'success',
		value: { kind: 'created', taskId, data: isObject(record) ? record : { taskId } },
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
	if (hasNoCredits(envelope)) return { kind: 'noCredits', message };
	const contradicts = contradiction(envelope);
	if (contradicts !== null) return uncertain(code, contradicts);
	if (code === 401) return { kind: 'unauthorized', message };
	if (isRefusal(envelope)) return { kind: 'rejected', code, message };
	if (REFUSED_FOR_NOW.includes(code)) {
		return transientError(code, message ?? `HTTP ${code}`, retryAfterMs);
	}
	return uncertain(
		code,
		code === 200 ? 'the response contained no task ID' : describe(code, message),
	);
}

function isRefusal({ code, message }: Envelope): boolean {
	const isOfContent = REFUSALS_OF_CONTENT.includes(code) && saysContentRefused(message);
	return isOfContent || REFUSALS.includes(code);
}

function mentions(taskId: string, code: number | null): ApiResult<Creation> {
	const suffix = code === null ? '' : ` (${code})`;
	return uncertain(code, `the response mentions the task ID ${taskId}${suffix}`);
}

function uncertain(code: number | null, reason: string): ApiResult<Creation> {
	return { kind: 'success', value: { kind: 'uncertain', code, reason } };
}

function describe(code: number, message: string | null): string {
	return message === null ? `the API responded with ${code}` : `${message} (${code})`;
}

/** Returns the ID of the new task. In a success it may be in other places too. */
function findTaskId(envelope: Envelope, extendedId: string | null): string | null {
	const { code, body } = envelope;
	const named = namedTaskId(body, extendedId);
	if (named !== null || code !== 200 || hasNoCredits(envelope)) return named;
	return nestedTaskId(body, extendedId) ?? unnamedTaskId(body, extendedId);
}

function namedTaskId(body: JsonObject, extendedId: string | null): string | null {
	// A refusal can repeat the ID of the task to extend
	return taskIdsIn(body).find((taskId) => taskId !== extendedId) ?? null;
}

/** Null if several are named, as any of them could be the new task. */
function nestedTaskId(body: JsonObject, extendedId: string | null): string | null {
	const [taskId, ...others] = new Set(nestedTaskIdsIn(body).filter((id) => id !== extendedId));
	return taskId === undefined || others.length > 0 ? null : taskId;
}

/** The data itself or its `id`, if there is no other ID. */
function unnamedTaskId(body: JsonObject, extendedId: string | null): string | null {
	const data = dataOf(body);
	const taskId = isObject(data) ? toTaskId(data.id) : toTaskId(toText(data));
	if (taskId === null || taskId === extendedId || !looksLikeId(taskId)) return null;
	return mentionedTaskId(body, taskId) === null ? taskId : null;
}
