import type { IDataObject } from 'n8n-workflow';
import { setTimeout as sleep } from 'node:timers/promises';

import { N8nRequestFailed, type N8nClient } from '../n8n-harness/client.mjs';
import type { Load } from './load.mjs';

/** What happened to the tasks of one way of waiting. */
export interface Tally {
	/** Executions that n8n accepted. */
	readonly started: number;
	/** Tasks whose item was output. */
	readonly right: number;
	/** How many executions n8n had marked as crashed, so that they needed its Retry. */
	readonly retried: number;
	/** Tasks of failed executions that still contain the task ID. */
	readonly failed: number;
	/**
	 * Tasks of failed executions whose data n8n itself has removed. In queue mode, its main process overwrites an execution
	 * whose worker was killed with just an error (`processError` of its workflow runner).
	 */
	readonly overwritten: number;
	/** Task IDs without a trace. */
	readonly lost: readonly string[];
	/** Task IDs with more items than runs. */
	readonly doubled: readonly string[];
	/** Items with a status that the API did not report. */
	readonly wrong: readonly IDataObject[];
}

const POLL_MS = 2_000;
/** Only every few minutes does n8n look for executions that have lost their job in the queue. */
const PATIENCE_MS = 900_000;
/** Long after the end of the last task. */
const STUCK_AFTER_MS = 300_000;
const MAX_RETRIES = 5;
/** The message with which n8n overwrites the data. */
const OVERWRITTEN = 'This execution failed to be processed too many times';

/**
 * Waits until no execution is pending, and returns the IDs of those that were retried. Parked executions that crashed are
 * retried with n8n's Retry, as a user would do; those that waited in memory are left as they are. An execution whose worker
 * was killed may stay queued for ever without n8n noticing, so it is stopped first, as a user would also do.
 */
export async function waitUntilIdle(client: N8nClient, load: Load): Promise<ReadonlySet<string>> {
	const retried = new Set<string>();
	for (let round = 0; round < MAX_RETRIES; round++) {
		await waitUntilNonePending(client, load.workflowId);
		if (load.way === 'keepRunning') return retried;
		const crashed = (await failedIn(client, load)).filter(({ id }) => !retried.has(id));
		if (crashed.length === 0) return retried;
		for (const { id } of crashed) {
			await client.retryExecution(id).then(
				() => retried.add(id),
				(error: unknown) => {
					// n8n marks some as crashed while a worker still runs them, and this one has ended by now
					if (!(error instanceof N8nRequestFailed && error.status === 409)) throw error;
				},
			);
		}
	}
	return retried;
}

async function waitUntilNonePending(client: N8nClient, workflowId: string): Promise<void> {
	const startedAt = Date.now();
	const pending = { workflowId, status: ['new' as const, 'running' as const, 'waiting' as const] };
	for (;;) {
		const left = await client.listExecutions(pending);
		if (left.length === 0) return;
		const elapsedMs = Date.now() - startedAt;
		if (elapsedMs > PATIENCE_MS) throw new Error(`still pending after ${PATIENCE_MS / 1000} s`);
		if (elapsedMs > STUCK_AFTER_MS) for (const { id } of left) await client.stopExecution(id);
		await sleep(POLL_MS);
	}
}

async function failedIn(client: N8nClient, { workflowId }: Load) {
	return await client.listExecutions({ workflowId, status: ['crashed', 'error', 'canceled'] });
}

/** Accounts for every task. `posted` are the items that the executions output. */
export async function tallyOf(
	client: N8nClient,
	load: Load,
	posted: readonly IDataObject[],
	retried: ReadonlySet<string>,
): Promise<Tally> {
	const failures = await Promise.all(
		(await failedIn(client, load)).map(async ({ id }) => await client.getExecution(id)),
	);
	const itemsOf = (taskId: string) => posted.filter((item) => item.taskId === taskId);
	const isRight = (taskId: string) => itemsOf(taskId).length > 0;
	const failuresOf = (taskId: string) =>
		failures.filter(({ stored }) => stored.includes(`"${taskId}"`)).length;
	const { taskIds } = load;
	const left = taskIds.filter((taskId) => !isRight(taskId));
	const traceless = left.filter((taskId) => failuresOf(taskId) === 0);
	const overwritten = failures.filter(({ stored }) => stored.includes(OVERWRITTEN)).length;
	return {
		started: taskIds.length,
		right: taskIds.length - left.length,
		retried: retried.size,
		failed: left.length - traceless.length,
		overwritten: Math.min(overwritten, traceless.length),
		lost: traceless.slice(overwritten),
		doubled: taskIds.filter((taskId) => itemsOf(taskId).length > 1 + failuresOf(taskId)),
		wrong: taskIds.flatMap(itemsOf).filter(({ status }) => status !== 'succeeded'),
	};
}
