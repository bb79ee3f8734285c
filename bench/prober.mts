import { randomUUID } from 'node:crypto';

import type { N8nClient, SavedWorkflow } from '../test/n8n-harness/client.mjs';
import { setField, webhookTrigger, WorkflowBuilder } from '../test/n8n-harness/workflows.mjs';
import { repeat } from './repeat.mjs';
import { sampleOf, type Sample } from './sample.mjs';
import { SUCCESS_NOT_SAVED } from './test-bed.mjs';

const PROBE_MS = 1_000;

type Respond = 'onReceived' | 'lastNode';

/** The response times of a small other workflow while n8n is busy, in seconds. */
export interface Probes {
	/** Of a webhook that responds at once. */
	readonly responded: Sample;
	/** Of a webhook that responds when the workflow has run, which takes a free execution slot. */
	readonly ran: Sample;
}

/** Triggers a small workflow of its own once a second, with both kinds of webhook. */
export class Prober {
	private readonly times: Record<Respond, Array<Promise<number>>> = {
		onReceived: [],
		lastNode: [],
	};
	private readonly stopProbing: () => Promise<void>;

	private constructor(
		private readonly client: N8nClient,
		private readonly workflows: readonly SavedWorkflow[],
		paths: Readonly<Record<Respond, string>>,
	) {
		this.stopProbing = repeat(PROBE_MS, () => {
			// Does not wait for the responses
			for (const respond of ['onReceived', 'lastNode'] as const) {
				this.times[respond].push(this.call(paths[respond]));
			}
		});
	}

	static async start(client: N8nClient): Promise<Prober> {
		const paths = { onReceived: randomUUID(), lastNode: randomUUID() };
		const workflows: SavedWorkflow[] = [];
		for (const respond of ['onReceived', 'lastNode'] as const) {
			const workflow = new WorkflowBuilder('A small other workflow', SUCCESS_NOT_SAVED)
				.then(webhookTrigger(paths[respond], respond))
				.then(setField('answer', 'yes'))
				.build();
			const saved = await client.createWorkflow(workflow);
			await client.activateWorkflow(saved);
			workflows.push(saved);
		}
		return new Prober(client, workflows, paths);
	}

	/** Resolves when all probes have a response. */
	async stop(): Promise<Probes> {
		await this.stopProbing();
		const responded = await Promise.all(this.times.onReceived);
		const ran = await Promise.all(this.times.lastNode);
		for (const { id } of this.workflows) await this.client.deactivateWorkflow(id);
		return { responded: sampleOf(responded), ran: sampleOf(ran) };
	}

	private async call(path: string): Promise<number> {
		const startedAt = performance.now();
		const { status } = await this.client.callWebhook(path, {});
		if (status !== 200) throw new Error(`The small workflow responded with HTTP ${status}`);
		return (performance.now() - startedAt) / 1000;
	}
}
