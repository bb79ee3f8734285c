import type { TransientError } from './envelope';

/** Decides whether a request is sent again after an error that may pass. Each endpoint has its own policy. */
export type RetryPolicy = (error: TransientError) => boolean;

/** For requests that change nothing at the server, such as a lookup. */
export const retryAlways: RetryPolicy = () => true;

/** A request without a deadline doesn't wait longer than this, whatever the server says. */
export const MAX_RETRY_AFTER_MS = 120_000;

export function exceedsMaxRetryAfter({ retryAfterMs }: Pick<TransientError, 'retryAfterMs'>) {
	return (retryAfterMs ?? 0) > MAX_RETRY_AFTER_MS;
}

/** The server's Retry-After, cut to the maximum; null if it sent none. */
export function cutRetryAfter({ retryAfterMs }: Pick<TransientError, 'retryAfterMs'>) {
	return retryAfterMs === null ? null : Math.min(retryAfterMs, MAX_RETRY_AFTER_MS);
}
