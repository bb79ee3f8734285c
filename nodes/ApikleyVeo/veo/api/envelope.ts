import type { HttpResponse, NetworkFailure } from '../ports';
import { isObject, parseJson, toNumber, toObject, toText } from '../task/coerce';
import type { JsonObject } from '../task/coerce';
import { saysNoCredits, saysTooOld } from './apiTexts';
import { parseRetryAfter } from './retryAfter';
import { transientReason } from './statusCodes';

/** What a request to an endpoint results in, retries included. */
export type ApiResult<T> =
	| { readonly kind: 'success'; readonly value: T }
	| ApiError
	/** The limits admitted the request too late to be of use. */
	| { readonly kind: 'expired' }
	| { readonly kind: 'aborted' };

export type ApiError =
	/** The ID is unknown, or the task was created only seconds ago. */
	| { readonly kind: 'notFound'; readonly code: number; readonly message: string | null }
	/** The task is older than 14 days. */
	| { readonly kind: 'tooOld'; readonly code: number; readonly message: string | null }
	/** Has the code 402 for the user, whatever the code of the response was. */
	| { readonly kind: 'noCredits'; readonly message: string | null }
	| { readonly kind: 'unauthorized'; readonly message: string | null }
	/** The same request would get the same response. */
	| { readonly kind: 'rejected'; readonly code: number; readonly message: string | null }
	/** Something was thrown on the way, which is a bug. */
	| { readonly kind: 'unexpected'; readonly message: string }
	| RetriesExhausted;

/** The last of `attempts` requests failed for `reason`. */
export interface RetriesExhausted extends Pick<TransientError, 'code' | 'reason' | 'neverSent'> {
	readonly kind: 'retriesExhausted';
	readonly attempts: number;
	/** No retry changes it, so there was none. */
	readonly isPermanent?: boolean;
}

/** The same request may succeed later. */
export interface TransientError {
	readonly kind: 'transient';
	/** HTTP status or body code; null if there was no response, or none that could be read. */
	readonly code: number | null;
	/** For the user to read, e.g. "server error 503". */
	readonly reason: string;
	/** True for 429: every request to this server should slow down. */
	readonly throttled: boolean;
	/** The server's Retry-After. */
	readonly retryAfterMs: number | null;
	/** The server has certainly not received the request. */
	readonly neverSent?: boolean;
}

/** A response of the API. Either the HTTP status or the body's code can report an error; `code` is what counts. */
export interface Envelope {
	readonly code: number;
	readonly message: string | null;
	readonly data: unknown;
	/** The whole body. */
	readonly body: JsonObject;
	readonly retryAfterMs: number | null;
}

/**
 * `date` is the present in milliseconds since 1970, for a Retry-After that is a date. `holdsValue` tells a body that has
 * what was requested, and so is the API's, whatever is missing around it.
 */
export function parseEnvelope(
	response: HttpResponse,
	date: number,
	holdsValue: (body: JsonObject) => boolean,
): Envelope | TransientError {
	const { status, headers } = response;
	const retryAfterMs = parseRetryAfter(headers['retry-after'], date);
	const parsed = parseJson(response.body);
	const body = isObject(parsed) ? parsed : {};
	// An object may come as JSON text
	const data = toObject(body.data) ?? body.data;
	const isSuccess = status >= 200 && status < 300;
	if (status >= 300 && status < 400) {
		const message = redirectMessage(headers);
		return { code: status, message, data, body, retryAfterMs };
	}
	// A gateway's page or an empty body says nothing about the task, whatever its status
	const isOfApi = 'code' in body || 'msg' in body || holdsValue({ ...body, data });
	if (isSuccess ? !isObject(parsed) : !isOfApi) {
		const reason =
			transientReason(status) ??
			foreignReason(response.body, parsed) + (isSuccess ? '' : ` (HTTP ${status})`);
		return transientError(isSuccess ? null : status, reason, retryAfterMs);
	}
	const code = toNumber(body.code);
	return {
		code: code === null || (code === 200 && !isSuccess) ? (isSuccess ? 200 : status) : code,
		message: toText(body.msg) ?? toText(body.message),
		data,
		body,
		retryAfterMs,
	};
}

/** 402, or a text of missing credits, whatever the code. */
export function hasNoCredits(envelope: Envelope): boolean {
	const { code, message } = envelope;
	return saysNoCredits(message) || (code === 402 && contradiction(envelope) === null);
}

/** The error that a code other than 200 stands for. */
export function toError(envelope: Envelope): ApiError | TransientError {
	const { code, message, retryAfterMs } = envelope;
	if (hasNoCredits(envelope)) return { kind: 'noCredits', message };
	const reason = transientReason(code) ?? contradiction(envelope);
	if (reason !== null) {
		const details = code >= 500 && message !== null ? `: ${message}` : '';
		return transientError(code, `${reason}${details}`, retryAfterMs);
	}
	if (code === 401) return { kind: 'unauthorized', message };
	if (code === 422 && saysTooOld(message)) return { kind: 'tooOld', code, message };
	return { kind: code === 404 || code === 422 ? 'notFound' : 'rejected', code, message };
}

/** Why a response says nothing, for the user to read: an error status around a success. Null for any other response. */
export function contradiction({ code, body }: Envelope): string | null {
	const isContradictory = code >= 400 && toNumber(body.code) === 200;
	return isContradictory ? `the response contradicts itself (HTTP ${code}, code 200)` : null;
}

/** `code` is null where there was no response, or none that could be read. */
export function transientError(
	code: number | null,
	reason: string,
	retryAfterMs: number | null = null,
): TransientError {
	return { kind: 'transient', code, reason, throttled: code === 429, retryAfterMs };
}

/** The error of a request that got no response. */
export function networkFailure({
	reason,
	isPermanent,
	neverSent = false,
}: NetworkFailure): RetriesExhausted | TransientError {
	return isPermanent
		? { kind: 'retriesExhausted', attempts: 1, code: null, reason, neverSent, isPermanent }
		: { ...transientError(null, reason), neverSent };
}

/** The query or a login can be a secret, and says little about which server it is. */
function withoutSecrets(location: string): string {
	return location.replace(/[?#].*/s, '').replace(/\/\/[^/]*@/, '//');
}

function redirectMessage({ location }: HttpResponse['headers']): string {
	if (location === undefined) return 'The server redirects without saying where to';
	return `The server redirects to ${withoutSecrets(location)}, where the key is not sent`;
}

function foreignReason(body: string, parsed: unknown): string {
	if (parsed !== undefined) return 'the response was not from the API';
	if (/^\s*</.test(body)) return 'the response was a web page instead of JSON';
	return `the response was ${body.trim() === '' ? 'empty' : 'not JSON'}`;
}
