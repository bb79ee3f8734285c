import type { ExecutionStatus } from 'n8n-workflow';
import { setTimeout as sleep } from 'node:timers/promises';

import type { N8nClient } from '../../n8n-harness/client.mjs';
import type { Execution } from '../../n8n-harness/execution.mjs';

const PENDING: ExecutionStatus[] = ['new', 'running', 'waiting'];
const POLL_INTERVAL_MS = 1_000;
const TIMEOUT_MS = 300_000;

/** Follows any number of executions (at most 100 pending ones) with one request a second, to keep n8n free. */
export class ExecutionWatcher {
	private nextPoll: Promise<Map<string, ExecutionStatus>> | null = null;

	/** `client` is called each time, because a restart creates a new client. */
	constructor(private readonly client: () => N8nClient) {}

	/** Resolves with the ID of the first execution of a workflow. n8n responds to a webhook before there is one. */
	async waitUntilStarted(workflowId: string): Promise<string> {
		const [first] = await this.waitForCount(workflowId, 1);
		return first ?? '';
	}

	/** Resolves with the IDs when a workflow has `count` executions, of any or of the given status. */
	async waitForCount(
		workflowId: string,
		count: number,
		status?: ExecutionStatus,
	): Promise<string[]> {
		const filter = { workflowId, ...(status && { status: [status] }) };
		const deadline = Date.now() + TIMEOUT_MS;
		for (;;) {
			const found = await this.client().listExecutions(filter);
			if (found.length === count) return found.map(({ id }) => id);
			if (Date.now() > deadline) {
				throw new Error(`Expected ${count} executions (${status ?? 'any'}), found ${found.length}`);
			}
			await sleep(POLL_INTERVAL_MS);
		}
	}

	/** Resolves when the execution is parked. Throws an Error if it ends instead. */
	async waitUntilParked(id: string): Promise<void> {
		const status = await this.waitUntil(id, (now) => now === 'waiting' || now === undefined);
		if (status === undefined) throw new Error(`Execution ${id} ended without being parked`);
	}

	/** Resolves when the execution ends or no longer exists. */
	async waitUntilGone(id: string): Promise<void> {
		await this.waitUntil(id, (now) => now === undefined);
	}

	async waitForEnd(id: string): Promise<Execution> {
		await this.waitUntilGone(id);
		return await this.client().getExecution(id);
	}

	private async waitUntil(
		id: string,
		isMet: (status: ExecutionStatus | undefined) => boolean,
	): Promise<ExecutionStatus | undefined> {
		const deadline = Date.now() + TIMEOUT_MS;
		for (;;) {
			const status = (await this.poll()).get(id);
			if (isMet(status)) return status;
			if (Date.now() > deadline) throw new Error(`Execution ${id} is still "${status}"`);
		}
	}

	/** The pending executions, by one request that all callers of this second share. */
	private async poll(): Promise<Map<string, ExecutionStatus>> {
		this.nextPoll ??= sleep(POLL_INTERVAL_MS).then(async () => {
			this.nextPoll = null;
			const pending = await this.client().listExecutions({ status: PENDING });
			return new Map(pending.map(({ id, status }) => [id, status]));
		});
		return await this.nextPoll;
	}
}
