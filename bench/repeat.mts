import { setTimeout as sleep } from 'node:timers/promises';

/** Calls `work` now and then repeatedly, `everyMs` after each end, until the returned function is called and resolves. */
export function repeat(everyMs: number, work: () => Promise<void> | void): () => Promise<void> {
	const stopping = new AbortController();
	const { signal } = stopping;
	const loop = async () => {
		while (!signal.aborted) {
			await work();
			await sleep(everyMs, undefined, { signal }).catch(() => {});
		}
	};
	const ended = loop();
	return async () => {
		stopping.abort();
		await ended;
	};
}
