import { startCluster, type Worker } from '../test/n8n-harness/queue/cluster.mjs';
import type { QueuePrograms } from '../test/n8n-harness/queue/programs.mjs';
import { RECOMMENDED_SETTINGS } from '../test/n8n-harness/queue/recommended-settings.mjs';
import type { Sandbox } from '../test/n8n-harness/sandbox.mjs';

/** An n8n of its own, because the other benchmarks would not survive the kills. */
export interface Victim {
	/** The sandbox since the last restart. */
	sandbox(): Sandbox;
	/** Each function kills a process (`kill -9`) and starts it again. */
	readonly kills: ReadonlyArray<() => Promise<void>>;
}

export function createVictim(start: Sandbox, workers: readonly Worker[] = []): Victim {
	let sandbox: Sandbox = start;
	const killMain = async () => {
		sandbox = await sandbox.restart('kill');
	};
	const killWorkers = workers.map((worker) => async () => await worker.restart());
	return { sandbox: () => sandbox, kills: [killMain, ...killWorkers] };
}

/** As in docs/queue-mode.md. */
export const QUEUE_MODE = 'Queue mode with the recommended settings';

/** A main process and two workers. */
export async function startQueueVictim(programs: QueuePrograms, port?: number): Promise<Victim> {
	const env = {
		...RECOMMENDED_SETTINGS,
		// The interval, in minutes, at which n8n looks for executions that have lost their job (default: three hours)
		N8N_EXECUTIONS_QUEUE_RECOVERY_INTERVAL: '0.5',
	};
	const cluster = await startCluster({
		programs,
		workers: 2,
		concurrency: 5,
		env,
		...(port !== undefined && { port }),
	});
	return createVictim(cluster, cluster.workers);
}
