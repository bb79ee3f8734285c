import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { N8nClient } from '../real-n8n/client.mjs';
import { setField, webhookTrigger, WorkflowBuilder } from '../real-n8n/workflows.mjs';

const EVERY_MS = 1_000;

/** Triggers a small workflow of its own once a second, and notes how long it took to answer. */
export class Prober {
	private readonly stopping = new AbortController();
	private readonly answers: Array<Promise<number>> = [];
	private readonly ended: Promise<void>;

	private constructor(
		private readonly client: N8nClient,
		private readonly workflowId: string,
		path: string,
	) {
		this.ended = this.probe(path);
	}

	static async start(client: N8nClient): Promise<Prober> {
		const path = randomUUID();
		const workflow = new WorkflowBuilder('A small other workflow', NOT_SAVED)
			.then(webhookTrigger(path, 'lastNode'))
			.then(setField('answer', 'yes'))
			.build();
		const saved = await client.createWorkflow(workflow);
		await client.activateWorkflow(saved);
		return new Prober(client, saved.id, path);
	}

	/** Returns the longest time to an answer, in seconds, once all have been answered. */
	async stop(): Promise<number> {
		this.stopping.abort();
		await this.ended;
		const seconds = await Promise.all(this.answers);
		await this.client.deactivateWorkflow(this.workflowId);
		return Math.max(...seconds);
	}

	/** Whether or not the last one has been answered yet. */
	private async probe(path: string): Promise<void> {
		const { signal } = this.stopping;
		while (!signal.aborted) {
			this.answers.push(this.ask(path));
			await sleep(EVERY_MS, undefined, { signal }).catch(() => {});
		}
	}

	private async ask(path: string): Promise<number> {
		const startedAt = performance.now();
		const { status } = await this.client.callWebhook(path, {});
		if (status !== 200) throw new Error(`The small workflow answered HTTP ${status}`);
		return (performance.now() - startedAt) / 1000;
	}
}

const NOT_SAVED = { saveDataSuccessExecution: 'none' } as const;
