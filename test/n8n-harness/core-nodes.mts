import type { NodeSpec } from './workflows.mjs';

/** Starts a workflow that another one calls, with the caller's items. */
export function calledTrigger(): NodeSpec {
	return {
		name: 'Called',
		type: 'n8n-nodes-base.executeWorkflowTrigger',
		typeVersion: 1.1,
		parameters: { inputSource: 'passthrough' },
	};
}

/** Calls a workflow with all items: a saved one by its ID, or one that is defined inline. */
export function callWorkflow(
	callee: { id: string } | { json: object },
	{ waits = true } = {},
): NodeSpec {
	const source =
		'id' in callee
			? { source: 'database', workflowId: { __rl: true, mode: 'id', value: callee.id } }
			: { source: 'parameter', workflowJson: JSON.stringify(callee.json) };
	return {
		name: 'Call',
		type: 'n8n-nodes-base.executeWorkflow',
		typeVersion: 1.2,
		parameters: { ...source, mode: 'once', options: { waitForSubWorkflow: waits } },
	};
}

/** Output 0 has all items at the end, output 1 the next batch. */
export function loopOverItems(batchSize: number): NodeSpec {
	return {
		name: 'Loop',
		type: 'n8n-nodes-base.splitInBatches',
		typeVersion: 3,
		parameters: { batchSize, options: {} },
	};
}

/** Output 0 has the items whose field is true, output 1 the others. */
export function ifTrue(field: string, name = 'If'): NodeSpec {
	return {
		name,
		type: 'n8n-nodes-base.if',
		typeVersion: 2.2,
		parameters: {
			conditions: {
				options: { version: 2, caseSensitive: true, typeValidation: 'strict' },
				combinator: 'and',
				conditions: [
					{
						id: field,
						leftValue: `={{ $json.${field} }}`,
						rightValue: '',
						operator: { type: 'boolean', operation: 'true', singleValue: true },
					},
				],
			},
		},
	};
}

/** Waits for both inputs and outputs the items of the first, then those of the second. */
export function merge(): NodeSpec {
	const parameters = { mode: 'append' };
	return { name: 'Merge', type: 'n8n-nodes-base.merge', typeVersion: 3, parameters };
}

/** Posts the JSON of each item. */
export function postItems(url: string): NodeSpec {
	return {
		name: 'Post',
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: {
			method: 'POST',
			url,
			sendBody: true,
			specifyBody: 'json',
			jsonBody: '={{ JSON.stringify($json) }}',
			options: {},
		},
	};
}

/** Adds the SHA-256 of a file to the JSON, under the name of its binary field. */
export function hashFile(binaryPropertyName: string): NodeSpec {
	return {
		name: 'Hash',
		type: 'n8n-nodes-base.crypto',
		typeVersion: 1,
		parameters: { action: 'hash', type: 'SHA256', binaryData: true, binaryPropertyName },
	};
}

/** Turns a field with base64 into a file in the binary field `data`. */
export function fileFromBase64(sourceProperty: string, mimeType: string): NodeSpec {
	return {
		name: 'File',
		type: 'n8n-nodes-base.convertToFile',
		typeVersion: 1,
		parameters: { operation: 'toBinary', sourceProperty, options: { mimeType } },
	};
}
