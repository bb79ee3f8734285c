import type { IExecuteFunctions } from 'n8n-workflow';

import { isToolExecution } from '../n8n/toolExecution';

/** What applies to all items of a run. */
export interface Mode {
	/** Three outputs instead of one. */
	readonly byStatus: boolean;
}

export function readMode(context: IExecuteFunctions): Mode {
	const outputMode = context.getNodeParameter('outputMode', 0, 'single');
	// An AI agent only reads the first output, so as a tool the node has one output
	return { byStatus: outputMode === 'byStatus' && !isToolExecution(context) };
}
