import type { INodePropertyOptions } from 'n8n-workflow';

import type { RunOperation } from '../execution/execute';

/** One operation of the node: how the panel shows it, which fields it has, and how it reads what an item requests. */
export interface Operation extends RunOperation {
	readonly option: INodePropertyOptions & { readonly value: string };
	/** When the fields of a download are shown: never, always, or if Download Videos is on. */
	readonly downloads: 'never' | 'always' | 'optionally';
}
