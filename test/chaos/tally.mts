import type { IDataObject } from 'n8n-workflow';
import { setTimeout as sleep } from 'node:timers/promises';

import { N8nRequestFailed, type N8nClient } from '../n8n-harness/client.mjs';
import type { Load } from './load.mjs';

/** What has become of the tasks of one way of waiting. */
export interface Account {
	/** Executions that n8n has taken on. */
	readonly started: number;
	/** Whose item came out as it should. */
	readonly right: number;
	/** How many of these n8n had marked as crashed, so that they needed its Retry. */
	readonly retried: number;
	/** Ended in an execution that failed, with the task ID in it. */
	readonly failed: number;
	/**
	 * Ended in an execution that failed, but n8n itself has removed all data from it: in queue mode its main process
	 * writes nothing but an error over an execution whose worker was killed (`processError` of its workflow runner).
	 */
	readonly emptied: number;
	/** Task IDs of which nothing is known. */
	readonly lost: readonly string[];
	/** Task IDs whose item came out more often than they were run. */
	readonly doubled: readonly string[];
	/** Items that say what the API did not. */
	readonly wrong: readonly IDataObject[];
}

const LOOK_AGAIN_MS = 2_000;
/** n8n looks every few minutes which executions have lost their job in the queue. */
const PATIENCE_MS = 900_000;
/** Long after the last task has ended. */
const STUCK_AFTER_MS = 300_000;
const MOST_RETRIES = 5;
/** What n8n puts in the place of the data. */
const EMPTIED = 'This execution failed to be processed too many times';

/**
 * Waits until n8n is at rest. What was parked and crashed is tried again with n8n's Retry, as its user would do; what
 * waited in memory is left as it ended. What a worker had taken that was killed may stay queued for ever, as n8n does
 * not know: that is stopped first, as its user would do as well.
 */
export async function settle(client: N8nClient, load: Load): Promise<ReadonlySet<string>> {
	const retried = new Set<string>();
	for (let round = 0; round < MOST_RETRIES; round++) {
		await untilAtRest(client, load.workflowId);
		if (load.way === 'keepRunning') return retried;
		const crashed = (await failedIn(client, load)).filter(({ id }) => !retried.has(id));
		if (crashed.length === 0) return retried;
		for (const { id } of crashed) {
			if (await retry(client, id)) retried.add(id);
		}
	}
	return retried;
}

/** False where it has come out by now: n8n takes some for crashed that a worker is still at. */
async function retry(client: N8nClient, id: string): Promise<boolean> {
	try {
		await client.retryExecution(id);
		return true;
	} catch (error) {
		if (error instanceof N8nRequestFailed && error.status === 409) return false;
		throw error;
	}
}

async function untilAtRest(client: N8nClient, workflowId: string): Promise<void> {
	const startedAt = Date.now();
	const pending = { workflowId, status: ['new' as const, 'running' as const, 'waiting' as const] };
	for (;;) {
		const left = await client.listExecutions(pending);
		if (left.length === 0) return;
		const elapsedMs = Date.now() - startedAt;
		if (elapsedMs > PATIENCE_MS) throw new Error(`not at rest after ${PATIENCE_MS / 1000} s`);
		if (elapsedMs > STUCK_AFTER_MS) for (const { id } of left) await client.stopExecution(id);
		await sleep(LOOK_AGAIN_MS);
	}
}

async function failedIn(client: N8nClient, { workflowId }: Load) {
	return await client.listExecutions({ workflowId, status: ['crashed', 'error', 'canceled'] });
}

/** `posted`: the items that the executions have put out. */
export async function accountOf(
	client: N8nClient,
	load: Load,
	posted: readonly IDataObject[],
	retried: ReadonlySet<string>,
): Promise<Account> {
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
	const emptied = failures.filter(({ stored }) => stored.includes(EMPTIED)).length;
	return {
		started: taskIds.length,
		right: taskIds.length - left.length,
		retried: retried.size,
		failed: left.length - traceless.length,
		emptied: Math.min(emptied, traceless.length),
		lost: traceless.slice(emptied),
		doubled: taskIds.filter((taskId) => itemsOf(taskId).length > 1 + failuresOf(taskId)),
		wrong: taskIds.flatMap(itemsOf).filter(({ status }) => status !== 'succeeded'),
	};
}
