import type { Cluster } from '../n8n-harness/queue/cluster.mjs';
import type { QueuePrograms } from '../n8n-harness/queue/programs.mjs';
import { Shutdown } from '../n8n-harness/system/shutdown.mjs';
import { seeded } from '../seeded-random.mjs';
import type { Simulator } from '../simulator/controls.mjs';
import { RECORD_INFO_PATH } from '../simulator/endpoints/record-info.mjs';
import type { LedgerEntry } from '../simulator/ledger.mjs';
import { callbackFaults, creationFaults, lookupFaults } from './faults.mjs';
import { failuresOf, retryUntilIdle, waitUntilIdle } from './idle.mjs';
import type { Place } from './leaks.mjs';
import { auditOf, type Audit } from './ledger-audit.mjs';
import { openStage, type Stage } from './stage.mjs';
import { tallyOf, type Remains, type Tally } from './tally.mjs';
import { waitingTaskId, type WayOfWaiting } from './waiting-load.mjs';

export interface ChaosOptions {
	readonly programs: QueuePrograms;
	readonly seed: number;
	/** How long executions are started and parts of the cluster are killed. */
	readonly minutes: number;
	/** Seconds between the starts of two executions, for each load. */
	readonly startEverySeconds: Readonly<Record<WayOfWaiting | 'create', number>>;
	/** Runs n8n with its default settings, without those that docs/queue-mode.md recommends. */
	readonly defaultSettings: boolean;
	readonly log: (message: string) => void;
}

export interface ChaosReport {
	/** The tasks that were created elsewhere. */
	readonly tallies: Readonly<Record<WayOfWaiting, Tally>>;
	/** The tasks that the executions created. */
	readonly audit: Audit;
	/** How many executions that create tasks n8n accepted. */
	readonly creating: number;
	/** How often each part of the cluster was killed. */
	readonly kills: ReadonlyMap<string, number>;
	/** The number of lookups that the API received. */
	readonly lookups: number;
}

/** What can hold secrets, outside of the cluster. */
export interface Received {
	/** Everything that the servers received, except what they must know. */
	readonly places: readonly Place[];
	/** What the API knows: every request that can cost credits, and every callback. */
	readonly ledger: readonly Place[];
	/** The addresses at which the API can resume executions. */
	readonly resumeAddresses: readonly string[];
}

/** Inspects the cluster before it is closed. */
export type Inspect = (cluster: Cluster, received: Received) => Promise<void>;

/** In seconds. The provider takes minutes. */
const CALLBACK_REPEATED_AFTER = [5, 15, 30];

/**
 * Runs n8n in queue mode, with PostgreSQL, Redis and two workers. Its executions wait for tasks in both ways, or create
 * some and wait for those, while the API fails at random and each part of the cluster is killed (`kill -9`) and started
 * again. When all executions have ended undisturbed, every task is accounted for.
 */
export async function runChaos(options: ChaosOptions, inspect: Inspect): Promise<ChaosReport> {
	const shutdown = new Shutdown();
	try {
		const random = seeded(options.seed);
		const stage = await openStage({ ...options, random }, shutdown);
		await disturb(stage, random, options);
		options.log('no more kills; waiting until all executions have ended');
		const report = await account(stage);
		await inspect(stage.killer.current, receivedBy(stage));
		return report;
	} finally {
		await shutdown.run();
	}
}

/** Starts executions while things go wrong. */
async function disturb(
	{ simulator, killer, loads }: Stage,
	random: () => number,
	{ seed, minutes, startEverySeconds }: ChaosOptions,
): Promise<void> {
	simulator.setPathFaults(RECORD_INFO_PATH, lookupFaults(random));
	simulator.setOptions({
		creationShares: creationFaults(seed),
		callbackShares: callbackFaults(seed),
		callbackRetrySeconds: CALLBACK_REPEATED_AFTER,
	});
	const signal = AbortSignal.timeout(minutes * 60_000);
	const run = async (name: keyof typeof loads) =>
		await loads[name].run(startEverySeconds[name] * 1_000, signal);
	await Promise.all([run('park'), run('keepRunning'), run('create'), killer.run(signal)]);
	simulator.setPathFaults(RECORD_INFO_PATH, []);
}

/** Waits until all executions have ended, and accounts for every task. */
async function account(stage: Stage): Promise<ChaosReport> {
	const { simulator, killer, loads, sink, triggeredId, triggerSink } = stage;
	const { client } = killer.current;
	const remainsOf = async (workflowId: string, retried: ReadonlySet<string>): Promise<Remains> => ({
		posted: sink.received,
		failures: await failuresOf(client, workflowId),
		retried,
	});
	const taskIdsOf = (way: WayOfWaiting) =>
		loads[way].accepted.map((number) => waitingTaskId(way, number));
	const [park, , created] = await Promise.all([
		retryUntilIdle(client, loads.park.workflowId),
		waitUntilIdle(client, loads.keepRunning.workflowId),
		retryUntilIdle(client, loads.create.workflowId),
		retryUntilIdle(client, triggeredId),
	]);
	return {
		tallies: {
			park: tallyOf(taskIdsOf('park'), await remainsOf(loads.park.workflowId, park)),
			keepRunning: tallyOf(
				taskIdsOf('keepRunning'),
				await remainsOf(loads.keepRunning.workflowId, new Set()),
			),
		},
		audit: auditOf({
			...(await remainsOf(loads.create.workflowId, created)),
			ledger: simulator.ledger(),
			triggered: triggerSink.received,
		}),
		creating: loads.create.accepted.length,
		kills: killer.kills,
		lookups: lookupsOf(simulator).length,
	};
}

function receivedBy({ simulator, sink, triggerSink }: Stage): Received {
	const asPlace = (name: string, list: readonly unknown[]): Place => ({
		name,
		text: list.map((each) => JSON.stringify(each)).join('\n'),
	});
	const ledger = simulator.ledger().map((entry) => ({ ...entry, key: null }));
	return {
		places: [
			asPlace('lookups', lookupsOf(simulator)),
			asPlace('video host', simulator.requests({ server: 'videos' })),
			asPlace('items', sink.received),
			asPlace('items of the trigger', triggerSink.received),
		],
		ledger: [
			asPlace('ledger', ledger),
			asPlace('callbacks', simulator.requests({ server: 'callbacks' })),
		],
		resumeAddresses: ledger.flatMap(resumeAddressOf),
	};
}

/** None if the callback of the task goes to the trigger. */
function resumeAddressOf({ content }: LedgerEntry): string[] {
	const { callBackUrl } = content as Partial<Record<string, unknown>>;
	return String(callBackUrl).includes('/webhook-waiting/') ? [String(callBackUrl)] : [];
}

/** Without the headers, which have the key. */
function lookupsOf(simulator: Simulator) {
	const lookups = simulator.requests().filter(({ taskId }) => taskId !== null);
	return lookups.map((request) => ({ ...request, headers: {} }));
}
