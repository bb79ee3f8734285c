import type { IExecuteFunctions } from 'n8n-workflow';

import { isToolExecution } from './parkAfter';

export type Operation = 'getStatus' | 'waitUntilComplete' | 'download';

/** What holds for all items of a run. */
export interface Mode {
	readonly operation: Operation;
	/** Three outputs in place of one. */
	readonly byStatus: boolean;
}

export function readMode(context: IExecuteFunctions): Mode {
	const outputMode = context.getNodeParameter('outputMode', 0, 'single');
	return {
		operation: context.getNodeParameter('operation', 0) as Operation,
		// An AI agent reads the first output alone, so as a tool the node has only that
		byStatus: outputMode === 'byStatus' && !isToolExecution(context),
	};
}
