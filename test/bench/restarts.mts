import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { startSandbox, type Sandbox } from '../real-n8n/sandbox.mjs';
import { apikleyVeo, webhookTrigger, WorkflowBuilder } from '../real-n8n/workflows.mjs';
import type { LoggedRequest } from '../simulator/request-log.mjs';
import type { Benchmark } from './benchmark.mjs';

const EXECUTIONS = 100;
const KILLS = 3;
/** Shortest and longest time between two kills. */
const BETWEEN_KILLS_S = [15, 45] as const;
const TASK_SECONDS = 150;
const PATIENCE_MS = 600_000;

/** `kill -9` while executions are parked. In an n8n of its own, as the others would not like it. */
export const restarts: Benchmark = {
	name: 'restarts',
	title: `${EXECUTIONS} parked executions, n8n killed (kill -9) ${KILLS} times at random and started again`,
	async run({ simulator }) {
		await simulator.reset();
		await simulator.setOptions({ logRequests: 'withoutHeaders' });
		let sandbox = await startSandbox();
		try {
			const { apiKey, baseUrl } = simulator;
			const credential = await sandbox.client.createCredential('apikleyApi', { apiKey, baseUrl });
			const path = randomUUID();
			const workflow = await sandbox.client.createWorkflow(parking(path, credential));
			await sandbox.client.activateWorkflow(workflow);
			const taskIds = Array.from({ length: EXECUTIONS }, (_, n) => `restart-${n}`);
			await simulator.addTasks(
				taskIds.map((taskId) => ({ taskId, durationSeconds: TASK_SECONDS })),
			);
			for (const taskId of taskIds) await sandbox.client.callWebhook(path, { taskId });
			await until(async () => (await count(sandbox, workflow.id, 'waiting')) === EXECUTIONS);
			for (let kill = 1; kill <= KILLS; kill++) {
				const [shortest, longest] = BETWEEN_KILLS_S;
				await sleep((shortest + Math.random() * (longest - shortest)) * 1_000);
				sandbox = await sandbox.restart('kill');
			}
			await until(async () => (await count(sandbox, workflow.id, 'waiting', 'running')) === 0);
			const right = await count(sandbox, workflow.id, 'success');
			const overlapping = overlaps(await simulator.requests());
			return [
				{
					measure: 'Ended right',
					ours: `${right} of ${EXECUTIONS}`,
					result: `${overlapping} tasks looked up twice at the same time`,
					target: `${EXECUTIONS} of ${EXECUTIONS}, 0 twice`,
					met: right === EXECUTIONS && overlapping === 0,
				},
			];
		} finally {
			await sandbox.close();
		}
	},
};

function parking(path: string, credential: { id: string; name: string }) {
	return new WorkflowBuilder('Restarts')
		.then(webhookTrigger(path))
		.then(
			apikleyVeo(
				{
					operation: 'waitUntilComplete',
					taskId: '={{ $json.body.taskId }}',
					whileWaiting: 'park',
					polling: { parkAfter: 0, timeout: 3_600 },
				},
				credential,
			),
		)
		.build();
}

async function count(
	{ client }: Sandbox,
	workflowId: string,
	...status: Array<'waiting' | 'running' | 'success'>
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
