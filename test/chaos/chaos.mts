import { startCluster, type Cluster } from '../n8n-harness/queue/cluster.mjs';
import type { QueuePrograms } from '../n8n-harness/queue/programs.mjs';
import { WebhookSink } from '../n8n-harness/webhook-sink.mjs';
import { seeded } from '../seeded-random.mjs';
import { startSimulator } from '../simulator/simulator.mjs';
import { apiFaults } from './api-faults.mjs';
import type { Place } from './leaks.mjs';
import { Load, type WayOfWaiting } from './load.mjs';
import { ProcessKiller } from './process-killer.mjs';
import { tallyOf, waitUntilIdle, type Tally } from './tally.mjs';

export interface ChaosOptions {
	readonly programs: QueuePrograms;
	readonly seed: number;
	/** How long executions are started and parts of the cluster are killed. */
	readonly minutes: number;
	/** Seconds between the starts of two executions, for each way of waiting. */
	readonly startEverySeconds: Readonly<Record<WayOfWaiting, number>>;
	/** Runs n8n with its default settings, without those that docs/queue-mode.md recommends. */
	readonly defaultSettings: boolean;
	readonly log: (message: string) => void;
}

export interface ChaosReport {
	readonly tallies: Readonly<Record<WayOfWaiting, Tally>>;
	/** How often each part of the cluster was killed. */
	readonly kills: ReadonlyMap<string, number>;
	/** The number of lookups that the API received. */
	readonly lookups: number;
}

/** Long and odd enough to be found nowhere by chance. */
export const API_KEY = 'apikley-chaos-7d1e93b2/c4+5f60=a8';

/** Inspects the cluster before it is closed, and everything that the servers received except the headers with the key. */
export type Inspect = (cluster: Cluster, received: readonly Place[]) => Promise<void>;

/**
 * Runs n8n in queue mode, with PostgreSQL, Redis and two workers. Its executions wait for tasks in both ways while the API
 * fails at random and each part of the cluster is killed (`kill -9`) and started again. When all executions have ended
 * undisturbed, every task is accounted for.
 */
export async function runChaos(options: ChaosOptions, inspect: Inspect): Promise<ChaosReport> {
	const { programs, seed, log } = options;
	const random = seeded(seed);
	const simulator = await startSimulator({ apiKey: API_KEY });
	const sink = await WebhookSink.open();
	log('starting PostgreSQL, Redis, n8n and two workers');
	const env = { ...ENVIRONMENT, ...(options.defaultSettings ? {} : RECOMMENDED) };
	const cluster = await startCluster({ programs, workers: 2, concurrency: 5, env });
	const killer = new ProcessKiller(cluster, random, log);
	const client = () => killer.current.client;
	try {
		const data = { apiKey: API_KEY, baseUrl: simulator.baseUrl };
		const credential = await client().createCredential('apikleyApi', data);
		const prepare = async (way: WayOfWaiting) =>
			await Load.prepare(client, { way, credential, sinkUrl: sink.url });
		const loads = [await prepare('park'), await prepare('keepRunning')];
		simulator.setFaults(apiFaults(random));
		const signal = AbortSignal.timeout(options.minutes * 60_000);
		const starts = loads.map(async (load) => {
			const intervalMs = options.startEverySeconds[load.way] * 1_000;
			await load.run(simulator, random, intervalMs, signal);
		});
		await Promise.all([...starts, killer.run(signal)]);
		simulator.setFaults([]);
		log('no more kills; waiting until all executions have ended');
		const tallies = await Promise.all(
			loads.map(async (load) => {
				const retried = await waitUntilIdle(client(), load);
				return await tallyOf(client(), load, sink.forTasks(load.taskIds), retried);
			}),
		);
		const lookups = simulator.requests().map((request) => ({ ...request, headers: {} }));
		await inspect(killer.current, [
			{ name: 'lookups', text: JSON.stringify(lookups) },
			{ name: 'video host', text: JSON.stringify(simulator.requests({ server: 'videos' })) },
			{ name: 'items', text: JSON.stringify(loads.map((load) => sink.forTasks(load.taskIds))) },
		]);
		const [park, keepRunning] = tallies as [Tally, Tally];
		return { tallies: { park, keepRunning }, kills: killer.kills, lookups: lookups.length };
	} finally {
		await killer.current.close();
		await sink.close();
		await simulator.close();
	}
}

const ENVIRONMENT = {
	// The interval, in minutes, at which n8n looks for executions that have lost their job (default: three hours)
	N8N_EXECUTIONS_QUEUE_RECOVERY_INTERVAL: '0.5',
	// All logs, including those of processes that were killed
	N8N_LOG_LEVEL: 'debug',
	N8N_LOG_OUTPUT: 'console,file',
};

/** See docs/queue-mode.md. */
const RECOMMENDED = {
	QUEUE_WORKER_STALLED_INTERVAL: '0',
	N8N_DISABLED_MODULES: 'otel',
};
