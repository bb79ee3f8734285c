import { randomUUID } from 'node:crypto';

import { startCluster } from '../n8n-harness/queue/cluster.mjs';
import type { QueuePrograms } from '../n8n-harness/queue/programs.mjs';
import { QUICK_RECOVERY, RECOMMENDED_SETTINGS } from '../n8n-harness/queue/settings.mjs';
import { startSandbox } from '../n8n-harness/sandbox.mjs';
import { freePort } from '../n8n-harness/system/ports.mjs';
import type { Shutdown } from '../n8n-harness/system/shutdown.mjs';
import { WebhookSink } from '../n8n-harness/webhook-sink.mjs';
import type { Simulator } from '../simulator/controls.mjs';
import { startSimulator } from '../simulator/simulator.mjs';
import { creatingLoad, triggeredWorkflow, type CreatingOptions } from './creating-load.mjs';
import { Load } from './load.mjs';
import { ProcessKiller, type System } from './process-killer.mjs';
import { waitingLoad, type WayOfWaiting } from './waiting-load.mjs';

export interface StageOptions {
	/** For n8n in queue mode; null for a single process with SQLite. */
	readonly programs: QueuePrograms | null;
	/** Runs n8n with its default settings, without those that docs/queue-mode.md recommends. */
	readonly defaultSettings: boolean;
	readonly creating: CreatingOptions;
	readonly random: () => number;
	readonly log: (message: string) => void;
}

/** The servers, the workflows that run in n8n, and what receives their items. */
export interface Stage {
	readonly simulator: Simulator;
	/** Has the system that runs n8n. */
	readonly killer: ProcessKiller;
	readonly loads: Readonly<Record<WayOfWaiting | 'create', Load>>;
	/** Receives the items of all loads. */
	readonly sink: WebhookSink;
	/** The ID of the workflow that the trigger starts. */
	readonly triggeredId: string;
	/** Receives the items of the trigger. */
	readonly triggerSink: WebhookSink;
}

/** Long and odd enough to be found nowhere by chance. */
export const API_KEY = 'apikley-chaos-7d1e93b2/c4+5f60=a8';

/** Starts all servers and activates all workflows. */
export async function openStage(options: StageOptions, shutdown: Shutdown): Promise<Stage> {
	const { creating, random, log } = options;
	const simulator = await startSimulator({ apiKey: API_KEY });
	shutdown.register(async () => await simulator.close());
	const [sink, triggerSink] = [await WebhookSink.open(), await WebhookSink.open()];
	for (const each of [sink, triggerSink]) shutdown.register(async () => await each.close());
	const system = await startSystem(options);
	const killer = new ProcessKiller(system, random, log);
	shutdown.register(async () => await killer.current.close());
	const client = () => killer.current.client;

	const data = { apiKey: API_KEY, baseUrl: simulator.baseUrl };
	const credential = await client().createCredential('apikleyApi', data);
	const webhookId = randomUUID();
	const triggered = await client().createWorkflow(
		triggeredWorkflow(webhookId, credential, triggerSink.url),
	);
	await client().activateWorkflow(triggered);
	const triggerUrl = `${system.n8n.url}/webhook/${webhookId}/apikley-veo`;
	const surroundings = { simulator, random, credential, sinkUrl: sink.url };
	const loads = {
		park: await Load.activate(client, waitingLoad('park', surroundings)),
		keepRunning: await Load.activate(client, waitingLoad('keepRunning', surroundings)),
		create: await Load.activate(client, creatingLoad(surroundings, triggerUrl, creating)),
	};
	return { simulator, killer, loads, sink, triggeredId: triggered.id, triggerSink };
}

const SLOTS = 5;

/** Outside of the range from which the system takes ports for connections, so it is free again after a restart. */
const PREFERRED_PORT = 15_778;

async function startSystem({ programs, defaultSettings, log }: StageOptions): Promise<System> {
	if (programs === null) {
		log('starting n8n');
		const env = { ...ENVIRONMENT, N8N_CONCURRENCY_PRODUCTION_LIMIT: String(SLOTS) };
		return await startSandbox({ env, port: await freePort(PREFERRED_PORT) });
	}
	log('starting PostgreSQL, Redis, n8n and two workers');
	const env = { ...ENVIRONMENT, ...(defaultSettings ? {} : RECOMMENDED_SETTINGS) };
	return await startCluster({ programs, workers: 2, concurrency: SLOTS, env });
}

const ENVIRONMENT = {
	...QUICK_RECOVERY,
	// All logs, including those of processes that were killed
	N8N_LOG_LEVEL: 'debug',
	N8N_LOG_OUTPUT: 'console,file',
};
