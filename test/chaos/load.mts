import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { N8nClient } from '../n8n-harness/client.mjs';
import type { Workflow } from '../n8n-harness/workflows.mjs';

/** A workflow in production, and what starts it. */
export interface LoadPlan {
	/** `path`: of its webhook. */
	workflow(path: string): Workflow;
	/** Prepares an execution's tasks in the simulator. Returns the body with which the webhook is called. */
	prepare(number: number): object;
}

/** A workflow that runs in n8n, and those of its executions that n8n accepted. */
export class Load {
	/** The numbers of the executions. */
	readonly accepted: number[] = [];

	private constructor(
		readonly plan: LoadPlan,
		readonly workflowId: string,
		private readonly path: string,
		private readonly client: () => N8nClient,
	) {}

	static async activate(client: () => N8nClient, plan: LoadPlan): Promise<Load> {
		const path = randomUUID();
		const saved = await client().createWorkflow(plan.workflow(path));
		await client().activateWorkflow(saved);
		return new Load(plan, saved.id, path, client);
	}

	/** Starts an execution every `intervalMs`: `count` of them, or until the signal is aborted. */
	async run(intervalMs: number, signal: AbortSignal, count = Infinity): Promise<void> {
		for (let number = 0; number < count && !signal.aborted; number++) {
			const body = this.plan.prepare(number);
			// If n8n does not respond, the caller of a webhook knows that nothing has started
			const response = await this.client()
				.callWebhook(this.path, body)
				.catch(() => undefined);
			if (response?.status === 200) this.accepted.push(number);
			await sleep(intervalMs, undefined, { signal }).catch(() => {});
		}
	}
}
