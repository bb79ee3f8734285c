import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { N8nClient, SavedWorkflow } from '../test/n8n-harness/client.mjs';
import { setField, webhookTrigger, WorkflowBuilder } from '../test/n8n-harness/workflows.mjs';
import { sampleOf, type Sample } from './sample.mjs';

const EVERY_MS = 1_000;

/** What a small other workflow met while n8n had a lot to do, in seconds. */
export interface Probes {
	/** Until its webhook answered at once. */
	readonly answered: Sample;
	/** Until it had run, which takes a free execution slot. */
	readonly ran: Sample;
}

/** Triggers a small workflow of its own once a second, in both ways in which a webhook answers. */
export class Prober {
	private readonly stopping = new AbortController();
	private readonly ended: Promise<void>;
	private readonly answered: Array<Promise<number>> = [];
	private readonly ran: Array<Promise<number>> = [];

	private constructor(
		private readonly client: N8nClient,
		private readonly workflows: readonly SavedWorkflow[],
		paths: Readonly<Record<'onReceived' | 'lastNode', string>>,
	) {
		this.ended = this.probe(paths);
	}

	static async start(client: N8nClient): Promise<Prober> {
		const paths = { onReceived: randomUUID(), lastNode: randomUUID() };
		const workflows: SavedWorkflow[] = [];
		for (const respond of ['onReceived', 'lastNode'] as const) {
			const workflow = new WorkflowBuilder('A small other workflow', NOT_SAVED)
				.then(webhookTrigger(paths[respond], respond))
				.then(setField('answer', 'yes'))
				.build();
			const saved = await client.createWorkflow(workflow);
			await client.activateWorkflow(saved);
			workflows.push(saved);
		}
		return new Prober(client, workflows, paths);
	}

	/** Returns what it met once all have been answered. */
	async stop(): Promise<Probes> {
		this.stopping.abort();
		await this.ended;
		const [answered, ran] = await Promise.all([Promise.all(this.answered), Promise.all(this.ran)]);
		for (const { id } of this.workflows) await this.client.deactivateWorkflow(id);
		return { answered: sampleOf(answered), ran: sampleOf(ran) };
	}

	/** Whether or not the last ones have been answered yet. */
	private async probe({ onReceived, lastNode }: Record<'onReceived' | 'lastNode', string>) {
		const { signal } = this.stopping;
		while (!signal.aborted) {
			this.answered.push(this.ask(onReceived));
			this.ran.push(this.ask(lastNode));
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

const NOT_SAVED = { executionOrder: 'v1', saveDataSuccessExecution: 'none' } as const;
