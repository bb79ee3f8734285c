import { setTimeout as sleep } from 'node:timers/promises';

import type { Cluster } from '../n8n-harness/queue/cluster.mjs';

/** The shortest and the longest pause before a kill. */
const [MIN_PAUSE_MS, MAX_PAUSE_MS] = [8_000, 25_000];

/** Kills a random part of the cluster and starts it again, repeatedly, until the signal is aborted. */
export class ProcessKiller {
	/** How often each part was killed. */
	readonly kills = new Map<string, number>();

	constructor(
		/** The cluster since the last restart of its main process. */
		public current: Cluster,
		private readonly random: () => number,
		private readonly log: (message: string) => void,
	) {}

	async run(signal: AbortSignal): Promise<void> {
		for (;;) {
			const pause = MIN_PAUSE_MS + this.random() * (MAX_PAUSE_MS - MIN_PAUSE_MS);
			await sleep(pause, undefined, { signal }).catch(() => {});
			if (signal.aborted) return;
			await this.killOne();
		}
	}

	private async killOne(): Promise<void> {
		const { postgres, redis, workers } = this.current;
		const restarts = new Map<string, () => Promise<unknown>>([
			['main', async () => (this.current = await this.current.restart('kill'))],
			...workers.map(({ restart }, n) => [`worker ${n + 1}`, restart] as const),
			['Redis', redis.restart],
			['PostgreSQL', postgres.restart],
		]);
		const [part = '', restart] = [...restarts][Math.floor(this.random() * restarts.size)] ?? [];
		this.log(`kill -9: ${part}`);
		this.kills.set(part, (this.kills.get(part) ?? 0) + 1);
		await restart?.();
	}
}
