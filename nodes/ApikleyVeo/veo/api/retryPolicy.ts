import type { TransientError } from './envelope';

/** The pause of all requests after a 429 without a Retry-After. */
const DEFAULT_PAUSE_MS = 1_000;
/** A longer Retry-After is only worth waiting for if the wait has a deadline. */
export const MAX_RETRY_AFTER_MS = 120_000;

export function exceedsMaxRetryAfter({
	retryAfterMs,
}: Pick<TransientError, 'retryAfterMs'>): boolean {
	return (retryAfterMs ?? 0) > MAX_RETRY_AFTER_MS;
}

/** How long all requests pause after a 429, in milliseconds. */
export function pauseAfter({ retryAfterMs }: Pick<TransientError, 'retryAfterMs'>): number {
	return Math.min(retryAfterMs ?? DEFAULT_PAUSE_MS, MAX_RETRY_AFTER_MS);
}
