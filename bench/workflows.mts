import type { INodeParameters } from 'n8n-workflow';

import { ifTrue, postItems } from '../test/n8n-harness/core-nodes.mjs';
import {
	webhookTrigger,
	WorkflowBuilder,
	type NodeSpec,
	type Workflow,
} from '../test/n8n-harness/workflows.mjs';
import type { TestBed } from './test-bed.mjs';

const INTERVAL_SECONDS = 10;

interface Setup {
	/** An expression. Default: the task ID of the item. */
	taskId?: string;
	batch?: { batchSize: number; batchInterval: number };
}

/** n8n's own HTTP Request node, which looks tasks up with the credential of our node. */
export function httpRequest(
	{ credential, simulator }: TestBed,
	{ taskId = '={{ $json.taskId }}', batch }: Setup,
): NodeSpec {
	return {
		name: 'HTTP Request',
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.4,
		credentials: { apikleyApi: credential },
		parameters: {
			url: `${simulator.baseUrl}/api/v1/veo/record-info`,
			authentication: 'predefinedCredentialType',
			nodeCredentialType: 'apikleyApi',
			sendQuery: true,
			queryParameters: { parameters: [{ name: 'taskId', value: taskId }] },
			options: batch === undefined ? {} : { batching: { batch } },
		},
	};
}

/** n8n's own HTTP Request node, which creates a task from each item with the credential of our node. */
export function httpCreation(
	{ credential, simulator }: TestBed,
	batch: { batchSize: number; batchInterval: number },
): NodeSpec {
	return {
		name: 'HTTP Request',
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.4,
		credentials: { apikleyApi: credential },
		parameters: {
			method: 'POST',
			url: `${simulator.baseUrl}/api/v1/veo/generate`,
			authentication: 'predefinedCredentialType',
			nodeCredentialType: 'apikleyApi',
			sendBody: true,
			bodyParameters: {
				parameters: [
					{ name: 'prompt', value: '={{ $json.taskId }}' },
					{ name: 'model', value: 'veo3_fast' },
					{ name: 'generationType', value: 'TEXT_2_VIDEO' },
					{ name: 'aspectRatio', value: '16:9' },
				],
			},
			options: { batching: { batch } },
		},
	};
}

/** Receives a task ID by webhook and waits for that task. With `park` it parks right after the first lookup. */
export function oneTask(whileWaiting: 'park' | 'keepRunning') {
	const polling = { timeout: 3_600, ...(whileWaiting === 'park' ? { parkAfter: 0 } : {}) };
	const taskId = '={{ $json.body.taskId }}';
	const parameters = { operation: 'waitUntilComplete', taskId, whileWaiting, polling };
	return (path: string, bed: Pick<TestBed, 'veoNode'>): Workflow =>
		new WorkflowBuilder(`One task: ${whileWaiting}`)
			.then(webhookTrigger(path))
			.then(bed.veoNode(parameters))
			.build();
}

/** Receives a prompt by webhook, creates a video, parks until it is ready, and posts its item to an address. */
export function oneVideo(sinkUrl: string, polling: INodeParameters, more: INodeParameters = {}) {
	const parameters = {
		resource: 'video',
		operation: 'generate',
		prompt: '={{ $json.body.prompt }}',
		downloadVideos: false,
		whileWaiting: 'park',
		polling,
		...more,
	};
	return (path: string, bed: Pick<TestBed, 'veoNode'>): Workflow =>
		new WorkflowBuilder('One video', { executionOrder: 'v1' })
			.then(webhookTrigger(path))
			.then(bed.veoNode(parameters))
			.then(postItems(sinkUrl))
			.build();
}

/** Does what `oneTask` does without our node: HTTP Request → If → Wait → back to HTTP Request, until the task is complete. */
export function stockLoop(path: string, bed: TestBed): Workflow {
	return new WorkflowBuilder('One task: stock nodes in a loop')
		.then(webhookTrigger(path))
		.then(httpRequest(bed, { taskId: "={{ $('Webhook').item.json.body.taskId }}" }))
		.then(ifTrue('data.successFlag === 0', 'Still generating?'))
		.then(pause())
		.connect('Wait', 'HTTP Request')
		.build();
}

function pause(): NodeSpec {
	return {
		name: 'Wait',
		type: 'n8n-nodes-base.wait',
		typeVersion: 1.1,
		webhookId: 'stock-loop',
		parameters: { resume: 'timeInterval', amount: INTERVAL_SECONDS, unit: 'seconds' },
	};
}
