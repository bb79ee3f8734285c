import type { HttpResponse } from '../ports';
import { isObject, parseJson, readNumber, readText } from '../task/coerce';
import type { JsonObject } from '../task/coerce';
import { parseTask } from '../task/task';
import type { VeoTask } from '../task/task';
import { parseRetryAfter } from './retryAfter';

/** What one answer of record-info means for the one who asked. */
export type Answer =
	| { readonly kind: 'task'; readonly task: VeoTask }
	/** Unknown, older than 14 days, or created only seconds ago. */
	| { readonly kind: 'notFound'; readonly code: number; readonly message: string | null }
	| { readonly kind: 'unauthorized'; readonly message: string | null }
	/** Asking again would be answered the same. */
	| { readonly kind: 'rejected'; readonly code: number; readonly message: string | null }
	/** Asking again may help. */
	| TransientError;

export interface TransientError {
	readonly kind: 'transient';
	/** HTTP status or body code; null where no answer came or none could be read. */
	readonly code: number | null;
	/** For the user to read, e.g. "the server is busy (503)". */
	readonly reason: string;
	/** True for 429: everybody who asks this server should slow down. */
	readonly throttled: boolean;
	/** What the server asked for with Retry-After. */
	readonly retryAfterMs: number | null;
}

/** Tried `attempts` times, the last of them failing for `reason`. */
export interface RetriesExhausted extends Pick<TransientError, 'code' | 'reason'> {
	readonly kind: 'retriesExhausted';
	readonly attempts: number;
}

/**
 * Body codes come with HTTP 200, and HTTP errors without a readable body, so either can carry the verdict.
 * `date` is the present in milliseconds since 1970, for a Retry-After that names a date.
 */
export function parseResponse(http: HttpResponse, date: number): Answer {
	const parsed = parseJson(http.body);
	const body = isObject(parsed) ? parsed : null;
	const message = readText(body?.msg) ?? readText(body?.message);
	const succeeded = http.status >= 200 && http.status < 300;
	if (!succeeded) return classifyStatus(http.status, message, http, date);
	if (body === null)
		return transientError(null, `the answer was ${describeBody(http.body)}`, http, date);
	const code = readNumber(body.code) ?? 200;
	return code === 200 ? readRecord(body, http, date) : classifyStatus(code, message, http, date);
}

function readRecord(body: JsonObject, http: HttpResponse, date: number): Answer {
	if (isObject(body.data)) return { kind: 'task', task: parseTask(body.data) };
	if (body.data === null) return { kind: 'notFound', code: 404, message: null };
	return transientError(null, 'the answer held no task record', http, date);
}

/** Status codes and their meaning: the provider's document, and observation for 408, 429 and gateways. */
function classifyStatus(
	code: number,
	message: string | null,
	http: HttpResponse,
	date: number,
): Answer {
	if (code === 401) return { kind: 'unauthorized', message };
	if (code === 404 || code === 422) return { kind: 'notFound', code, message };
	if (code === 429) return transientError(code, 'too many requests (429)', http, date);
	if (code === 455) return transientError(code, 'the API is under maintenance (455)', http, date);
	if (code === 408) return transientError(code, 'the server gave up waiting (408)', http, date);
	if (code >= 500 && code < 600) return transientError(code, busyReason(code, message), http, date);
	if (code >= 300 && code < 400) return { kind: 'rejected', code, message: redirectMessage(http) };
	return { kind: 'rejected', code, message };
}

function busyReason(code: number, message: string | null): string {
	return message === null ? `server error ${code}` : `server error ${code}: ${message}`;
}

function redirectMessage(http: HttpResponse): string {
	const target = http.headers.location;
	return `The server redirects${target === undefined ? '' : ` to ${target}`}. The key is not sent there; set the Base URL of the credential to the address of the API itself.`;
}

function describeBody(body: string): string {
	if (body.trim() === '') return 'empty';
	return /^\s*</.test(body) ? 'a web page instead of JSON' : 'not JSON';
}

/** What an answer means that says to come again, maybe with a Retry-After. */
export function transientError(
	code: number | null,
	reason: string,
	{ headers }: Pick<HttpResponse, 'headers'>,
	date: number,
): TransientError {
	const retryAfterMs = parseRetryAfter(headers['retry-after'], date);
	return { kind: 'transient', code, reason, throttled: code === 429, retryAfterMs };
}

/** A request that got no answer. */
export function noResponse(reason: string): TransientError {
	return { kind: 'transient', code: null, reason, throttled: false, retryAfterMs: null };
}
