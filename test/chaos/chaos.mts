import type { QueuePrograms } from '../n8n-harness/queue/programs.mjs';
import { Shutdown } from '../n8n-harness/system/shutdown.mjs';
import { seeded } from '../seeded-random.mjs';
import type { Simulator } from '../simulator/controls.mjs';
import type { LedgerEntry } from '../simulator/ledger.mjs';
import { failuresOf, retryUntilIdle, waitUntilIdle, type Settled } from './idle.mjs';
import type { Place } from './leaks.mjs';
import { auditOf, type Audit } from './ledger-audit.mjs';
import type { System } from './process-killer.mjs';
import type { Scenario } from './scenarios.mjs';
import { openStage, type Stage } from './stage.mjs';
import { tallyOf, type Remains, type Tally } from './tally.mjs';
import { waitingTaskId, type WayOfWaiting } from './waiting-load.mjs';

export interface ChaosOptions {
	/** For n8n in queue mode; null for a single process with SQLite. */
	readonly programs: QueuePrograms | null;
	/** Runs n8n with its default settings, without those that docs/queue-mode.md recommends. */
	readonly defaultSettings: boolean;
	readonly scenario: Scenario;
	readonly seed: number;
	readonly minutes: number;
	readonly log: (message: string) => void;
}

export interface ChaosReport {
	/** The tasks that were created elsewhere. */
	readonly tallies: Readonly<Record<WayOfWaiting, Tally>>;
	/** The tasks that the executions created. */
	readonly audit: Audit;
	/** The IDs of executions that are still parked, although they should have been resumed long ago. */
	readonly stuck: readonly string[];
	/** How often each part of the system was killed. */
	readonly kills: ReadonlyMap<string, number>;
	/** The number of lookups that the API received, and of those that it gave a fault. */
	readonly lookups: { readonly all: number; readonly faulty: number };
}

/** What can hold secrets, outside of the system. */
export interface Received {
	/** Everything that the servers received, except what they must know. */
	readonly places: readonly Place[];
	/** What the API knows: every request that can cost credits, and every callback. */
	readonly ledger: readonly Place[];
	/** The addresses at which the API can resume executions. */
	readonly resumeAddresses: readonly string[];
}

/** Inspects the system before it is closed. */
export type Inspect = (system: System, received: Received) => Promise<void>;

/**
 * Runs a real n8n whose executions wait for tasks in both ways, or create some and wait for those, while things go wrong as
 * the scenario says. When all executions are finished undisturbed, every task is accounted for.
 */
export async function runChaos(options: ChaosOptions, inspect: Inspect): Promise<ChaosReport> {
	const { scenario, seed, log } = options;
	const random = seeded(seed);
	const shutdown = new Shutdown();
	try {
		const stage = await openStage({ ...options, creating: scenario.creating, random }, shutdown);
		await scenario.run(stage, options);
		log('no more kills; waiting until all executions are finished');
		const report = await account(stage);
		await inspect(stage.killer.current, receivedBy(stage));
		return report;
	} finally {
		await shutdown.run();
	}
}

/** Waits until all executions are finished, and accounts for every task. */
async function account(stage: Stage): Promise<ChaosReport> {
	const { simulator, killer, loads, sink, triggeredId, triggerSink } = stage;
	const { client } = killer.current;
	const { park, keepRunning, create } = loads;
	const [parked, kept, created, started] = await Promise.all([
		retryUntilIdle(client, park.workflowId),
		// They are left as they are
		waitUntilIdle(client, keepRunning.workflowId),
		retryUntilIdle(client, create.workflowId),
		retryUntilIdle(client, triggeredId),
	]);
	const remainsOf = async (
		workflowId: string,
		retriedAt: Settled['retriedAt'] = new Map(),
		{ received, arrivalTimes } = sink,
	): Promise<Remains> => ({
		posted: received.map((item, n) => ({ item, at: Number(arrivalTimes[n]) })),
		failures: await failuresOf(client, workflowId, retriedAt),
	});
	const lookups = lookupsOf(simulator);
	const taskIdsOf = (way: WayOfWaiting) =>
		loads[way].accepted.map((number) => waitingTaskId(way, number));
	return {
		tallies: {
			park: tallyOf(taskIdsOf('park'), await remainsOf(park.workflowId, parked.retriedAt)),
			keepRunning: tallyOf(taskIdsOf('keepRunning'), await remainsOf(keepRunning.workflowId)),
		},
		audit: auditOf({
			started: create.accepted.length,
			ledger: simulator.ledger(),
			lookups,
			creating: await remainsOf(create.workflowId, created.retriedAt),
			triggered: await remainsOf(triggeredId, started.retriedAt, triggerSink),
		}),
		stuck: [...parked.stuck, ...kept, ...created.stuck, ...started.stuck],
		kills: killer.kills,
		lookups: {
			all: lookups.length,
			faulty: lookups.filter(({ fault }) => fault !== 'none').length,
		},
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
