import { sleep } from 'n8n-workflow';

import { onAbort } from '../veo/onAbort';
import type { Clock } from '../veo/ports';

/** Timers of Node hold 31 bits of milliseconds and fire at once beyond that. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Ends early with the signal on every n8n: its `sleep` honours a signal only from n8n-workflow 2.34 on,
 * where it also gives the timer back; before, the timer runs on unheeded.
 */
async function abortableSleep(ms: number, signal: AbortSignal): Promise<void> {
	if (signal.aborted) return;
	const nap = new AbortController();
	const woken = new Promise<void>((resolve) => {
		nap.signal.addEventListener('abort', () => resolve(), { once: true });
	});
	const forget = onAbort(signal, () => nap.abort());
	await Promise.race([sleep(ms, nap.signal).catch(() => {}), woken]);
	forget();
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
