/** The model: what a response means according to the contract. It reads the scenario, never the bytes that were sent. */
import { PERMANENT_ERRORS, TEXTS, type RetryAfter, type ScriptedResponse } from './responses.mjs';

/** A longer pause is not worth waiting for, except while waiting for a task. */
export const MAX_RETRY_AFTER_S = 120;

export type Status = 'generating' | 'succeeded' | 'failed' | 'unknown';

export type Meaning =
	| {
			kind: 'task';
			status: Status;
			errorCode: number | null;
			/** `none` if the record names no video, or there is no record; `full` if it names none that can be downloaded. */
			links: 'current' | 'fresh' | 'full' | 'none';
			hasRecord: boolean;
	  }
	| { kind: 'notFound'; code: number }
	| { kind: 'unauthorized' }
	/** A retry or a later lookup would not change it. `isGone`: there is certainly no task any more. */
	| { kind: 'refused'; code: number | string; isGone: boolean }
	/** `code` is null if there is none. A gateway's 401 counts as unauthorized if it comes twice in a row. */
	| { kind: 'transient'; code: number | null; retryAfter: RetryAfter | null };

export const NO_RESPONSE: Meaning = { kind: 'transient', code: null, retryAfter: null };

export function meaningOf(response: ScriptedResponse): Meaning {
	switch (response.kind) {
		case 'record':
			return meaningOfRecord(response);
		case 'noRecord':
			return response.data === 'null' ? { kind: 'notFound', code: 404 } : NO_RESPONSE;
		case 'code':
			return meaningOfError(response.code, response.text, response.retryAfter);
		case 'status':
			return meaningOfStatus(response);
		case 'garbage':
			return NO_RESPONSE;
		case 'noResponse':
			return isPermanent(response.error) ? refused('UNREACHABLE') : NO_RESPONSE;
		default:
			return response satisfies never;
	}
}

/** True if the task is final. */
export function isFinal(meaning: Meaning | null | undefined): boolean {
	return meaning?.kind === 'task' && ['succeeded', 'failed'].includes(meaning.status);
}

/** True if a network error stays, however often the request is sent. */
export function isPermanent(error: string): boolean {
	return (PERMANENT_ERRORS as readonly string[]).includes(error);
}

type ResponseOf<K extends ScriptedResponse['kind']> = Extract<ScriptedResponse, { kind: K }>;

/** A record decides, whatever code and HTTP status are around it. */
function meaningOfRecord({ flag, errorCode, around, links }: ResponseOf<'record'>): Meaning {
	const { status, code } = around ?? { status: 200, code: 200 };
	const isSuccess = status === 200 && (code ?? 200) === 200;
	if (flag !== undefined || isSuccess) {
		return {
			kind: 'task',
			status: statusOf(flag),
			errorCode: errorCode === null ? null : Number(errorCode),
			links,
			hasRecord: true,
		};
	}
	if (isRedirect(status)) return refused(status);
	if (code === null) return meaningOfForeign(status, null);
	// A success under an error status contradicts itself
	if (code === 200) return { kind: 'transient', code: status, retryAfter: null };
	return meaningOfError(code, 'As scripted', null);
}

function meaningOfStatus({ status, body, text, retryAfter }: ResponseOf<'status'>): Meaning {
	if (body === 'contradictingCode') {
		return {
			kind: 'task',
			status: 'succeeded',
			errorCode: null,
			links: 'current',
			hasRecord: true,
		};
	}
	if (isRedirect(status)) return refused(status);
	return body === 'json' || body === 'noCode'
		? meaningOfError(status, text, retryAfter)
		: meaningOfForeign(status, retryAfter);
}

const STATUSES: Readonly<Record<string, Status>> = {
	0: 'generating',
	1: 'succeeded',
	2: 'failed',
	3: 'failed',
};

function statusOf(flag: unknown): Status {
	const isScalar = typeof flag === 'number' || typeof flag === 'string';
	return (isScalar && STATUSES[flag]) || 'unknown';
}

/** An HTTP status of the API or of a video host, or a code in a body. */
export function isRetryable(code: number): boolean {
	return [407, 408, 429, 455].includes(code) || (code >= 500 && code <= 599);
}

function isRedirect(status: number): boolean {
	return status >= 300 && status < 400;
}

/** A gateway's page says nothing about the task. */
function meaningOfForeign(status: number, retryAfter: RetryAfter | null): Meaning {
	return { kind: 'transient', code: status, retryAfter };
}

/** An error of the API itself. A lookup has no prompt and no image, so its 400 and 451 are about those of the task. */
function meaningOfError(code: number, text: string, retryAfter: RetryAfter | null): Meaning {
	if (code === 200) throw new Error('200 is not an error');
	const means = (kind: keyof typeof TEXTS) => (TEXTS[kind] as readonly string[]).includes(text);
	if (code === 402 || means('noCredits')) return refused(402);
	if (code === 401) return { kind: 'unauthorized' };
	if (code === 400 || code === 451) return withoutRecord('failed', code);
	if (code === 422 && means('tooOld')) return { ...refused(code), isGone: true };
	if (code === 422 && means('incomplete')) return withoutRecord('generating', null);
	if (code === 404 || code === 422) return { kind: 'notFound', code };
	return isRetryable(code) ? { kind: 'transient', code, retryAfter } : refused(code);
}

function withoutRecord(status: Status, errorCode: number | null): Meaning {
	return { kind: 'task', status, errorCode, links: 'none', hasRecord: false };
}

function refused(code: number | string): Extract<Meaning, { kind: 'refused' }> {
	return { kind: 'refused', code, isGone: false };
}
