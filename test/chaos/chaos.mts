import { WebhookSink } from '../n8n-harness/webhook-sink.mjs';
import { startCluster, type Cluster } from '../n8n-harness/queue/cluster.mjs';
import type { QueuePrograms } from '../n8n-harness/queue/programs.mjs';
import { startSimulator } from '../simulator/simulator.mjs';
import { accountOf, settle, type Account } from './tally.mjs';
import { troubleApi } from './inject-api-faults.mjs';
import type { Place } from './leaks.mjs';
import { Load, type WayOfWaiting } from './load.mjs';
import { Mayhem } from './process-killer.mjs';
import { SeededRandom } from './random.mjs';

export interface ChaosOptions {
	readonly programs: QueuePrograms;
	readonly seed: number;
	/** For so long executions are started, and everything is killed in turn. */
	readonly minutes: number;
	/** Seconds from the start of one execution to that of the next, of each way of waiting. */
	readonly startEverySeconds: Readonly<Record<WayOfWaiting, number>>;
	/** n8n's own settings, without those that docs/queue-mode.md recommends. */
	readonly asItComes?: boolean;
	readonly tell: (message: string) => void;
}

export interface ChaosReport {
	readonly accounts: Readonly<Record<WayOfWaiting, Account>>;
	/** How often each part of the cluster was killed. */
	readonly kills: ReadonlyMap<string, number>;
	/** Lookups that the API saw. */
	readonly lookups: number;
}

/** Long and odd enough to be found nowhere by chance. */
export const API_KEY = 'apikley-chaos-7d1e93b2/c4+5f60=a8';

/** Sees the cluster before it goes, and what all servers have received, but for the headers that hold the key. */
export type Inspect = (cluster: Cluster, received: readonly Place[]) => Promise<void>;

/**
 * An n8n in queue mode, with PostgreSQL, Redis and two workers, waits for tasks in both ways while the API fails at
 * random and each part of it is killed (`kill -9`) and started again. Then all is left in peace until it has ended, and
 * every task is accounted for.
 */
export async function runChaos(
	options: ChaosOptions,
	inspect: Inspect = async () => {},
): Promise<ChaosReport> {
	const { programs, seed, tell } = options;
	const random = new SeededRandom(seed);
	const simulator = await startSimulator({ apiKey: API_KEY });
	const inbox = await WebhookSink.open();
	tell('starting PostgreSQL, Redis, n8n and two workers');
	const env = { ...ENVIRONMENT, ...(options.asItComes ? {} : RECOMMENDED) };
	const cluster = await startCluster({ programs, workers: 2, concurrency: 5, env });
	const mayhem = new Mayhem(cluster, random, tell);
	const client = () => mayhem.current.client;
	try {
		const data = { apiKey: API_KEY, baseUrl: simulator.baseUrl };
		const credential = await client().createCredential('apikleyApi', data);
		const prepare = async (way: WayOfWaiting) =>
			await Load.prepare(client, { way, credential, inbox: inbox.url });
		const loads = [await prepare('park'), await prepare('keepRunning')];
		troubleApi(simulator, random);
		const signal = AbortSignal.timeout(options.minutes * 60_000);
		const starts = loads.map(async (load) => {
			const gapMs = options.startEverySeconds[load.way] * 1_000;
			await load.run(simulator, random, gapMs, signal);
		});
		await Promise.all([...starts, mayhem.run(signal)]);
		simulator.setFaults([]);
		tell('left in peace; waiting for the end of all executions');
		const accounts = await Promise.all(
			loads.map(async (load) => {
				const retried = await settle(client(), load);
				return await accountOf(client(), load, inbox.forTasks(load.taskIds), retried);
			}),
		);
		const lookups = simulator.requests().map((request) => ({ ...request, headers: {} }));
		await inspect(mayhem.current, [
			{ name: 'lookups', text: JSON.stringify(lookups) },
			{ name: 'video host', text: JSON.stringify(simulator.requests({ server: 'videos' })) },
			{ name: 'items', text: JSON.stringify(loads.map((load) => inbox.forTasks(load.taskIds))) },
		]);
		const [park, keepRunning] = accounts as [Account, Account];
		return { accounts: { park, keepRunning }, kills: mayhem.kills, lookups: lookups.length };
	} finally {
		await mayhem.current.close();
		await inbox.close();
		await simulator.close();
	}
}

const ENVIRONMENT = {
	// Minutes after which n8n finds out which executions have lost their job; its default is three hours
	N8N_EXECUTIONS_QUEUE_RECOVERY_INTERVAL: '0.5',
	// All that it can be made to tell, also of processes that were killed
	N8N_LOG_LEVEL: 'debug',
	N8N_LOG_OUTPUT: 'console,file',
};

/** See docs/queue-mode.md. */
const RECOMMENDED = {
	QUEUE_WORKER_STALLED_INTERVAL: '0',
	N8N_DISABLED_MODULES: 'otel',
};
