import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { inParallel } from '../test/in-parallel.mjs';
import { startCluster } from '../test/n8n-harness/queue/cluster.mjs';
import { findQueuePrograms } from '../test/n8n-harness/queue/programs.mjs';
import { startSandbox, type Sandbox } from '../test/n8n-harness/sandbox.mjs';
import { freePort } from '../test/n8n-harness/system/ports.mjs';
import { shownOnTerminal } from '../test/n8n-harness/system/progress.mjs';
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
import { atMost, type Benchmark, type Row } from './benchmark.mjs';
import { startProbes } from './probes.mjs';
import { repeat } from './repeat.mjs';
import { MAX_EXECUTIONS, type TestBed } from './test-bed.mjs';
import {
	count,
	createVictim,
	retryCrashed,
	waitUntil,
	waitUntilIdle,
	type Victim,
} from './victim.mjs';
import { oneVideo } from './workflows.mjs';

const EXECUTIONS = Number(process.env.BENCH_WAKE_EXECUTIONS ?? 500);
const [MIN_DURATION_S, MAX_DURATION_S] = [90, 210];
const KILL_PAUSE_S = 20;
const UNCERTAIN = 50;
const WAKINGS = 50;
const [FORGED_CALLS, FORGED_EXECUTIONS, FORGED_SECONDS] = [10_000, 100, 60];
const CALLERS = 20;
const TIMEOUT_S = 3_600;

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
			const cluster = await startCluster({ programs, workers: 2, concurrency: 5, port });
			const queue = createVictim(cluster, cluster.workers);
			rows.push(await survive('Queue mode, main and both workers killed', queue, simulator));
		}
		rows.push(await findAll(bed), await wakeOften(bed), ...(await flood(bed)));
		return rows;
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
		await waitUntilIdle(sandbox, workflowId);
		const retried = await retryCrashed(sandbox(), workflowId);
		await waitUntilIdle(sandbox, workflowId);
		const created = await simulator.ledger({ kind: 'generate', accepted: true });
		const posts = created.map(({ taskId }) => sink.forTasks([String(taskId)]).length);
		const right = posts.filter((each) => each === 1).length;
		return {
			measure: `${EXECUTIONS} executions, 20 % of the callbacks lost, 20 % doubled, 10 % forged: ${measure}`,
			ours: `${right} of ${EXECUTIONS}, ${retried} with Retry`,
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

/** Starts all executions, and returns the ID of their workflow when all of them are parked, or have ended. */
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
	await inParallel(calls, CALLERS, async (body) => await client.callWebhook(path, body));
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
		await waitUntilIdle(() => bed, workflowId);
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

/** The size of a saved execution that is woken again and again by callbacks that come too early. */
async function wakeOften(bed: TestBed): Promise<Row> {
	return await shownOnTerminal(`${WAKINGS} callbacks for one execution`, async () => {
		const { client, simulator } = bed;
		await bed.simulate([], { callbacks: lostCallback() });
		await simulator.planTasks('*', [{ ending: { kind: 'never' } }]);
		const { workflowId, sink } = await startVideos(bed, 1);
		const [execution] = await client.listExecutions({ workflowId });
		const [creation] = await simulator.ledger({ kind: 'generate' });
		const [id, taskId] = [String(execution?.id), String(creation?.taskId)];
		const sizes: number[] = [];
		while (sizes.length < WAKINGS) {
			const status = await simulator.postCallback(taskId);
			if (status !== 200) throw new Error(`A callback got status ${status}`);
			const { requests } = await simulator.summary();
			await simulator.waitFor({ requests: requests + 1, timeoutMs: 60_000 });
			await waitUntil(async () => (await count(bed, workflowId, 'waiting')) === 1);
			sizes.push((await client.getExecution(id)).stored.length / 1024);
		}
		await client.stopExecution(id);
		await sink.close();
		const [first = NaN, last = NaN] = [sizes[0], sizes.at(-1)];
		const growth = last - first;
		return {
			measure: `Saved size of an execution after 1 and ${WAKINGS} callbacks that came too early`,
			ours: `${first.toFixed(1)} KiB, ${last.toFixed(1)} KiB`,
			result: `grows by ${growth.toFixed(1)} KiB`,
			target: { text: 'no growth', isMet: growth < 0.1 },
		};
	});
}

/** Forged callbacks for parked executions: for other tasks, with a wrong signature, and of other executions. */
async function flood(bed: TestBed): Promise<Row[]> {
	const { client, simulator } = bed;
	await bed.simulate([], { callbacks: lostCallback() });
	await simulator.planTasks('*', [{ ending: { kind: 'never' } }]);
	const { workflowId, sink } = await startVideos(bed, FORGED_EXECUTIONS);
	const addresses = (await simulator.ledger({ kind: 'generate' })).map(
		({ content }) => new URL(String((content as IDataObject).callBackUrl)),
	);
	const stopProbes = await startProbes(client);
	const calls: Array<Promise<number>> = [];
	const startedAt = performance.now();
	const stop = repeat((FORGED_SECONDS * 1_000 * 10) / FORGED_CALLS, () => {
		for (let burst = 0; burst < 10 && calls.length < FORGED_CALLS; burst++) {
			calls.push(forge(addresses, calls.length));
		}
	});
	await waitUntil(async () => await Promise.resolve(calls.length === FORGED_CALLS));
	const statuses = await Promise.all(calls);
	const seconds = (performance.now() - startedAt) / 1000;
	await stop();
	const { responded } = await stopProbes();
	const parked = await count(bed, workflowId, 'waiting');
	const { requests } = await simulator.summary();
	const lookups = requests - FORGED_EXECUTIONS;
	const perStatus = [200, 401, 404].map(
		(status) => `${statuses.filter((each) => each === status).length} × ${status}`,
	);
	for (const { id } of await client.listExecutions({ workflowId })) await client.stopExecution(id);
	await sink.close();
	const measure = `${FORGED_CALLS} forged callbacks in ${FORGED_SECONDS} s for ${FORGED_EXECUTIONS} parked executions`;
	return [
		{
			measure,
			ours: `${perStatus.join(', ')} in ${seconds.toFixed(0)} s`,
			result: `${lookups} checks, ${sink.received.length} items, ${parked} still parked`,
			target: {
				text: '0 checks, 0 items',
				isMet: lookups === 0 && sink.received.length === 0 && parked === FORGED_EXECUTIONS,
			},
		},
		{
			measure: '  response time of another webhook, called each second',
			ours: `at most ${responded.max.toFixed(2)} s`,
			result: `${responded.max.toFixed(2)} s`,
			target: atMost(responded.max, 2, ' s'),
		},
	];
}

/** Resolves with the status of the response; 0 without one. */
async function forge(addresses: readonly URL[], number: number): Promise<number> {
	const url = new URL(addresses[number % addresses.length] ?? '');
	if (number % 3 === 0) url.searchParams.set('signature', '0'.repeat(64));
	const body = JSON.stringify({ code: 200, data: { taskId: `forged-${number}` } });
	const headers = { 'content-type': 'application/json' };
	try {
		return (await fetch(url, { method: 'POST', headers, body })).status;
	} catch {
		return 0;
	}
}

/** Starts executions that each create a video, and resolves when all are parked. */
async function startVideos(bed: TestBed, executions: number, options: INodeParameters = {}) {
	const { client } = bed;
	const sink = await WebhookSink.open();
	const path = randomUUID();
	const build = oneVideo(sink.url, { timeout: TIMEOUT_S }, { options });
	const workflow = await client.createWorkflow(build(path, bed));
	await client.activateWorkflow(workflow);
	const calls = Array.from({ length: executions }, () => ({ prompt: 'A dog' }));
	await inParallel(calls, CALLERS, async (body) => await client.callWebhook(path, body));
	await waitUntil(async () => (await count(bed, workflow.id, 'waiting', 'success')) === executions);
	return { workflowId: workflow.id, sink };
}
