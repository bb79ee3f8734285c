import type { IExecuteFunctions } from 'n8n-workflow';

/**
 * Uses one of the lists in which n8n's database remembers what a node has processed. n8n finds a list by the workflow and
 * the ID of the node, which it reads synchronously. `listId` replaces that ID.
 */
export async function withList<T>(
	context: IExecuteFunctions,
	listId: string,
	use: () => Promise<T>,
): Promise<T> {
	const { node } = context.getExecuteData();
	const nodeId = node.id;
	node.id = listId;
	const used = use();
	node.id = nodeId;
	return await used;
}
