import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IExecuteFunctions } from 'n8n-workflow';

import type { Problem } from './lookupProblems';

/** The error that the editor shows for a problem, at its item. */
export function toNodeError(
	context: IExecuteFunctions,
	problem: Problem,
	itemIndex: number,
): NodeApiError | NodeOperationError {
	const { code, message } = problem;
	const details = {
		message,
		itemIndex,
		...(problem.description === null ? {} : { description: problem.description }),
	};
	const error =
		typeof code === 'number'
			? new NodeApiError(context.getNode(), {}, { ...details, httpCode: String(code) })
			: new NodeOperationError(context.getNode(), message, details);
	// n8n replaces any message in which it believes to see a system error's name, such as "EPERM".
	error.message = message;
	return error;
}
