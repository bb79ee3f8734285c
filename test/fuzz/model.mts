/** The model: what a response means according to the contract. It reads the scenario, never the bytes that were sent. */
import type { RetryAfter, ScriptedResponse } from './responses.mjs';

/** A longer pause is not worth waiting for, except while waiting for a task. */
export const MAX_RETRY_AFTER_S = 120;

export type Status = 'generating' | 'succeeded' | 'failed' | 'unknown';

export type Meaning =
	| { kind: 'task'; status: Status; errorCode: number | null }
	| { kind: 'notFound'; code: number }
	| { kind: 'unauthorized' }
	| { kind: 'rejected'; code: number }
	/** `code` is null if there is none. */
	| { kind: 'transient'; code: number | null; retryAfter: RetryAfter | null };

export const NO_RESPONSE: Meaning = { kind: 'transient', code: null, retryAfter: null };

export function meaningOf(response: ScriptedResponse): Meaning {
	switch (response.kind) {
		case 'record': {
			const { flag, errorCode } = response;
			const code = errorCode === null ? null : Number(errorCode);
			return { kind: 'task', status: statusOf(flag), errorCode: code };
		}
		case 'noRecord':
			return response.data === 'null' ? { kind: 'notFound', code: 404 } : NO_RESPONSE;
		case 'code':
			return meaningOfError(response.code, response.retryAfter);
		case 'status':
			return meaningOfError(response.status, response.retryAfter);
		case 'garbage':
		case 'noResponse':
			return NO_RESPONSE;
		default:
			return response satisfies never;
	}
}

export function isFinal(meaning: Meaning): boolean {
	return meaning.kind === 'task' && ['succeeded', 'failed'].includes(meaning.status);
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
	return [408, 429, 455].includes(code) || (code >= 500 && code <= 599);
}

function meaningOfError(code: number, retryAfter: RetryAfter | null): Meaning {
	if (code === 200) throw new Error('200 is not an error');
	if (code === 401) return { kind: 'unauthorized' };
	if (code === 404 || code === 422) return { kind: 'notFound', code };
	return isRetryable(code) ? { kind: 'transient', code, retryAfter } : { kind: 'rejected', code };
}
