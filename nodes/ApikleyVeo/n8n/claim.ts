import type { IExecuteFunctions } from 'n8n-workflow';

import { withList } from './processedList';

/** Room for the ID of the node and a long task ID. An index may not take more. */
const MAX_ID_LENGTH = 200;

const OPTIONS = { mode: 'entries' } as const;

/**
 * Resolves with true for the first one that claims the key, whichever process it runs in, and when that one claims it again.
 * n8n remembers what a node has processed as one list, which it reads and writes as a whole, so two executions at the same
 * moment could both be the first. But only one of them can create the list. So each key has a list of its own.
 */
export async function claim(
	context: IExecuteFunctions,
	key: string,
	claimant: string,
): Promise<boolean> {
	const entries = [key, `claimed by ${claimant}`] as const;
	const tryOnce = async () =>
		await withListOf(context, key, async () => {
			return await context.helpers.checkProcessedAndRecord([...entries], 'node', OPTIONS);
		});
	// The first attempt fails if another execution creates the list at the same moment
	const result = await tryOnce().catch(async () => await tryOnce().catch(() => null));
	// Without a database, twice is better than never
	if (result === null || !result.processed.includes(entries[0])) return true;
	if (result.processed.includes(entries[1])) return true;
	await withListOf(context, key, async () => {
		await context.helpers.removeProcessed([entries[1]], 'node', OPTIONS);
	}).catch(() => {});
	return false;
}

/** Deletes the list of a key that is never claimed again. */
export async function forgetClaim(context: IExecuteFunctions, key: string): Promise<void> {
	await withListOf(context, key, async () => {
		await context.helpers.clearAllProcessedItems('node', OPTIONS);
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
