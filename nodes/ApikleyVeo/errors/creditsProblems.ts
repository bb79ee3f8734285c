import type { ApiError } from '../veo/api/envelope';
import { REDIRECT_ADVICE, retryAdvice } from './lookupProblems';
import {
	CREDITS_PAGE,
	KEY_RIGHTS_ADVICE,
	NO_RETRY_HELPS,
	REPORT_ADVICE,
	SPENDING_LIMIT_REACHED,
	because,
	formatAttempts,
	keyAdvice,
	quote,
	retryable,
} from './problem';
import type { Explanation, Problem } from './problem';

/** The credits of the account could not be read. One request is for all items. */
export function creditsFailed(error: ApiError): Problem {
	return { taskId: null, ...explain(error), isShared: true };
}

function explain(error: ApiError): Explanation {
	switch (error.kind) {
		case 'unauthorized':
			return retryable(
				401,
				'Apikley rejected the API key (401) while getting the credits.',
				keyAdvice(error.message),
			);
		case 'noCredits':
			return retryable(
				402,
				"The Apikley account doesn't have enough credits (402).",
				`Top up at ${CREDITS_PAGE}.${quote(error.message)}`,
			);
		case 'notFound':
		case 'tooOld':
		case 'rejected':
			return retryable(
				error.code,
				`Apikley refused to return the account's credits (${error.code})${because(error.message)}.`,
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
				REPORT_ADVICE,
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
	403: KEY_RIGHTS_ADVICE,
	433: `${SPENDING_LIMIT_REACHED} Raise it in your Apikley account.`,
};
