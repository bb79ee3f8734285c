import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { retryUntilIdle, waitUntilIdle } from '../test/chaos/idle.mjs';
import { inParallel } from '../test/in-parallel.mjs';
import { findQueuePrograms } from '../test/n8n-harness/queue/programs.mjs';
import { startSandbox, type Sandbox } from '../test/n8n-harness/sandbox.mjs';
import { freePort } from '../test/n8n-harness/system/ports.mjs';
import { WebhookSink } from '../test/n8n-harness/webhook-sink.mjs';
import { apikleyVeo } from '../test/n8n-harness/workflows.mjs';
import {
	callbackOfAnotherTask,
	callbackToAnotherTask,
	doubledCallback,
	lostCallback,
} from '../test/simulator/callback-script.mjs';
import type { SimulatorProcess } from '../test/simulator/client.mjs';
import { createdWithoutResponse } from '../test/simulator/creation-plan.mjs';
import type { Benchmark, Row } from './benchmark.mjs';
import { count, waitUntil } from './executions.mjs';
import { MAX_EXECUTIONS, type TestBed } from './test-bed.mjs';
import { createVictim, QUEUE_MODE, startQueueVictim, type Victim } from './victim.mjs';
import { startVideos, TIMEOUT_S } from './videos.mjs';
import { callWebhook } from './webhook.mjs';
import { oneVideo } from './workflows.mjs';

const EXECUTIONS = Number(process.env.BENCH_WAKE_EXECUTIONS ?? 500);
const [MIN_DURATION_S, MAX_DURATION_S] = [90, 210];
const KILL_PAUSE_S = 20;
const UNCERTAIN = 50;
const CALLERS = 20;

const SHARES = {
	seed: 1,
	shares: [
		{ share: 0.2, plan: lostCallback() },
		{ share: 0.2, plan: doubledCallback() },
		// Forged, and then the real one
		{ share: 0.1, plan: [...callbackOfAnotherTask(), ...callbackToAnotherTask(), {}] },
	],
};

export const wakeFaults: Benchmark = {
	name: 'wake-faults',
	title:
		'Callbacks that are lost, doubled or forged, creations without a response, and kills (kill -9)',
	async run(bed) {
		const { simulator } = bed;
		const port = await freePort();
		const env = { N8N_CONCURRENCY_PRODUCTION_LIMIT: String(MAX_EXECUTIONS) };
		const sqlite = createVictim(await startSandbox({ port, env }));
		const kills = [...sqlite.kills, ...sqlite.kills, ...sqlite.kills];
		const rows = [await survive('SQLite, killed 3 times', { ...sqlite, kills }, simulator)];
		const programs = findQueuePrograms();
		if ('missing' in programs) {
			const result = `not found: ${programs.missing.join(', ')}`;
			rows.push({ measure: 'Queue mode', ours: 'skipped', result });
		} else {
			const queue = await startQueueVictim({ programs, port });
			const measure = `${QUEUE_MODE}, main and both workers killed`;
			rows.push(await survive(measure, queue, simulator));
		}
		return [...rows, await findAll(bed)];
	},
};

/** Executions whose callbacks are partly lost, doubled or forged, while n8n is killed. */
async function survive(measure: string, victim: Victim, simulator: SimulatorProcess): Promise<Row> {
	const { sandbox, kills } = victim;
	const sink = await WebhookSink.open();
	try {
		await simulator.reset();
		await simulator.setOptions({ callbackShares: SHARES, callbackRetrySeconds: [5, 25, 75] });
		const workflowId = await startAll(sandbox(), simulator, sink);
		for (const kill of kills) {
			await sleep(KILL_PAUSE_S * 1_000);
			await kill();
		}
		const { retriedAt } = await retryUntilIdle(sandbox().client, workflowId);
		const created = await simulator.ledger({ kind: 'generate', accepted: true });
		const posts = created.map(({ taskId }) => sink.forTasks([String(taskId)]).length);
		const right = posts.filter((each) => each === 1).length;
		return {
			measure: `${EXECUTIONS} executions, 20 % of the callbacks lost, 20 % doubled, 10 % forged: ${measure}`,
			ours: `${right} of ${EXECUTIONS}, ${retriedAt.size} with Retry`,
			result: `${created.length} creations`,
			target: {
				text: `${EXECUTIONS} of ${EXECUTIONS}, once each`,
				isMet: right === EXECUTIONS && created.length === EXECUTIONS,
			},
		};
	} finally {
		await sandbox().close();
		await sink.close();
	}
}

/** Starts all executions, and returns the ID of their workflow when each is parked or over. */
async function startAll(
	sandbox: Sandbox,
	simulator: SimulatorProcess,
	sink: WebhookSink,
): Promise<string> {
	const { client } = sandbox;
	const { apiKey, baseUrl } = simulator;
	const credential = await client.createCredential('apikleyApi', { apiKey, baseUrl });
	const range = MAX_DURATION_S - MIN_DURATION_S;
	await simulator.planTasks(
		'*',
		Array.from({ length: EXECUTIONS }, (_, n) => ({
			durationSeconds: MIN_DURATION_S + (range * ((n * 7_919) % EXECUTIONS)) / EXECUTIONS,
		})),
	);
	const path = randomUUID();
	const build = oneVideo(sink.url, { timeout: TIMEOUT_S });
	const workflow = await client.createWorkflow(
		build(path, { veoNode: (parameters) => apikleyVeo(parameters, credential) }),
	);
	await client.activateWorkflow(workflow);
	const calls = Array.from({ length: EXECUTIONS }, () => ({ prompt: 'A dog' }));
	await inParallel(calls, CALLERS, async (body) => await callWebhook(client, path, body));
	await waitUntil(
		async () => (await count(sandbox, workflow.id, 'waiting', 'success')) === EXECUTIONS,
	);
	return workflow.id;
}

/** Creations that are accepted and never get a response: their callbacks name the tasks. */
async function findAll(bed: TestBed): Promise<Row> {
	const { simulator } = bed;
	await bed.simulate([]);
	await simulator.planTasks('*', [{ durationSeconds: 90 }]);
	const plans = Array.from({ length: UNCERTAIN }, createdWithoutResponse);
	await simulator.planCreations('*', plans);
	const { workflowId, sink } = await startVideos(bed, UNCERTAIN, { requestTimeout: 10 });
	try {
		await waitUntilIdle(bed.client, workflowId);
		const created = await simulator.ledger({ kind: 'generate', accepted: true });
		const videos = sink.received.filter(({ status }) => status === 'succeeded').length;
		const failed = UNCERTAIN - (await count(bed, workflowId, 'success'));
		return {
			measure: `${UNCERTAIN} creations that were accepted, but got no response, callbacks on time`,
			ours: `${videos} videos, ${created.length} creations`,
			result: `${failed} errors`,
			target: {
				text: `${UNCERTAIN} videos, ${UNCERTAIN} creations, 0 errors`,
				isMet: videos === UNCERTAIN && created.length === UNCERTAIN && failed === 0,
			},
		};
	} finally {
		await sink.close();
	}
}
