import type { ExecutionStatus } from 'n8n-workflow';
import { setTimeout as sleep } from 'node:timers/promises';

import type { N8nClient } from '../../n8n-harness/client.mjs';
import type { Execution } from '../../n8n-harness/execution.mjs';

const PENDING: ExecutionStatus[] = ['new', 'running', 'waiting'];
const LOOK_AGAIN_MS = 1_000;
const PATIENCE_MS = 300_000;

/** Follows any number of executions (up to 100 pending) with one question a second, as n8n has other things to do. */
export class ExecutionWatch {
	private nextLook: Promise<Map<string, ExecutionStatus>> | null = null;

	/** `client` is asked for anew each time: a restart gives another one. */
	constructor(private readonly client: () => N8nClient) {}

	/** Resolves, with its ID, when there is an execution of this workflow: n8n answers a webhook before. */
	async untilStarted(workflowId: string): Promise<string> {
		const [first] = await this.untilThere(workflowId, 1);
		return first ?? '';
	}

	/** Resolves, with their IDs, when there are so many executions of this workflow, of any or of the given status. */
	async untilThere(workflowId: string, count: number, status?: ExecutionStatus): Promise<string[]> {
		const filter = { workflowId, ...(status && { status: [status] }) };
		const deadline = Date.now() + PATIENCE_MS;
		for (;;) {
			const found = await this.client().listExecutions(filter);
			if (found.length === count) return found.map(({ id }) => id);
			if (Date.now() > deadline) {
				throw new Error(`${found.length} executions are ${status ?? 'there'}, not ${count}`);
			}
			await sleep(LOOK_AGAIN_MS);
		}
	}

	/** Resolves when it is parked. Throws an Error when it ends instead. */
	async untilParked(id: string): Promise<void> {
		const status = await this.until(id, (now) => now === 'waiting' || now === undefined);
		if (status === undefined) throw new Error(`Execution ${id} has ended without being parked`);
	}

	/** Resolves when it has ended, or is nowhere any more. */
	async untilGone(id: string): Promise<void> {
		await this.until(id, (now) => now === undefined);
	}

	async untilEnded(id: string): Promise<Execution> {
		await this.untilGone(id);
		return await this.client().getExecution(id);
	}

	private async until(
		id: string,
		isMet: (status: ExecutionStatus | undefined) => boolean,
	): Promise<ExecutionStatus | undefined> {
		const deadline = Date.now() + PATIENCE_MS;
		for (;;) {
			const status = (await this.look()).get(id);
			if (isMet(status)) return status;
			if (Date.now() > deadline) throw new Error(`Execution ${id} is still "${status}"`);
		}
	}

	/** The pending ones, by a look at n8n that everybody who asks meanwhile shares. */
	private async look(): Promise<Map<string, ExecutionStatus>> {
		this.nextLook ??= sleep(LOOK_AGAIN_MS).then(async () => {
			this.nextLook = null;
			const pending = await this.client().listExecutions({ status: PENDING });
			return new Map(pending.map(({ id, status }) => [id, status]));
		});
		return await this.nextLook;
	}
}
