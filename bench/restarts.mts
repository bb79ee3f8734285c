import type { ExecutionStatus } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { startCluster, type Worker } from '../test/n8n-harness/queue/cluster.mjs';
import { findQueuePrograms } from '../test/n8n-harness/queue/programs.mjs';
import { startSandbox, type Sandbox } from '../test/n8n-harness/sandbox.mjs';
import type { SimulatorProcess } from '../test/simulator/client.mjs';
import type { LoggedRequest } from '../test/simulator/request-log.mjs';
import type { Benchmark, Row } from './benchmark.mjs';
import { oneTask } from './one-task.mjs';

const EXECUTIONS = 100;
/** Shortest and longest time between two kills. */
const BETWEEN_KILLS_S = [15, 45] as const;
const TASK_SECONDS = 150;
const PATIENCE_MS = 600_000;

/** An n8n of its own, as the other benchmarks would not like it. */
interface Victim {
	/** As it is at present. */
	sandbox(): Sandbox;
	/** Each kills a process (`kill -9`) and starts it again. */
	readonly kills: ReadonlyArray<() => Promise<void>>;
}

export const restarts: Benchmark = {
	name: 'restarts',
	title: `${EXECUTIONS} parked executions, killed (kill -9) at random and started again`,
	async run({ simulator }) {
		const programs = findQueuePrograms();
		const alone = await survive('n8n with SQLite, killed 3 times', await startAlone(), simulator);
		if ('missing' in programs) {
			const result = `not found: ${programs.missing.join(', ')}`;
			const row = { measure: 'Queue mode', ours: 'left out', result, target: null, met: true };
			return [alone, row];
		}
		const cluster = await startCluster({ programs, workers: 2, concurrency: 5 });
		const measure = 'Queue mode, main and both workers killed in turn';
		return [alone, await survive(measure, inTurn(cluster, cluster.workers), simulator)];
	},
};

async function startAlone(): Promise<Victim> {
	const victim = inTurn(await startSandbox(), []);
	const [kill] = victim.kills;
	return { ...victim, kills: kill ? [kill, kill, kill] : [] };
}

function inTurn(start: Sandbox, workers: readonly Worker[]): Victim {
	let sandbox: Sandbox = start;
	const killMain = async () => {
		sandbox = await sandbox.restart('kill');
	};
	const killWorkers = workers.map((worker) => async () => await worker.restart());
	return { sandbox: () => sandbox, kills: [killMain, ...killWorkers] };
}

async function survive(
	measure: string,
	{ sandbox, kills }: Victim,
	simulator: SimulatorProcess,
): Promise<Row> {
	try {
		const workflowId = await park(sandbox(), simulator);
		for (const kill of kills) {
			const [shortest, longest] = BETWEEN_KILLS_S;
			await sleep((shortest + Math.random() * (longest - shortest)) * 1_000);
			await kill();
		}
		await untilEnded(sandbox, workflowId);
		const right = await count(sandbox(), workflowId, 'success');
		const retried = await retryCrashed(sandbox(), workflowId);
		await untilEnded(sandbox, workflowId);
		const overlapping = overlaps(await simulator.requests());
		const home = (await count(sandbox(), workflowId, 'success')) - right;
		return {
			measure,
			ours: `${right} of ${EXECUTIONS}${retried > 0 ? `; ${home} of ${retried} killed at work by Retry` : ''}`,
			result: `${overlapping} tasks looked up twice at the same time`,
			target: `${EXECUTIONS} of ${EXECUTIONS}, 0 twice`,
			met: right === EXECUTIONS && overlapping === 0,
		};
	} finally {
		await sandbox().close();
	}
}

/** Returns the ID of the workflow whose executions are all parked. */
async function park(sandbox: Sandbox, simulator: SimulatorProcess): Promise<string> {
	await simulator.reset();
	await simulator.setOptions({ logRequests: 'withoutHeaders' });
	const { apiKey, baseUrl } = simulator;
	const credential = await sandbox.client.createCredential('apikleyApi', { apiKey, baseUrl });
	const path = randomUUID();
	const workflow = await sandbox.client.createWorkflow(oneTask('park', path, credential));
	await sandbox.client.activateWorkflow(workflow);
	const taskIds = Array.from({ length: EXECUTIONS }, (_, n) => `restart-${path}-${n}`);
	await simulator.addTasks(taskIds.map((taskId) => ({ taskId, durationSeconds: TASK_SECONDS })));
	for (const taskId of taskIds) await sandbox.client.callWebhook(path, { taskId });
	await until(async () => (await count(sandbox, workflow.id, 'waiting')) === EXECUTIONS);
	return workflow.id;
}

async function untilEnded(sandbox: () => Sandbox, workflowId: string): Promise<void> {
	await until(async () => (await count(sandbox(), workflowId, 'new', 'waiting', 'running')) === 0);
}

/** What a kill caught in the middle of a lookup, n8n marks as crashed; its Retry goes on from where it was parked. */
async function retryCrashed({ client }: Sandbox, workflowId: string): Promise<number> {
	const crashed = await client.listExecutions({ workflowId, status: ['crashed'] });
	for (const { id } of crashed) await client.retryExecution(id);
	return crashed.length;
}

async function count(
	{ client }: Sandbox,
	workflowId: string,
	...status: ExecutionStatus[]
): Promise<number> {
	return await client.countExecutions({ workflowId, status });
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
	const deadline = Date.now() + PATIENCE_MS;
	while (!(await isSo())) {
		if (Date.now() > deadline) throw new Error(`Not so within ${PATIENCE_MS / 1000} s`);
		await sleep(500);
	}
}

/** Tasks with two lookups under way at the same time. */
function overlaps(requests: readonly LoggedRequest[]): number {
	const endOf = new Map<string, number>();
	const twice = new Set<string>();
	for (const { taskId, startedAt, endedAt } of requests) {
		if (taskId === null) continue;
		if (startedAt < (endOf.get(taskId) ?? 0)) twice.add(taskId);
		endOf.set(taskId, endedAt ?? Infinity);
	}
	return twice.size;
}
