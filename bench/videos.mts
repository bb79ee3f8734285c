import type { INodeParameters } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';

import { inParallel } from '../test/in-parallel.mjs';
import { WebhookSink } from '../test/n8n-harness/webhook-sink.mjs';
import { count, waitUntil } from './executions.mjs';
import type { TestBed } from './test-bed.mjs';
import { callWebhook } from './webhook.mjs';
import { oneVideo } from './workflows.mjs';

/** How long executions wait for their tasks at most. */
export const TIMEOUT_S = 3_600;
/** Webhook calls in flight at the same time. */
const CALLERS = 20;

/** Starts executions that each create a video, and resolves when all are parked. */
export async function startVideos(bed: TestBed, executions: number, options: INodeParameters = {}) {
	const { client } = bed;
	const sink = await WebhookSink.open();
	const path = randomUUID();
	const build = oneVideo(sink.url, { timeout: TIMEOUT_S }, { options });
	const workflow = await client.createWorkflow(build(path, bed));
	await client.activateWorkflow(workflow);
	const calls = Array.from({ length: executions }, () => ({ prompt: 'A dog' }));
	await inParallel(calls, CALLERS, async (body) => await callWebhook(client, path, body));
	await waitUntil(async () => (await count(bed, workflow.id, 'waiting', 'success')) === executions);
	return { workflowId: workflow.id, sink };
}
