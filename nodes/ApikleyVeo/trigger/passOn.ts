import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { claim, forgetClaim } from '../n8n/claim';

/** Where the item of an execution has what only the first one of its task may pass on. */
const KEY = 'apikleyVeoCallback';

interface Callback {
	readonly taskId: string;
	/** Tells it from other callbacks for the task. */
	readonly id: string;
	/** Tasks that have been remembered long enough. */
	readonly forgotten: readonly string[];
}

/** The item that an execution starts with. Only the first execution of a task and its Retry pass it on. */
export function itemOf(json: IDataObject, callback: Callback | null): INodeExecutionData {
	return { json, ...(callback !== null && { [KEY]: callback as unknown as IDataObject }) };
}

/**
 * Passes on the item that the execution starts with. Usually there is only one for each task. But in queue mode several
 * processes receive webhooks, and two of them may receive callbacks for the same task at the same moment. And a process may be killed
 * after n8n has saved the execution, but not yet the task. If an execution crashes, n8n may run it again, and so may the user
 * with Retry: with the same item.
 */
export async function passOn(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const callback = items[0]?.[KEY] as unknown as Callback | undefined;
	if (callback === undefined) return [items];
	const isFirst = await claim(context, callback.taskId, callback.id);
	for (const taskId of callback.forgotten) await forgetClaim(context, taskId);
	return [isFirst ? items.map(({ json }) => ({ json, pairedItem: { item: 0 } })) : []];
}
