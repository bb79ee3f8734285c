import type { INodeParameters } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { retryUntilIdle } from '../test/chaos/idle.mjs';
import { findQueuePrograms } from '../test/n8n-harness/queue/programs.mjs';
import { startSandbox, type Sandbox } from '../test/n8n-harness/sandbox.mjs';
import { apikleyVeo } from '../test/n8n-harness/workflows.mjs';
import type { SimulatorProcess } from '../test/simulator/client.mjs';
import type { LoggedRequest } from '../test/simulator/request-log.mjs';
import type { Benchmark, Row } from './benchmark.mjs';
import { count, waitUntil } from './executions.mjs';
import { createTasks } from './test-bed.mjs';
import { createVictim, QUEUE_MODE, startQueueVictim, type Victim } from './victim.mjs';
import { callWebhook } from './webhook.mjs';
import { oneTask } from './workflows.mjs';

const EXECUTIONS = 100;
const [MIN_PAUSE_S, MAX_PAUSE_S] = [15, 45];
const TASK_SECONDS = 150;

export const restarts: Benchmark = {
	name: 'restarts',
	title: `${EXECUTIONS} parked executions, while n8n is killed (kill -9) at random and started again`,
	async run({ simulator }) {
		const sqlite = createVictim(await startSandbox());
		const kills = [...sqlite.kills, ...sqlite.kills, ...sqlite.kills];
		const measure = 'n8n with SQLite, killed 3 times';
		const row = await survive(measure, { ...sqlite, kills }, simulator);
		const programs = findQueuePrograms();
		if ('missing' in programs) {
			const result = `not found: ${programs.missing.join(', ')}`;
			return [row, { measure: 'Queue mode', ours: 'skipped', result }];
		}
		const queue = await startQueueVictim({ programs });
		return [row, await survive(`${QUEUE_MODE}, main and both workers killed`, queue, simulator)];
	},
};

async function survive(measure: string, victim: Victim, simulator: SimulatorProcess): Promise<Row> {
	const { sandbox, kills } = victim;
	try {
		const workflowId = await parkAll(sandbox(), simulator);
		for (const kill of kills) {
			await sleep((MIN_PAUSE_S + Math.random() * (MAX_PAUSE_S - MIN_PAUSE_S)) * 1_000);
			await kill();
		}
		const { retriedAt } = await retryUntilIdle(sandbox().client, workflowId);
		const succeeded = await count(sandbox(), workflowId, 'success');
		const overlaps = countOverlaps(await simulator.requests());
		return {
			measure,
			ours: `${succeeded} of ${EXECUTIONS}, ${retriedAt.size} with Retry`,
			result: `${overlaps} tasks checked twice at the same time`,
			target: {
				text: `${EXECUTIONS} of ${EXECUTIONS}, 0 twice`,
				isMet: succeeded === EXECUTIONS && overlaps === 0,
			},
		};
	} finally {
		await sandbox().close();
	}
}

/** Parks all executions and returns the ID of their workflow. */
async function parkAll(sandbox: Sandbox, simulator: SimulatorProcess): Promise<string> {
	const { client } = sandbox;
	await simulator.reset();
	const { apiKey, baseUrl } = simulator;
	const credential = await client.createCredential('apikleyApi', { apiKey, baseUrl });
	const path = randomUUID();
	const veoNode = (parameters: INodeParameters) => apikleyVeo(parameters, credential);
	const workflow = await client.createWorkflow(oneTask('park')(path, { veoNode }));
	await client.activateWorkflow(workflow);
	const script = { durationSeconds: TASK_SECONDS };
	const tasks = createTasks(`restart-${path}`, EXECUTIONS, () => script);
	await simulator.addTasks(tasks);
	for (const { taskId } of tasks) await callWebhook(client, path, { taskId });
	await waitUntil(async () => (await count(sandbox, workflow.id, 'waiting')) === EXECUTIONS);
	return workflow.id;
}

/** The number of tasks with two lookups in flight at the same time. */
function countOverlaps(requests: readonly LoggedRequest[]): number {
	const endOf = new Map<string, number>();
	const overlapping = new Set<string>();
	for (const { taskId, startedAt, endedAt } of requests) {
		if (taskId === null) continue;
		if (startedAt < (endOf.get(taskId) ?? 0)) overlapping.add(taskId);
		endOf.set(taskId, endedAt ?? Infinity);
	}
	return overlapping.size;
}
