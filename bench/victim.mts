import {
	startCluster,
	type ClusterOptions,
	type Worker,
} from '../test/n8n-harness/queue/cluster.mjs';
import { QUICK_RECOVERY, RECOMMENDED_SETTINGS } from '../test/n8n-harness/queue/settings.mjs';
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
export async function startQueueVictim(
	options: Pick<ClusterOptions, 'programs' | 'port'>,
): Promise<Victim> {
	const env = { ...RECOMMENDED_SETTINGS, ...QUICK_RECOVERY };
	const cluster = await startCluster({ ...options, workers: 2, concurrency: 5, env });
	return createVictim(cluster, cluster.workers);
}
