import type { IExecuteFunctions, OnError } from 'n8n-workflow';

/** Reads the node's On Error setting. */
export function readOnError(context: IExecuteFunctions): OnError {
	if (!context.continueOnFail()) return 'stopWorkflow';
	// Workflows saved before this setting existed have `continueOnFail: true` instead
	const { onError = 'continueRegularOutput' } = context.getNode();
	return onError;
}
