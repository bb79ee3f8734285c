import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { freePort } from '../real-n8n/machine/ports.mjs';
import { projectRoot } from '../real-n8n/machine/project-root.mjs';

/** Reads the CPU time of an n8n that was started with its environment. */
export interface CpuMeter {
	readonly env: Readonly<Record<string, string>>;
	/** Seconds of user and system time since n8n was started. */
	read(): Promise<number>;
}

export async function cpuMeter(): Promise<CpuMeter> {
	const port = await freePort();
	const preload = path.join(projectRoot(), 'test', 'bench', 'cpu-meter.mts');
	return {
		env: {
			NODE_OPTIONS: `--import=${pathToFileURL(preload).href}`,
			BENCH_CPU_METER_PORT: String(port),
		},
		read: async () => {
			const answer = await fetch(`http://127.0.0.1:${port}`);
			const { user, system } = (await answer.json()) as NodeJS.CpuUsage;
			return (user + system) / 1e6;
		},
	};
}
