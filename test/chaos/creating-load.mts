import type { INodeParameters } from 'n8n-workflow';

import type { CredentialReference } from '../n8n-harness/client.mjs';
import { postItems } from '../n8n-harness/core-nodes.mjs';
import {
	apikleyVeo,
	apikleyVeoTrigger,
	webhookTrigger,
	WorkflowBuilder,
	type NodeSpec,
	type Workflow,
} from '../n8n-harness/workflows.mjs';
import type { LoadPlan } from './load.mjs';
import type { Surroundings } from './waiting-load.mjs';

export interface CreatingOptions {
	/** How many tasks an execution creates: one of these numbers. */
	readonly itemCounts: readonly number[];
	/** The shortest and the longest duration of a task. All of them succeed. */
	readonly seconds: readonly [number, number];
	/** Until then the node waits for a task, also for one whose creation had no clear response. */
	readonly timeoutSeconds: number;
	/** The callbacks of one in this many executions go to the trigger instead; Infinity: of none. */
	readonly toTriggerEvery: number;
}

/** Executions that create tasks, and are parked until these are complete. Their callbacks resume them, or go to the trigger. */
export function creatingLoad(
	surroundings: Surroundings,
	triggerUrl: string,
	{ itemCounts, seconds: [min, max], timeoutSeconds, toTriggerEvery }: CreatingOptions,
): LoadPlan {
	const { simulator, random, credential, sinkUrl } = surroundings;
	return {
		workflow: (path) =>
			new WorkflowBuilder('Chaos: create', { executionOrder: 'v1' })
				.then(webhookTrigger(path))
				.then(splitPrompts())
				.then(apikleyVeo(generate(timeoutSeconds), credential))
				.then(postItems(sinkUrl))
				.build(),
		prepare: (number) => {
			const count = itemCounts[Math.floor(random() * itemCounts.length)] ?? 1;
			const prompts = Array.from({ length: count }, (_, item) => promptFor(number, item));
			for (const prompt of prompts) {
				simulator.planTasks(prompt, [{ durationSeconds: min + random() * (max - min) }]);
			}
			const isToTrigger = (number + 1) % toTriggerEvery === 0;
			return { prompts, callBackUrl: isToTrigger ? triggerUrl : '' };
		},
	};
}

function promptFor(execution: number, item: number): string {
	return `chaos-create-${execution}-${item}`;
}

/** The part of a prompt that is the same for all items of an execution. */
export function executionIn(prompt: string): string {
	return prompt.replace(/-\d+$/, '');
}

/** One item for each prompt that the webhook received. */
function splitPrompts(): NodeSpec {
	return {
		name: 'Split Out',
		type: 'n8n-nodes-base.splitOut',
		typeVersion: 1,
		parameters: {
			fieldToSplitOut: 'body.prompts',
			options: { destinationFieldName: 'prompt' },
		},
	};
}

function generate(timeoutSeconds: number): INodeParameters {
	return {
		resource: 'video',
		operation: 'generate',
		prompt: '={{ $json.prompt }}',
		generationOptions: { callBackUrl: "={{ $('Webhook').first().json.body.callBackUrl }}" },
		whileWaiting: 'park',
		polling: { timeout: timeoutSeconds },
		options: { maxRetries: 20, requestTimeout: 5 },
	};
}

/** A workflow that the end of a task starts. */
export function triggeredWorkflow(
	webhookId: string,
	credential: CredentialReference,
	sinkUrl: string,
): Workflow {
	return new WorkflowBuilder('Chaos: trigger', { executionOrder: 'v1' })
		.then(apikleyVeoTrigger(webhookId, credential))
		.then(postItems(sinkUrl))
		.build();
}
