import type { ApiError } from '../veo/api/envelope';
import { REDIRECT_ADVICE, retryAdvice } from './lookupProblems';
import {
	CREDITS_PAGE,
	KEYS_PAGE,
	NO_RETRY_HELPS,
	because,
	formatAttempts,
	quote,
	retryable,
} from './problem';
import type { Explanation, Problem } from './problem';

/** The credits of the account could not be read. */
export function creditsFailed(error: ApiError): Problem {
	return { taskId: null, ...explain(error) };
}

function explain(error: ApiError): Explanation {
	switch (error.kind) {
		case 'unauthorized':
			return retryable(
				401,
				'Apikley rejected the API key (401) while getting the credits.',
				`Check the key in the credential, or get one at ${KEYS_PAGE}.${quote(error.message)}`,
			);
		case 'noCredits':
			return retryable(
				error.code,
				`The Apikley account doesn't have enough credits (${error.code}).`,
				`Top up at ${CREDITS_PAGE}.${quote(error.message)}`,
			);
		case 'notFound':
		case 'tooOld':
		case 'rejected':
			return retryable(
				error.code,
				`Apikley refused to tell the credits of the account (${error.code})${because(error.message)}.`,
				refusalAdvice(error.code),
			);
		case 'retriesExhausted':
			return retryable(
				error.code ?? 'UNREACHABLE',
				`Couldn't get the credits of the account${because(error.reason)}. Tried ${formatAttempts(error.attempts)}.`,
				error.isPermanent === true
					? NO_RETRY_HELPS
					: `Try again later, or raise Max Retries.${error.code === 429 ? '' : retryAdvice(error.code)}`,
			);
		case 'unexpected':
			return retryable(
				'UNEXPECTED_ERROR',
				`Getting the credits failed unexpectedly${because(error.message)}.`,
				'Please report this as an issue of n8n-nodes-apikley.',
			);
		default:
			return error satisfies never;
	}
}

function refusalAdvice(code: number): string {
	if (code >= 300 && code < 400) return REDIRECT_ADVICE;
	return ADVICE_BY_CODE[code] ?? "Check the credential's Base URL.";
}

const ADVICE_BY_CODE: Readonly<Record<number, string>> = {
	403: "Check that the key may use this API, and the credential's Base URL.",
	433: 'The spending limit of this API key is reached. Raise it in your Apikley account.',
};
