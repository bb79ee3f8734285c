import { randomUUID } from 'node:crypto';

import type { N8nClient } from '../test/n8n-harness/client.mjs';
import { setField, webhookTrigger, WorkflowBuilder } from '../test/n8n-harness/workflows.mjs';
import { repeat } from './repeat.mjs';
import { sampleOf, type Sample } from './sample.mjs';
import { SUCCESS_NOT_SAVED } from './test-bed.mjs';
import { callWebhook } from './webhook.mjs';

const PROBE_MS = 1_000;

/** The response times of a small other workflow while n8n is busy, in seconds. */
export interface Probes {
	/** Of a webhook that responds at once. */
	readonly responded: Sample;
	/** Of a webhook that responds when the workflow has run, which takes a free execution slot. */
	readonly ran: Sample;
}

/**
 * Triggers small workflows of its own once a second, with both kinds of webhook. The returned function ends that, and
 * resolves when all probes have a response.
 */
export async function startProbes(client: N8nClient): Promise<() => Promise<Probes>> {
	const stopResponded = await startProbe(client, 'onReceived');
	const stopRan = await startProbe(client, 'lastNode');
	return async () => {
		const [responded, ran] = await Promise.all([stopResponded(), stopRan()]);
		return { responded, ran };
	};
}

async function startProbe(
	client: N8nClient,
	respond: 'onReceived' | 'lastNode',
): Promise<() => Promise<Sample>> {
	const path = randomUUID();
	const workflow = new WorkflowBuilder('A small other workflow', SUCCESS_NOT_SAVED)
		.then(webhookTrigger(path, respond))
		.then(setField('answer', 'yes'));
	const saved = await client.createWorkflow(workflow.build());
	await client.activateWorkflow(saved);
	const times: Array<Promise<number>> = [];
	// Does not wait for the responses
	const stop = repeat(PROBE_MS, () => {
		const time = call(client, path);
		// It is reported at the end
		time.catch(() => {});
		times.push(time);
	});
	return async () => {
		await stop();
		const sample = sampleOf(await Promise.all(times));
		await client.deactivateWorkflow(saved.id);
		return sample;
	};
}

async function call(client: N8nClient, path: string): Promise<number> {
	const startedAt = performance.now();
	await callWebhook(client, path, {});
	return (performance.now() - startedAt) / 1000;
}
