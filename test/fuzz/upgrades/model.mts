/** What the response to a request for a 1080p version means according to the contract. */
import { isRetryable, meaningOf, type Meaning } from '../model.mjs';
import { TEXTS, type ScriptedResponse } from '../responses.mjs';
import { UPGRADE_TEXTS, type UpgradeResponse } from './scenario.mjs';

/** The version as a task of its own, without a record. */
type Version = Extract<Meaning, { kind: 'task' }>;

/** Besides those that may pass. */
const KNOWN_ERRORS = [401, 402, 403, 404, 433];

const NOT_READY: Version = version('generating', 'none');

export function upgradeMeaningOf(response: UpgradeResponse): Meaning {
	switch (response.kind) {
		case 'ready':
			return version('succeeded', response.links);
		case 'noRecord':
			return NOT_READY;
		case 'code':
			return meaningOfCode(response.code, response.text, meaningOf(response));
		case 'status':
			return meaningOfStatus(response);
		case 'garbage':
		case 'noResponse':
			return meaningOf(response);
		default:
			return response satisfies never;
	}
}

function meaningOfStatus(response: Extract<ScriptedResponse, { kind: 'status' }>): Meaning {
	const { status, body, text } = response;
	if (body === 'contradictingCode') return version('succeeded', 'current');
	const meaning = meaningOf(response);
	if (body === 'emptySuccess' && (status === 400 || status === 422)) return NOT_READY;
	if (body !== 'json' && body !== 'noCode') return meaning;
	return status < 400 ? meaning : meaningOfCode(status, text, meaning);
}

/** `meaning`: of the same error of a lookup. */
function meaningOfCode(code: number, text: string, meaning: Meaning): Meaning {
	if (isOneOf(TEXTS.noCredits, text)) return meaning;
	// An image, and "switched off"
	if (code === 451 || code === 505) return { kind: 'refused', code, isGone: false };
	const isKnown = code < 400 || KNOWN_ERRORS.includes(code) || isRetryable(code);
	if (isKnown || (code === 422 && isOneOf(TEXTS.tooOld, text))) return meaning;
	const isRefused =
		isOneOf(UPGRADE_TEXTS.refused, text) ||
		isOneOf(TEXTS.tooOld, text) ||
		isOneOf(TEXTS.incomplete, text) ||
		text === 'record is null.';
	if (isRefused) return { kind: 'refused', code, isGone: false };
	const isNotReady = [400, 422].includes(code) || isOneOf(UPGRADE_TEXTS.processing, text);
	return isNotReady || code > 599 ? NOT_READY : meaning;
}

function isOneOf(texts: readonly string[], text: string): boolean {
	return texts.includes(text);
}

function version(status: 'succeeded' | 'generating', links: Version['links']): Version {
	return { kind: 'task', status, errorCode: null, links, hasRecord: false };
}
