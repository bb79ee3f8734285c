import type { EngineResponse, IExecuteFunctions } from 'n8n-workflow';

import { hasNoSource, parkingUnavailableReason } from '../n8n/parking';
import type { Mode } from './mode';
import { tryRead, InvalidParameterError, readNumber } from './number';
import { POLLING_RULES, readCollection } from './options';

/**
 * Milliseconds that waits stay in memory before they are parked; Infinity: they are not parked at all.
 */
export function readParkAfter(
	context: IExecuteFunctions,
	{ operation }: Mode,
	response: EngineResponse | undefined,
): number | InvalidParameterError {
	const whileWaiting = context.getNodeParameter('whileWaiting', 0, 'keepRunning');
	if (operation !== 'waitUntilComplete' || whileWaiting !== 'park') return Infinity;
	// An AI agent awaits its tool here and now
	if (isToolExecution(context) || hasNoSource(context)) return Infinity;
	return tryRead(() => {
		const reason = parkingUnavailableReason(context, response);
		if (reason !== null) throw new InvalidParameterError(reason);
		const polling = readCollection(context, 'polling', 0);
		return readNumber(polling.parkAfter, POLLING_RULES.parkAfter) * 1000;
	});
}

export function isToolExecution(context: IExecuteFunctions): boolean {
	return 'isToolExecution' in context && context.isToolExecution();
}
