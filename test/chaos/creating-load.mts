import { postItems } from '../n8n-harness/core-nodes.mjs';
import {
	apikleyVeo,
	webhookTrigger,
	WorkflowBuilder,
	type NodeSpec,
	type Workflow,
} from '../n8n-harness/workflows.mjs';
import type { CredentialReference } from '../n8n-harness/client.mjs';
import type { LoadPlan } from './load.mjs';
import type { Surroundings } from './waiting-load.mjs';

/** The durations of the tasks, which all succeed. */
const [MIN_S, MAX_S] = [5, 60];

/** A task whose creation had no clear response, and whose callback is lost, is waited for until then. */
const TIMEOUT_S = 150;

/** How many tasks an execution creates: one of these numbers. */
const ITEM_COUNTS = [1, 1, 2, 3];

/**
 * Executions that each create tasks, and wait parked until the callbacks come. The callbacks of every third execution go
 * to the trigger instead.
 */
export function creatingLoad(surroundings: Surroundings, triggerUrl: string): LoadPlan {
	const { simulator, random, credential, sinkUrl } = surroundings;
	return {
		name: 'create',
		workflow: (path) =>
			new WorkflowBuilder('Chaos: create', { executionOrder: 'v1' })
				.then(webhookTrigger(path))
				.then(splitPrompts())
				.then(
					apikleyVeo(
						{
							resource: 'video',
							operation: 'generate',
							prompt: '={{ $json.prompt }}',
							generationOptions: {
								callBackUrl: "={{ $('Webhook').first().json.body.callBackUrl }}",
							},
							whileWaiting: 'park',
							polling: { timeout: TIMEOUT_S },
							options: { maxRetries: 20, requestTimeout: 5 },
						},
						credential,
					),
				)
				.then(postItems(sinkUrl))
				.build(),
		prepare: (number) => {
			const count = ITEM_COUNTS[Math.floor(random() * ITEM_COUNTS.length)] ?? 1;
			const prompts = Array.from({ length: count }, (_, item) => `chaos-create-${number}-${item}`);
			for (const prompt of prompts) {
				const durationSeconds = MIN_S + random() * (MAX_S - MIN_S);
				simulator.planTasks(prompt, [{ durationSeconds }]);
			}
			return { prompts, callBackUrl: number % 3 === 2 ? triggerUrl : '' };
		},
	};
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

/** A workflow that a task starts when it has ended. */
export function triggeredWorkflow(
	webhookId: string,
	credential: CredentialReference,
	sinkUrl: string,
): Workflow {
	return new WorkflowBuilder('Chaos: trigger', { executionOrder: 'v1' })
		.then({
			name: 'Apikley Veo Trigger',
			type: 'n8n-nodes-apikley.apikleyVeoTrigger',
			typeVersion: 1,
			webhookId,
			parameters: {},
			credentials: { apikleyApi: credential },
		})
		.then(postItems(sinkUrl))
		.build();
}
