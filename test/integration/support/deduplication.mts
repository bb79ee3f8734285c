import { DataDeduplicationService } from 'n8n-core';
import type { IDataDeduplicator } from 'n8n-workflow';

type List = Map<string, Set<unknown>>;

/** n8n's database of what nodes have processed, in memory: each test has an empty one. */
export function useDeduplication(): void {
	const lists: List = new Map();
	beforeAll(async () => await DataDeduplicationService.init(deduplicatorFor(lists)));
	beforeEach(() => lists.clear());
}

function deduplicatorFor(lists: List): IDataDeduplicator {
	const listOf = (nodeId = '') => {
		const list = lists.get(nodeId) ?? new Set();
		lists.set(nodeId, list);
		return list;
	};
	const deduplicator: Partial<IDataDeduplicator> = {
		async checkProcessedAndRecord(items, _scope, { node }) {
			const list = listOf(node?.id);
			const processed = items.filter((item) => list.has(item));
			for (const item of items) list.add(item);
			return { new: items.filter((item) => !processed.includes(item)), processed };
		},
		async removeProcessed(items, _scope, { node }) {
			const list = listOf(node?.id);
			for (const item of items) list.delete(item);
		},
	};
	return deduplicator as IDataDeduplicator;
}
