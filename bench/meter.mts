import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { freePort } from '../test/n8n-harness/system/ports.mjs';
import { projectRoot } from '../test/n8n-harness/system/project-root.mjs';

export interface Reading {
	/** Seconds of user and system time since n8n was started. */
	readonly cpuSeconds: number;
	/** Of the whole process (RSS), in MiB. */
	readonly memoryMiB: number;
	/** The most of it since the last reading. */
	readonly peakMiB: number;
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
	const preload = path.join(projectRoot(), 'bench', 'metered.mts');
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
	const { cpu, memory, peak } = (await answer.json()) as {
		cpu: NodeJS.CpuUsage;
		memory: NodeJS.MemoryUsage;
		peak: number;
	};
	return {
		cpuSeconds: (cpu.user + cpu.system) / 1e6,
		memoryMiB: memory.rss / 2 ** 20,
		peakMiB: peak / 2 ** 20,
		heapMiB: memory.heapUsed / 2 ** 20,
	};
}
