import type { Meter } from './meter.mjs';
import { repeat } from './repeat.mjs';

/** The largest growth since the start, in MiB. */
export interface MemoryGrowth {
	/** Of the whole process. */
	readonly processMiB: number;
	/** Of the memory in use after garbage collection. */
	readonly heldMiB: number;
}

/** Collects n8n's garbage every `everyMs` and watches its memory. The returned function stops that. */
export async function watchMemory(
	meter: Meter,
	everyMs: number,
): Promise<() => Promise<MemoryGrowth>> {
	const before = await meter.readCollected();
	let growth: MemoryGrowth = { processMiB: 0, heldMiB: 0 };
	const read = async () => {
		const { peakMiB, heapMiB } = await meter.readCollected();
		growth = {
			processMiB: Math.max(growth.processMiB, peakMiB - before.memoryMiB),
			heldMiB: Math.max(growth.heldMiB, heapMiB - before.heapMiB),
		};
	};
	const stop = repeat(everyMs, read);
	return async () => {
		await stop();
		await read();
		return growth;
	};
}
