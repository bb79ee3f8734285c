import type { ExecutionStatus } from 'n8n-workflow';
import { setTimeout as sleep } from 'node:timers/promises';

import { N8nRequestFailed, type ExecutionSummary, type N8nClient } from '../n8n-harness/client.mjs';
import type { Failure } from './tally.mjs';

const POLL_MS = 2_000;
const PENDING: ExecutionStatus[] = ['new', 'running', 'waiting'];
/** Only every few minutes does n8n look for executions that have lost their job in the queue. */
const TIMEOUT_MS = 900_000;
/** Far longer than anything runs after the end of the last task. */
const LOST_AFTER_MS = 180_000;
/** Longer than any execution is parked. */
const STUCK_AFTER_MS = 300_000;
const MAX_RETRIES = 2;

/** How the executions of a workflow came to rest. */
export interface Settled {
	/** When those that failed were retried, in epoch milliseconds, by their IDs. */
	readonly retriedAt: ReadonlyMap<string, number>;
	/** The IDs of those that are still parked, although they should have been resumed long ago. */
	readonly stuck: readonly string[];
}

/**
 * Waits until no execution of a workflow is pending. Those that failed are retried with n8n's Retry, as a user would do,
 * and retried again if that fails.
 */
export async function retryUntilIdle(client: N8nClient, workflowId: string): Promise<Settled> {
	const retriedAt = new Map<string, number>();
	for (let round = 0; ; round++) {
		const stuck = await waitUntilIdle(client, workflowId);
		const failed = (await listFailed(client, workflowId)).filter(({ id }) => !retriedAt.has(id));
		if (stuck.length > 0 || failed.length === 0 || round === MAX_RETRIES) {
			return { retriedAt, stuck };
		}
		for (const { id } of failed) {
			const now = Date.now();
			await client.startRetry(id).then(
				() => retriedAt.set(id, now),
				(error: unknown) => {
					// n8n marks some as crashed while a worker still runs them, and this one has finished by now
					if (!(error instanceof N8nRequestFailed && error.status === 409)) throw error;
				},
			);
		}
	}
}

/**
 * Waits until no execution of a workflow is pending. One whose worker was killed may stay queued for ever without n8n
 * noticing, so it is stopped, as a user would do. One that stays parked is not stopped, as resuming it depends on the node.
 * Returns the IDs of those.
 */
export async function waitUntilIdle(client: N8nClient, workflowId: string): Promise<string[]> {
	const startedAt = Date.now();
	let queuedSince = new Map<string, number>();
	for (;;) {
		const pending = await client.listExecutions({ workflowId, status: PENDING });
		const now = Date.now();
		const isParked = ({ status }: ExecutionSummary) => status === 'waiting';
		const parked = pending.filter(isParked).map(({ id }) => id);
		const queued = pending.filter((each) => !isParked(each)).map(({ id }) => id);
		const isOver = parked.length === 0 || now - startedAt > STUCK_AFTER_MS;
		if (queued.length === 0 && isOver) return parked;
		if (now - startedAt > TIMEOUT_MS) throw new Error(`still pending after ${TIMEOUT_MS / 1000} s`);
		queuedSince = new Map(queued.map((id) => [id, queuedSince.get(id) ?? now]));
		for (const [id, since] of queuedSince) {
			if (now - since > LOST_AFTER_MS) await client.stopExecution(id);
		}
		await sleep(POLL_MS);
	}
}

/** Returns the executions of a workflow that failed, with all that n8n has of them. Their custom data is that of n8n's API. */
export async function failuresOf(
	client: N8nClient,
	workflowId: string,
	retriedAt: Settled['retriedAt'],
): Promise<Failure[]> {
	const failed = await listFailed(client, workflowId);
	const apiKey = await client.createApiKey();
	return await Promise.all(
		failed.map(async ({ id }) => ({
			...(await client.getExecution(id)),
			customData: await client.customDataOf(id, apiKey),
			retriedAt: retriedAt.get(id) ?? null,
		})),
	);
}

async function listFailed(client: N8nClient, workflowId: string): Promise<ExecutionSummary[]> {
	return await client.listAllExecutions({ workflowId, status: ['crashed', 'error', 'canceled'] });
}
