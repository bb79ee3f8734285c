import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { INode } from 'n8n-workflow';

import type { Problem } from './problem';

/** The error that the editor shows at an item. Its `type` is the problem's code as text. */
export function toNodeError(
	node: INode,
	{ code, message, description }: Problem,
	itemIndex: number,
): NodeApiError | NodeOperationError {
	const details = { message, description, itemIndex };
	const error =
		typeof code === 'number'
			? new NodeApiError(node, {}, { ...details, httpCode: String(code) })
			: new NodeOperationError(node, message, details);
	// n8n replaces any message that seems to contain the name of a system error, such as "EPERM"
	return Object.assign(error, { message, type: String(code) });
}
