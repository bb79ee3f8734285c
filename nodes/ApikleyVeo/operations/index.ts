import { NodeOperationError } from 'n8n-workflow';
import type { IExecuteFunctions } from 'n8n-workflow';

import { download } from './download';
import { extend } from './extend';
import { generate } from './generate';
import { get1080p } from './get1080p';
import { getCredits } from './getCredits';
import { getStatus } from './getStatus';
import type { Operation } from './operation';
import { waitUntilComplete } from './waitUntilComplete';

/** In the panel's order. A new operation is a file here, an endpoint in veo/api/endpoints, and a line in this list. */
export const operations: readonly Operation[] = [
	generate,
	extend,
	get1080p,
	download,
	getStatus,
	waitUntilComplete,
	getCredits,
];

/** The operation that the node is set to. */
export function selectedOperation(context: IExecuteFunctions): Operation {
	const selected = context.getNodeParameter('operation', 0);
	const operation = operations.find(({ option }) => option.value === selected);
	if (operation !== undefined) return operation;
	throw new NodeOperationError(context.getNode(), `The operation ${String(selected)} is unknown.`, {
		description: 'Choose an operation from the list.',
	});
}
