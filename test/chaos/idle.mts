import { setTimeout as sleep } from 'node:timers/promises';

import { N8nRequestFailed, type ExecutionSummary, type N8nClient } from '../n8n-harness/client.mjs';
import type { Execution } from '../n8n-harness/execution.mjs';

const POLL_MS = 2_000;
/** Only every few minutes does n8n look for executions that have lost their job in the queue. */
const TIMEOUT_MS = 900_000;
/** Far longer than anything runs after the end of the last task, and longer than any execution is parked. */
const STUCK_AFTER_MS = { new: 180_000, running: 180_000, waiting: 300_000 };
const PENDING = ['new', 'running', 'waiting'] as const;
const MAX_RETRIES = 2;

/**
 * Waits until no execution of a workflow is pending. Those that failed are retried with n8n's Retry, as a user would do, and
 * retried again if that fails. An execution whose worker was killed may stay queued for ever without n8n noticing, so it is stopped first, as a user
 * would also do. Returns the IDs of those that were retried.
 */
export async function retryUntilIdle(client: N8nClient, workflowId: string): Promise<Set<string>> {
	const retried = new Set<string>();
	for (let round = 0; round < MAX_RETRIES; round++) {
		await waitUntilIdle(client, workflowId);
		const failed = (await listFailed(client, workflowId)).filter(({ id }) => !retried.has(id));
		if (failed.length === 0) break;
		for (const { id } of failed) {
			await client.startRetry(id).then(
				() => retried.add(id),
				(error: unknown) => {
					// n8n marks some as crashed while a worker still runs them, and this one has finished by now
					if (!(error instanceof N8nRequestFailed && error.status === 409)) throw error;
				},
			);
		}
	}
	await waitUntilIdle(client, workflowId);
	return retried;
}

/** Waits until no execution of a workflow is pending. Those that are stuck are stopped. */
export async function waitUntilIdle(client: N8nClient, workflowId: string): Promise<void> {
	const startedAt = Date.now();
	for (;;) {
		const pending = await client.listExecutions({ workflowId, status: [...PENDING] });
		if (pending.length === 0) return;
		const elapsedMs = Date.now() - startedAt;
		if (elapsedMs > TIMEOUT_MS) throw new Error(`still pending after ${TIMEOUT_MS / 1000} s`);
		for (const { id, status } of pending) {
			const pendingStatus = PENDING.find((each) => each === status);
			if (pendingStatus && elapsedMs > STUCK_AFTER_MS[pendingStatus])
				await client.stopExecution(id);
		}
		await sleep(POLL_MS);
	}
}

/** Returns the executions of a workflow that failed, with all that n8n has of them. Their custom data is that of n8n's API. */
export async function failuresOf(client: N8nClient, workflowId: string): Promise<Execution[]> {
	const failed = await listFailed(client, workflowId);
	const apiKey = await client.createApiKey();
	return await Promise.all(
		failed.map(async ({ id }) => ({
			...(await client.getExecution(id)),
			customData: await client.customDataOf(id, apiKey),
		})),
	);
}

async function listFailed(client: N8nClient, workflowId: string): Promise<ExecutionSummary[]> {
	return await client.listAllExecutions({ workflowId, status: ['crashed', 'error', 'canceled'] });
}
