import type { ExecutionStatus } from 'n8n-workflow';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Worker } from '../test/n8n-harness/queue/cluster.mjs';
import type { Sandbox } from '../test/n8n-harness/sandbox.mjs';

const PATIENCE_MS = 900_000;

/** An n8n of its own, because the other benchmarks would not survive the kills. */
export interface Victim {
	/** The sandbox since the last restart. */
	sandbox(): Sandbox;
	/** Each function kills a process (`kill -9`) and starts it again. */
	readonly kills: ReadonlyArray<() => Promise<void>>;
}

export function createVictim(start: Sandbox, workers: readonly Worker[] = []): Victim {
	let sandbox: Sandbox = start;
	const killMain = async () => {
		sandbox = await sandbox.restart('kill');
	};
	const killWorkers = workers.map((worker) => async () => await worker.restart());
	return { sandbox: () => sandbox, kills: [killMain, ...killWorkers] };
}

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
		await client.retryExecution(id);
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
	const deadline = Date.now() + PATIENCE_MS;
	while (!(await isMet())) {
		if (Date.now() > deadline) throw new Error(`Not met within ${PATIENCE_MS / 1000} s`);
		await sleep(500);
	}
}
