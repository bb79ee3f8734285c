import type { NodeSpec } from '../test/n8n-harness/workflows.mjs';
import type { Lab } from './test-bed.mjs';

interface Setup {
	/** An expression; that of an item by default. */
	taskId?: string;
	batch?: { batchSize: number; batchInterval: number };
}

/** n8n's own HTTP Request node, looking up tasks with the credential of ours. */
export function httpRequest(
	{ credential, simulator }: Lab,
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
