import type { CredentialReference } from '../n8n-harness/client.mjs';
import { postItems } from '../n8n-harness/core-nodes.mjs';
import { apikleyVeo, webhookTrigger, WorkflowBuilder } from '../n8n-harness/workflows.mjs';
import type { Simulator } from '../simulator/controls.mjs';
import type { LoadPlan } from './load.mjs';

export type WayOfWaiting = 'park' | 'keepRunning';

/** The durations of the tasks, which all succeed. */
const [MIN_S, MAX_S] = [5, 100];

export interface Surroundings {
	readonly simulator: Simulator;
	readonly random: () => number;
	readonly credential: CredentialReference;
	/** Where each execution posts its items. */
	readonly sinkUrl: string;
}

/** Executions that each wait for one task that was created elsewhere. */
export function waitingLoad(way: WayOfWaiting, surroundings: Surroundings): LoadPlan {
	const { simulator, random, credential, sinkUrl } = surroundings;
	const polling = { timeout: 3_600, ...(way === 'park' ? { parkAfter: 0 } : { interval: 3 }) };
	return {
		workflow: (path) =>
			new WorkflowBuilder(`Chaos: ${way}`, { executionOrder: 'v1' })
				.then(webhookTrigger(path))
				.then(
					apikleyVeo(
						{
							operation: 'waitUntilComplete',
							taskId: '={{ $json.body.taskId }}',
							whileWaiting: way,
							downloadVideos: true,
							polling,
							options: { maxRetries: 20, requestTimeout: 5 },
						},
						credential,
					),
				)
				.then(postItems(sinkUrl))
				.build(),
		prepare: (number) => {
			const taskId = waitingTaskId(way, number);
			simulator.addTask({ taskId, durationSeconds: MIN_S + random() * (MAX_S - MIN_S) });
			return { taskId };
		},
	};
}

/** The ID of the task that an execution waits for. */
export function waitingTaskId(way: WayOfWaiting, number: number): string {
	return `chaos-${way}-${number}`;
}
