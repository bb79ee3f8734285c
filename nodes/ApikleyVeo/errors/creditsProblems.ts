import type { ApiError } from '../veo/api/envelope';
import {
	CREDITS_PAGE,
	KEYS_PAGE,
	because,
	final,
	formatAttempts,
	quote,
	retryable,
} from './problem';
import type { Problem } from './problem';

/** The credits of the account could not be read. */
export function creditsFailed(error: ApiError): Problem {
	if (error.kind === 'unauthorized') {
		const message = 'Apikley rejected the API key (401) while getting the credits.';
		const advice = `Check the key in the credential, or get one at ${KEYS_PAGE}.${quote(error.message)}`;
		return { taskId: null, ...final(401, message, advice) };
	}
	if (error.kind === 'unexpected') {
		const message = `Getting the credits failed unexpectedly${because(error.message)}.`;
		const advice = 'Please report this as an issue of n8n-nodes-apikley.';
		return { taskId: null, ...retryable('UNEXPECTED_ERROR', message, advice) };
	}
	if (error.kind === 'noCredits') {
		const message = `The Apikley account doesn't have enough credits (${error.code}).`;
		const advice = `Top up at ${CREDITS_PAGE}.${quote(error.message)}`;
		return { taskId: null, ...retryable(error.code, message, advice) };
	}
	const reason =
		error.kind === 'retriesExhausted'
			? `${because(error.reason)}. Tried ${formatAttempts(error.attempts)}`
			: because(error.message);
	const message = `Couldn't get the credits of the account${reason}.`;
	const advice = "Try again later, or check the credential's Base URL.";
	return { taskId: null, ...retryable(error.code ?? 'UNREACHABLE', message, advice) };
}
