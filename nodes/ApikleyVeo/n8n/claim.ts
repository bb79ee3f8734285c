import type { IExecuteFunctions } from 'n8n-workflow';

/** n8n's column has no limit on every database, but its index may. */
const MAX_ID_LENGTH = 200;

/**
 * Resolves with true for the first execution that claims this key, whichever process it runs in. n8n's database holds
 * what a node has processed as one list, and n8n reads and writes the whole of it, so two executions at the same moment
 * could both be first. But n8n creates the list only once. So each key gets a list of its own, which n8n finds by the ID of
 * the node.
 */
export async function claim(context: IExecuteFunctions, key: string): Promise<boolean> {
	return await tryToClaim(context, key).catch(
		// Another execution may have created the list at the same moment
		async () => await tryToClaim(context, key).catch(() => true),
	);
}

async function tryToClaim(context: IExecuteFunctions, key: string): Promise<boolean> {
	const { node } = context.getExecuteData();
	const nodeId = node.id;
	const entries = [`key ${key}`, `execution ${context.getExecutionId()}`];
	node.id = `${nodeId}/${key}`.slice(0, MAX_ID_LENGTH);
	// n8n reads the ID before it waits for anything
	const checked = context.helpers.checkProcessedAndRecord(entries, 'node', { mode: 'entries' });
	node.id = nodeId;
	const { processed } = await checked;
	// An execution that n8n runs again after a crash of its worker has claimed it before
	return !processed.includes(entries[0] ?? '') || processed.includes(entries[1] ?? '');
}
