import type { IExecuteFunctions, INode } from 'n8n-workflow';

/**
 * True if an AI agent runs the node as its tool. From version 3 on, the AI Agent runs its tools like any other node. Then n8n's
 * own method returns false.
 */
export function isToolExecution(context: IExecuteFunctions): boolean {
	if ('isToolExecution' in context && context.isToolExecution()) return true;
	return isTool(context.getNode());
}

/** n8n gives a node that is a tool a type of its own. */
export function isTool({ type }: INode): boolean {
	return type.endsWith('Tool');
}
