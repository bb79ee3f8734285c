import {
	webhookTrigger,
	WorkflowBuilder,
	type NodeSpec,
	type Workflow,
} from '../test/n8n-harness/workflows.mjs';
import { httpRequest } from './http-request.mjs';
import type { Lab } from './test-bed.mjs';

const INTERVAL_SECONDS = 10;

/** What people build today: HTTP Request → If → Wait → back, until the task has ended. */
export function stockLoop(path: string, lab: Lab): Workflow {
	return new WorkflowBuilder('Slots: stock loop')
		.then(webhookTrigger(path))
		.then(httpRequest(lab, { taskId: "={{ $('Webhook').item.json.body.taskId }}" }))
		.then(stillRunning())
		.then(pause())
		.connect('Wait', 'HTTP Request')
		.build();
}

function stillRunning(): NodeSpec {
	return {
		name: 'Still running?',
		type: 'n8n-nodes-base.if',
		typeVersion: 2.2,
		parameters: {
			conditions: {
				options: { caseSensitive: true, typeValidation: 'strict', version: 2 },
				combinator: 'and',
				conditions: [
					{
						leftValue: '={{ $json.data.successFlag }}',
						rightValue: 0,
						operator: { type: 'number', operation: 'equals' },
					},
				],
			},
			options: {},
		},
	};
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
