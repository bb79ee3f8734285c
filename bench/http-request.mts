import type { NodeSpec } from '../test/n8n-harness/workflows.mjs';
import type { TestBed } from './test-bed.mjs';

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
