import type { ExecutionStatus } from 'n8n-workflow';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Sandbox } from '../test/n8n-harness/sandbox.mjs';

const TIMEOUT_MS = 900_000;

/** An n8n, whose client changes when it is restarted. */
type Current = Pick<Sandbox, 'client'>;

export async function waitUntilIdle(current: () => Current, workflowId: string): Promise<void> {
	const countPending = async () => await count(current(), workflowId, 'new', 'waiting', 'running');
	await waitUntil(async () => (await countPending()) === 0);
}

/**
 * An execution that a kill interrupts crashes or, in queue mode, can fail because its job has stalled. Its Retry resumes from
 * where it was parked.
 */
export async function retryInterrupted(
	{ client }: Current,
	workflowId: string,
	isWanted: (id: string) => Promise<boolean> = async () => await Promise.resolve(true),
): Promise<number> {
	const interrupted = await client.listAllExecutions({ workflowId, status: ['crashed', 'error'] });
	let retried = 0;
	for (const { id } of interrupted) {
		if (!(await isWanted(id))) continue;
		await client.startRetry(id);
		retried += 1;
	}
	return retried;
}

export async function count(
	{ client }: Current,
	workflowId: string,
	...status: ExecutionStatus[]
): Promise<number> {
	return await client.countExecutions({ workflowId, status });
}

export async function waitUntil(isMet: () => Promise<boolean>): Promise<void> {
	const deadline = Date.now() + TIMEOUT_MS;
	while (!(await isMet())) {
		if (Date.now() > deadline) throw new Error(`Not met within ${TIMEOUT_MS / 1000} s`);
		await sleep(500);
	}
}
