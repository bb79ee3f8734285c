import type { IExecuteFunctions } from 'n8n-workflow';

/** What becomes of an item that failed, by the node's On Error setting. */
export type OnError = 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput';

export function readOnError(context: IExecuteFunctions): OnError {
	if (!context.continueOnFail()) return 'stopWorkflow';
	// Workflows from before On Error have a yes or no instead
	const { onError = 'continueRegularOutput' } = context.getNode();
	return onError;
}
