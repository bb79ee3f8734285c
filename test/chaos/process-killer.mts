import { setTimeout as sleep } from 'node:timers/promises';

import type { Cluster } from '../n8n-harness/queue/cluster.mjs';
import type { SeededRandom } from './random.mjs';

/** The shortest and the longest pause before a kill. */
const PAUSE_S = [8, 25] as const;

/** Kills a random part of the cluster and starts it again, repeatedly, until the signal is aborted. */
export class ProcessKiller {
	/** How often each part was killed. */
	readonly kills = new Map<string, number>();

	constructor(
		private cluster: Cluster,
		private readonly random: SeededRandom,
		private readonly log: (message: string) => void,
	) {}

	/** The cluster since the last restart of its main process. */
	get current(): Cluster {
		return this.cluster;
	}

	async run(signal: AbortSignal): Promise<void> {
		for (;;) {
			const pause = this.random.between(...PAUSE_S) * 1_000;
			await sleep(pause, undefined, { signal }).catch(() => {});
			if (signal.aborted) return;
			await this.killOne();
		}
	}

	private async killOne(): Promise<void> {
		const { postgres, redis, workers } = this.cluster;
		const [part, kill] = this.random.pick<readonly [string, () => Promise<void>]>([
			['main', async () => await this.killMain()],
			...workers.map(
				(worker, n) => [`worker ${n + 1}`, async () => await worker.restart()] as const,
			),
			['Redis', async () => await redis.restart()],
			['PostgreSQL', async () => await postgres.restart()],
		]);
		this.log(`kill -9: ${part}`);
		this.kills.set(part, (this.kills.get(part) ?? 0) + 1);
		await kill();
	}

	private async killMain(): Promise<void> {
		this.cluster = await this.cluster.restart('kill');
	}
}
