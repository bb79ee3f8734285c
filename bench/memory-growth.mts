import type { Meter, Reading } from './meter.mjs';
import { repeat } from './repeat.mjs';

/** The largest growth since the start, in MiB. */
export interface MemoryGrowth {
	/** Of the whole process. */
	readonly processMiB: number;
	/** Of the memory in use after garbage collection. */
	readonly heldMiB: number;
}

/**
 * Collects n8n's garbage every `everyMs` and watches its memory. The returned function stops that. It takes the last reading
 * that was made elsewhere meanwhile, because each reading starts a new peak.
 */
export async function watchMemory(
	meter: Meter,
	everyMs: number,
): Promise<(elsewhere: Reading) => Promise<MemoryGrowth>> {
	const before = await meter.readCollected();
	let [peakMiB, heldMiB] = [before.memoryMiB, before.heapMiB];
	const read = async () => {
		const reading = await meter.readCollected();
		peakMiB = Math.max(peakMiB, reading.peakMiB);
		heldMiB = Math.max(heldMiB, reading.heapMiB);
	};
	const stop = repeat(everyMs, read);
	return async (elsewhere) => {
		await stop();
		await read();
		return {
			processMiB: Math.max(peakMiB, elsewhere.peakMiB) - before.memoryMiB,
			heldMiB: heldMiB - before.heapMiB,
		};
	};
}
