/** The lists in which n8n's database remembers what nodes have processed. */
import type { IExecuteData } from 'n8n-workflow';

export class ProcessedLists {
	private readonly lists = new Map<string, Set<unknown>>();

	/** The functions that n8n gives to a node, which has the list of its ID. `killed`: aborted when the process ends. */
	helpersFor({ node }: IExecuteData, killed: AbortSignal) {
		return {
			checkProcessedAndRecord: async (items: unknown[]) => {
				killed.throwIfAborted();
				const list = this.listOf(node.id);
				const processed = items.filter((item) => list.has(item));
				for (const item of items) list.add(item);
				const isNew = (item: unknown) => !processed.includes(item);
				return await Promise.resolve({ new: items.filter(isNew), processed });
			},
			removeProcessed: async (items: unknown[]) => {
				killed.throwIfAborted();
				const list = this.listOf(node.id);
				for (const item of items) list.delete(item);
				await Promise.resolve();
			},
		};
	}

	private listOf(nodeId: string): Set<unknown> {
		const list = this.lists.get(nodeId) ?? new Set();
		this.lists.set(nodeId, list);
		return list;
	}
}
