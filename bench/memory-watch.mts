import { setTimeout as sleep } from 'node:timers/promises';

import type { Meter, Reading } from './meter.mjs';

/** At the most, in MiB. */
export interface Growth {
	/** Of the whole process. */
	readonly processMiB: number;
	/** Of what was in use once garbage had been collected. */
	readonly heldMiB: number;
}

/** Collects n8n's garbage every so often, and keeps by how much its memory has grown at the most. */
export class MemoryWatch {
	private readonly stopping = new AbortController();
	private readonly ended: Promise<void>;
	private growth: Growth = { processMiB: 0, heldMiB: 0 };

	private constructor(
		private readonly meter: Meter,
		private readonly before: Reading,
		everyMs: number,
	) {
		this.ended = this.watch(everyMs);
	}

	static async start(meter: Meter, everyMs: number): Promise<MemoryWatch> {
		return new MemoryWatch(meter, await meter.readCollected(), everyMs);
	}

	async stop(): Promise<Growth> {
		this.stopping.abort();
		await this.ended;
		return this.growth;
	}

	private async watch(everyMs: number): Promise<void> {
		const { signal } = this.stopping;
		while (!signal.aborted) {
			await sleep(everyMs, undefined, { signal }).catch(() => {});
			const { peakMiB, heapMiB } = await this.meter.readCollected();
			this.growth = {
				processMiB: Math.max(this.growth.processMiB, peakMiB - this.before.memoryMiB),
				heldMiB: Math.max(this.growth.heldMiB, heapMiB - this.before.heapMiB),
			};
		}
	}
}
