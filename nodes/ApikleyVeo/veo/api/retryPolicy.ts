import type { TransientError } from './envelope';

/** Decides whether a request is sent again after an error that may pass. Each endpoint has its own policy. */
export type RetryPolicy = (error: TransientError) => boolean;

/** For requests that change nothing at the server, such as a lookup. */
export const retryAlways: RetryPolicy = () => true;

/** The pause of all requests after a 429 without a Retry-After. */
export const DEFAULT_PAUSE_MS = 1_000;

/** A request without a deadline doesn't wait longer than this, whatever the server says. */
export const MAX_RETRY_AFTER_MS = 120_000;

export function exceedsMaxRetryAfter({ retryAfterMs }: Pick<TransientError, 'retryAfterMs'>) {
	return (retryAfterMs ?? 0) > MAX_RETRY_AFTER_MS;
}

/** The pause of all requests to a host that sent 429, in milliseconds. */
export function pauseAfter({ retryAfterMs }: Pick<TransientError, 'retryAfterMs'>): number {
	return Math.min(retryAfterMs ?? DEFAULT_PAUSE_MS, MAX_RETRY_AFTER_MS);
}
