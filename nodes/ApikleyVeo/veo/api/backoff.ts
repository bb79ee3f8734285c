import type { Random } from '../ports';

const INITIAL_DELAY_MS = 1_000;
const MAX_DELAY_MS = 30_000;

/**
 * Milliseconds to wait before retry number `retry` (1 for the first): 1, 2, 4 … 30 s, with a random quarter more or
 * less, so that requests that failed together are not retried together. A Retry-After is never undercut, and exceeded
 * by at most a tenth.
 */
export function retryDelay(retry: number, retryAfterMs: number | null, random: Random): number {
	if (retryAfterMs !== null) return retryAfterMs * (1 + random() / 10);
	const delay = Math.min(INITIAL_DELAY_MS * 2 ** (retry - 1), MAX_DELAY_MS);
	return delay * (0.75 + random() / 2);
}
