import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { CredentialReference, N8nClient } from '../n8n-harness/client.mjs';
import { postItems } from '../n8n-harness/core-nodes.mjs';
import { apikleyVeo, webhookTrigger, WorkflowBuilder } from '../n8n-harness/workflows.mjs';
import type { Simulator } from '../simulator/controls.mjs';

export type WayOfWaiting = 'park' | 'keepRunning';

/** The durations of the tasks, which all succeed. */
const [MIN_S, MAX_S] = [5, 100];

export interface LoadOptions {
	readonly way: WayOfWaiting;
	readonly credential: CredentialReference;
	/** Where each execution posts its item. */
	readonly sinkUrl: string;
}

/** A workflow in production, and the tasks of those executions that n8n accepted. */
export class Load {
	readonly taskIds: string[] = [];

	private constructor(
		readonly way: WayOfWaiting,
		readonly workflowId: string,
		private readonly path: string,
		private readonly client: () => N8nClient,
	) {}

	static async prepare(client: () => N8nClient, options: LoadOptions): Promise<Load> {
		const path = randomUUID();
		const saved = await client().createWorkflow(workflow(path, options));
		await client().activateWorkflow(saved);
		return new Load(options.way, saved.id, path, client);
	}

	/** Starts an execution every `intervalMs` until the signal is aborted. */
	async run(
		simulator: Simulator,
		random: () => number,
		intervalMs: number,
		signal: AbortSignal,
	): Promise<void> {
		for (let number = 0; !signal.aborted; number++) {
			const taskId = `chaos-${this.way}-${number}`;
			simulator.addTask({ taskId, durationSeconds: MIN_S + random() * (MAX_S - MIN_S) });
			// If n8n does not respond, the caller of a webhook knows that nothing has started
			const response = await this.client()
				.callWebhook(this.path, { taskId })
				.catch(() => undefined);
			if (response?.status === 200) this.taskIds.push(taskId);
			await sleep(intervalMs, undefined, { signal }).catch(() => {});
		}
	}
}

function workflow(path: string, { way, credential, sinkUrl }: LoadOptions) {
	const polling = { timeout: 3_600, ...(way === 'park' ? { parkAfter: 0 } : { interval: 3 }) };
	return new WorkflowBuilder(`Chaos: ${way}`, { executionOrder: 'v1' })
		.then(webhookTrigger(path))
		.then(
			apikleyVeo(
				{
					operation: 'waitUntilComplete',
					taskId: '={{ $json.body.taskId }}',
					whileWaiting: way,
					downloadVideos: true,
					polling,
					options: { maxRetries: 20, requestTimeout: 5 },
				},
				credential,
			),
		)
		.then(postItems(sinkUrl))
		.build();
}
