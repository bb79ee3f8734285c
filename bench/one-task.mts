import type { CredentialReference } from '../test/n8n-harness/client.mjs';
import {
	apikleyVeo,
	webhookTrigger,
	WorkflowBuilder,
	type Workflow,
} from '../test/n8n-harness/workflows.mjs';

/** A workflow that gets a task ID by webhook and waits for that task; parked, at once. */
export function oneTask(
	whileWaiting: 'park' | 'keepRunning',
	path: string,
	credential: CredentialReference,
): Workflow {
	const polling = { timeout: 3_600, ...(whileWaiting === 'park' ? { parkAfter: 0 } : {}) };
	const taskId = '={{ $json.body.taskId }}';
	return new WorkflowBuilder(`One task: ${whileWaiting}`)
		.then(webhookTrigger(path))
		.then(apikleyVeo({ operation: 'waitUntilComplete', taskId, whileWaiting, polling }, credential))
		.build();
}
