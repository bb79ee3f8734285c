import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { freePort } from '../test/n8n-harness/system/ports.mjs';
import { projectRoot } from '../test/n8n-harness/system/project-root.mjs';

export interface Reading {
	/** Seconds of user and system time since n8n was started. */
	readonly cpuSeconds: number;
	/** The memory of the whole process (RSS), in MiB. */
	readonly memoryMiB: number;
	/** The largest `memoryMiB` since the last reading. */
	readonly peakMiB: number;
	/** JavaScript's own part of the memory that is in use, in MiB, including garbage. */
	readonly heapMiB: number;
}

/** Reads the CPU time and the memory of an n8n that was started with this environment. */
export interface Meter {
	readonly env: Readonly<Record<string, string>>;
	read(): Promise<Reading>;
	/** Collects garbage first, so that only what n8n really holds is left. */
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
	const response = await fetch(`http://127.0.0.1:${port}/${path}`);
	const { cpu, memory, peak } = (await response.json()) as {
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
