import type { INodeParameters } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { postItems } from '../../n8n-harness/core-nodes.mjs';
import { apikleyVeoTrigger, WorkflowBuilder } from '../../n8n-harness/workflows.mjs';
import { AS_CREATED, type TestBed } from './test-bed.mjs';

export const TRIGGER = 'Apikley Veo Trigger';

/** The provider gives up after 15 s. */
const PATIENCE_MS = 15_000;
/** The provider waits for a minute or more. */
const REPEAT_AFTER_MS = 5_000;

export interface CallbackResponse {
	/** Null if there was no response. */
	readonly status: number | null;
	readonly milliseconds: number;
}

/** Posts the provider's callback for a task that has succeeded. */
export async function postCallback(url: string, taskId: string): Promise<CallbackResponse> {
	const startedAt = performance.now();
	const status = await send(url, { code: 200, msg: 'success', data: { taskId } });
	return { status, milliseconds: performance.now() - startedAt };
}

/** Resolves with the status of the response; null if there is none. */
async function send(url: string, body: object): Promise<number | null> {
	try {
		const response = await fetch(url, {
			method: 'POST',
			headers: { 'content-type': 'application/json', connection: 'close' },
			body: JSON.stringify(body),
			signal: AbortSignal.timeout(PATIENCE_MS),
		});
		await response.text();
		return response.status;
	} catch {
		return null;
	}
}

/** Repeats the callback until it is accepted or, for a task that doesn't exist, three times at most. */
export async function postAsProvider(
	url: () => string,
	taskId: string,
): Promise<CallbackResponse[]> {
	const responses: CallbackResponse[] = [];
	for (;;) {
		const response = await postCallback(url(), taskId);
		responses.push(response);
		const { status } = response;
		if (status !== null && status < 300) return responses;
		if (status === 404 && taskId.startsWith('forged')) return responses;
		await sleep(REPEAT_AFTER_MS);
	}
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

	/** The same at another process of the same n8n. */
	urlAt(baseUrl: string): string {
		return addressOf(baseUrl, this.webhookId);
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
