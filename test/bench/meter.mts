import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import { freePort } from '../real-n8n/machine/ports.mjs';
import { projectRoot } from '../real-n8n/machine/project-root.mjs';

export interface Reading {
	/** Seconds of user and system time since n8n was started. */
	readonly cpuSeconds: number;
	/** Of the whole process (RSS), in MiB. */
	readonly memoryMiB: number;
	/** JavaScript's own part of it that is in use, in MiB, garbage included. */
	readonly heapMiB: number;
}

/** Reads the CPU time and the memory of an n8n that was started with its environment. */
export interface Meter {
	readonly env: Readonly<Record<string, string>>;
	read(): Promise<Reading>;
	/** After garbage was collected: what n8n really holds. */
	readCollected(): Promise<Reading>;
}

export async function startMeter(): Promise<Meter> {
	const port = await freePort();
	const preload = path.join(projectRoot(), 'test', 'bench', 'metered.mts');
	return {
		env: {
			NODE_OPTIONS: `--import=${pathToFileURL(preload).href}`,
			BENCH_METER_PORT: String(port),
		},
		read: async () => await readFrom(port),
		readCollected: async () => await readFrom(port, 'collected'),
	};
}

async function readFrom(port: number, path = ''): Promise<Reading> {
	const answer = await fetch(`http://127.0.0.1:${port}/${path}`);
	const { cpu, memory } = (await answer.json()) as {
		cpu: NodeJS.CpuUsage;
		memory: NodeJS.MemoryUsage;
	};
	return {
		cpuSeconds: (cpu.user + cpu.system) / 1e6,
		memoryMiB: memory.rss / 2 ** 20,
		heapMiB: memory.heapUsed / 2 ** 20,
	};
}

export interface MemoryWatch {
	/** Returns by how much it has grown at the most, in MiB. */
	stop(): Promise<number>;
}

const EVERY_MS = 500;

export function watchMemory(meter: Meter, { memoryMiB: before }: Reading): MemoryWatch {
	const stopping = new AbortController();
	let most = before;
	const watch = async () => {
		while (!stopping.signal.aborted) {
			await sleep(EVERY_MS, undefined, { signal: stopping.signal }).catch(() => {});
			most = Math.max(most, (await meter.read()).memoryMiB);
		}
	};
	const ended = watch();
	return {
		stop: async () => {
			stopping.abort();
			await ended;
			return most - before;
		},
	};
}
