/** The model: what an answer means, known from the script and by the contract, never read from the bytes sent. */
import type { RetryAfter, Says } from './answers.mjs';

export type Status = 'generating' | 'succeeded' | 'failed' | 'unknown';

export type Meaning =
	| { kind: 'task'; status: Status; errorCode: number | null }
	| { kind: 'notFound'; code: number }
	| { kind: 'keyRejected' }
	| { kind: 'refused'; code: number }
	/** `code` is null where there is none. */
	| { kind: 'transient'; code: number | null; retryAfter: RetryAfter | null };

export const NO_ANSWER: Meaning = { kind: 'transient', code: null, retryAfter: null };

export function meaningOf(says: Says): Meaning {
	switch (says.what) {
		case 'record':
			return {
				kind: 'task',
				status: statusOf(says.flag),
				errorCode: says.errorCode === null ? null : Number(says.errorCode),
			};
		case 'noRecord':
			return says.data === 'null' ? { kind: 'notFound', code: 404 } : NO_ANSWER;
		case 'code':
			return verdict(says.code, says.retryAfter);
		case 'status':
			return verdict(says.status, says.retryAfter);
		case 'garbage':
		case 'nothing':
			return NO_ANSWER;
		default:
			return says satisfies never;
	}
}

export function isFinal(meaning: Meaning): boolean {
	return meaning.kind === 'task' && ['succeeded', 'failed'].includes(meaning.status);
}

function statusOf(flag: unknown): Status {
	const statuses: Record<string, Status> = {
		0: 'generating',
		1: 'succeeded',
		2: 'failed',
		3: 'failed',
	};
	const isWritten = typeof flag === 'number' || typeof flag === 'string';
	return (isWritten && statuses[flag]) || 'unknown';
}

function verdict(code: number, retryAfter: RetryAfter | null): Meaning {
	if (code === 200) throw new Error('no verdict');
	if (code === 401) return { kind: 'keyRejected' };
	if (code === 404 || code === 422) return { kind: 'notFound', code };
	const passes = code === 408 || code === 429 || code === 455 || (code >= 500 && code <= 599);
	return passes ? { kind: 'transient', code, retryAfter } : { kind: 'refused', code };
}
