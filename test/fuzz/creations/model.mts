/** What the response to a creation means according to the contract. */
import { isPermanent } from '../model.mjs';
import { TEXTS, type RetryAfter } from '../responses.mjs';
import type { CreationResponse } from './scenario.mjs';

export type CreationMeaning =
	/** The response has the ID of the new task. */
	| { readonly kind: 'created' }
	/** There is certainly no task. */
	| { readonly kind: 'refused'; readonly code: number | string; readonly endsAll: boolean }
	/** There is certainly no task, and the same request may create one later. `code` is null if there was no response. */
	| { readonly kind: 'busy'; readonly code: number | null; readonly retryAfter: RetryAfter | null }
	/** There may be a task. */
	| { readonly kind: 'uncertain' };

export const UNCERTAIN: CreationMeaning = { kind: 'uncertain' };

/** Network errors before anything was sent. */
const NEVER_SENT = ['ENOTFOUND'];
/** Permanent, but the connection may have been secured and may have carried the request before. */
const MAYBE_SENT = ['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER'];
const REFUSALS = [404, 422, 433, 505];
const REFUSALS_FOR_NOW = [429, 455];
/** No other task can be created either, as they are about the key or the account. */
const ACCOUNT_REFUSALS = [401, 433];
/** The same, as they are about the endpoint, unless their text is about the task to extend. */
const ENDPOINT_REFUSALS = [404, 505];
const UNKNOWN_TASK = /^record (is null|not found|does not exist)/i;
/** Those that are about the prompt or the image. */
const CONTENT_TEXTS: readonly string[] = TEXTS.other.slice(1);

export function creationMeaningOf(response: CreationResponse): CreationMeaning {
	switch (response.kind) {
		case 'created':
			return { kind: 'created' };
		case 'refusal':
			return meaningOfCode(response.code, response.text, null);
		case 'code':
			return meaningOfCode(response.code, response.text, response.retryAfter);
		case 'status':
			return meaningOfStatus(response);
		case 'noResponse':
			return meaningOfNoResponse(response.error);
		case 'noRecord':
		case 'garbage':
			return UNCERTAIN;
		default:
			return response satisfies never;
	}
}

/** Whether a task may exist, and be paid. */
export function mayExist(meaning: CreationMeaning | null): boolean {
	return meaning?.kind !== 'refused' && meaning?.kind !== 'busy';
}

type StatusResponse = Extract<CreationResponse, { kind: 'status' }>;

function meaningOfStatus({ status, body, text, retryAfter }: StatusResponse): CreationMeaning {
	if (body === 'contradictingCode') return { kind: 'created' };
	// A success under an error status contradicts itself
	if (body === 'emptySuccess') return UNCERTAIN;
	if (status < 400) return UNCERTAIN;
	if (body === 'json' || body === 'noCode') return meaningOfCode(status, text, retryAfter);
	// A gateway's page says nothing about the creation, unless the request didn't pass
	return REFUSALS_FOR_NOW.includes(status) ? { kind: 'busy', code: status, retryAfter } : UNCERTAIN;
}

function meaningOfCode(code: number, text: string, retryAfter: RetryAfter | null): CreationMeaning {
	const hasNoCredits = code === 402 || (TEXTS.noCredits as readonly string[]).includes(text);
	if (hasNoCredits) return { kind: 'refused', code: 402, endsAll: true };
	if (REFUSALS_FOR_NOW.includes(code)) return { kind: 'busy', code, retryAfter };
	const isRefusal =
		code === 401 ||
		REFUSALS.includes(code) ||
		([400, 451].includes(code) && CONTENT_TEXTS.includes(text));
	const endsAll =
		ACCOUNT_REFUSALS.includes(code) ||
		(ENDPOINT_REFUSALS.includes(code) && !UNKNOWN_TASK.test(text));
	return isRefusal ? { kind: 'refused', code, endsAll } : UNCERTAIN;
}

function meaningOfNoResponse(error: string): CreationMeaning {
	if (MAYBE_SENT.includes(error)) return UNCERTAIN;
	if (isPermanent(error)) return { kind: 'refused', code: 'UNREACHABLE', endsAll: true };
	return NEVER_SENT.includes(error) ? { kind: 'busy', code: null, retryAfter: null } : UNCERTAIN;
}
