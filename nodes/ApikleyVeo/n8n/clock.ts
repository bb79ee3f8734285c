import { sleep } from 'n8n-workflow';

import { onAbort } from '../veo/onAbort';
import type { Clock } from '../veo/ports';

/** Node stores the delay of a timer in 31 bits. With a longer one the timer fires at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Resolves after `ms`, or as soon as `signal` is aborted. The `sleep` of n8n-workflow is the only timer that a node may
 * use, and only honors a signal from 2.34 on. In older versions its timer keeps running after an abort, unused.
 */
async function abortableSleep(ms: number, signal: AbortSignal): Promise<void> {
	if (signal.aborted) return;
	const timer = new AbortController();
	const aborted = new Promise<void>((resolve) => {
		timer.signal.addEventListener('abort', () => resolve(), { once: true });
	});
	const removeListener = onAbort(signal, () => timer.abort());
	await Promise.race([sleep(ms, timer.signal).catch(() => {}), aborted]);
	removeListener();
}

export const systemClock: Clock = {
	now: () => performance.now(),
	date: () => Date.now(),
	sleep: async (ms, signal) => {
		const until = performance.now() + ms;
		for (let left = ms; left > 0 && !signal.aborted; left = until - performance.now()) {
			await abortableSleep(Math.min(left, MAX_TIMER_MS), signal);
		}
	},
};
