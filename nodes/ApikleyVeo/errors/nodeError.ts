import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { INode } from 'n8n-workflow';

import { isTool } from '../n8n/toolExecution';
import { fullText } from './problem';
import type { Problem } from './problem';

/** The error that the editor shows at an item. Its `type` is the problem's code as text. */
export function toNodeError(
	node: INode,
	problem: Problem,
	itemIndex: number,
): NodeApiError | NodeOperationError {
	// From version 3 on, the AI Agent passes only the message on to the model
	const text = isTool(node) ? fullText(problem) : problem.message;
	// n8n takes an execution for one that was stopped if its error has this word
	const message = text.replaceAll('canceled', 'cancelled');
	const { code, description } = problem;
	const details = { message, description, itemIndex };
	const error =
		typeof code === 'number'
			? new NodeApiError(node, {}, { ...details, httpCode: String(code) })
			: new NodeOperationError(node, message, details);
	// n8n replaces any message that seems to contain the name of a system error, such as "EPERM"
	return Object.assign(error, { message, type: String(code) });
}
