import { setTimeout as sleep } from 'node:timers/promises';

import type { Cluster } from '../n8n-harness/queue/cluster.mjs';
import type { Sandbox } from '../n8n-harness/sandbox.mjs';

/** n8n in a single process, or in queue mode. */
export type System = Sandbox | Cluster;

/** The shortest and the longest pause before a kill. */
const [MIN_PAUSE_MS, MAX_PAUSE_MS] = [8_000, 25_000];

type Restarts = ReadonlyMap<string, () => Promise<unknown>>;

/** Kills parts of n8n and starts them again. */
export class ProcessKiller {
	/** How often each part was killed. */
	readonly kills = new Map<string, number>();

	constructor(
		/** The system since the last restart of its main process. */
		public current: System,
		private readonly random: () => number,
		private readonly log: (message: string) => void,
	) {}

	/** Kills a random part, repeatedly, until the signal is aborted. */
	async killAtRandom(signal: AbortSignal): Promise<void> {
		for (;;) {
			const pause = MIN_PAUSE_MS + this.random() * (MAX_PAUSE_MS - MIN_PAUSE_MS);
			await sleep(pause, undefined, { signal }).catch(() => {});
			if (signal.aborted) return;
			const parts = [...this.processes, ...this.services];
			const part = parts[Math.floor(this.random() * parts.length)];
			await this.kill(new Map(part && [part]));
		}
	}

	/** Kills all processes of n8n at once. */
	async killN8n(): Promise<void> {
		await this.kill(this.processes);
	}

	private get processes(): Restarts {
		const workers = 'workers' in this.current ? this.current.workers : [];
		return new Map<string, () => Promise<unknown>>([
			['main', async () => (this.current = await this.current.restart('kill'))],
			...workers.map(({ restart }, n) => [`worker ${n + 1}`, restart] as const),
		]);
	}

	private get services(): Restarts {
		if (!('workers' in this.current)) return new Map();
		const { redis, postgres } = this.current;
		return new Map([
			['Redis', redis.restart],
			['PostgreSQL', postgres.restart],
		]);
	}

	private async kill(parts: Restarts): Promise<void> {
		this.log(`kill -9: ${[...parts.keys()].join(', ')}`);
		for (const part of parts.keys()) this.kills.set(part, (this.kills.get(part) ?? 0) + 1);
		await Promise.all([...parts.values()].map(async (restart) => await restart()));
	}
}
