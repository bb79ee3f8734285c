import type { INodeParameters } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { postItems } from '../../n8n-harness/core-nodes.mjs';
import { apikleyVeoTrigger, WorkflowBuilder } from '../../n8n-harness/workflows.mjs';
import { isAccepted, postCallback, type CallbackResponse } from '../../provider-callback.mjs';
import { AS_CREATED, type TestBed } from './test-bed.mjs';

export const TRIGGER = 'Apikley Veo Trigger';

/** The provider waits for a minute or more. */
const REPEAT_AFTER_MS = 5_000;

/** Repeats the callback until it is accepted. */
export async function postAsProvider(url: () => string, taskId: string): Promise<void> {
	while (!isAccepted(await postCallback(url(), taskId))) await sleep(REPEAT_AFTER_MS);
}

/** An active workflow that posts what its trigger outputs to the sink. */
export class TriggeredWorkflow {
	private constructor(
		private readonly bed: TestBed,
		readonly id: string,
		private readonly webhookId: string,
	) {}

	static async activate(
		bed: TestBed,
		parameters: INodeParameters = {},
	): Promise<TriggeredWorkflow> {
		const webhookId = randomUUID();
		const workflow = triggered(bed, webhookId, parameters).then(postItems(bed.sink.url));
		const saved = await bed.client.createWorkflow(workflow.build());
		await bed.client.activateWorkflow(saved);
		return new TriggeredWorkflow(bed, saved.id, webhookId);
	}

	/** The production address. It is another one after a restart of n8n. */
	get url(): string {
		return addressOf(this.bed.n8n.url, this.webhookId);
	}

	async post(taskId: string): Promise<CallbackResponse> {
		return await postCallback(this.url, taskId);
	}

	async countExecutions(): Promise<number> {
		return await this.bed.client.countExecutions({ workflowId: this.id });
	}
}

/** A workflow that begins with the trigger. */
export function triggered(
	bed: TestBed,
	webhookId: string,
	parameters: INodeParameters = {},
): WorkflowBuilder {
	return new WorkflowBuilder('Triggered', AS_CREATED).then(
		apikleyVeoTrigger(webhookId, bed.credential, parameters),
	);
}

function addressOf(baseUrl: string, webhookId: string): string {
	return `${baseUrl}/webhook/${webhookId}/apikley-veo`;
}
