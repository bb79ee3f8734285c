import type { IExecuteFunctions } from 'n8n-workflow';

/** True if an AI agent runs the node as its tool. An n8n without the method can't tell, and has no such tools. */
export function isToolExecution(context: IExecuteFunctions): boolean {
	return 'isToolExecution' in context && context.isToolExecution();
}
