import type { IExecuteFunctions } from 'n8n-workflow';

import { withList } from './processedList';

/** Room for the ID of the node and a long task ID. An index may not take more. */
const MAX_ID_LENGTH = 200;

/**
 * Resolves with true for the first execution that claims the key, whichever process it runs in. n8n remembers what a node
 * has processed as one list, which it reads and writes as a whole, so two executions at the same moment could both be the
 * first. But only one of them can create the list. So each key has a list of its own.
 */
export async function claim(context: IExecuteFunctions, key: string): Promise<boolean> {
	const entries = [key, `execution ${context.getExecutionId()}`] as const;
	const tryOnce = async () =>
		await withListOf(context, key, async () => {
			const options = { mode: 'entries' } as const;
			return await context.helpers.checkProcessedAndRecord([...entries], 'node', options);
		});
	// The first attempt fails if another execution creates the list at the same moment
	const result = await tryOnce().catch(async () => await tryOnce().catch(() => null));
	// Without a database, twice is better than never
	if (result === null || !result.processed.includes(entries[0])) return true;
	// n8n runs an execution again whose worker has crashed
	return result.processed.includes(entries[1]);
}

/** Deletes the list of a key that is never claimed again. */
export async function forgetClaim(context: IExecuteFunctions, key: string): Promise<void> {
	await withListOf(context, key, async () => {
		await context.helpers.clearAllProcessedItems('node', { mode: 'entries' });
	}).catch(() => {});
}

/** Each key has a list of its own, and so has each node. */
async function withListOf<T>(
	context: IExecuteFunctions,
	key: string,
	use: () => Promise<T>,
): Promise<T> {
	const listId = `${context.getExecuteData().node.id}/${key}`.slice(0, MAX_ID_LENGTH);
	return await withList(context, listId, use);
}
