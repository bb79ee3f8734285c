import type { EngineResponse, IExecuteFunctions } from 'n8n-workflow';

import { hasNoSource, whyNoParking } from '../parking/park';
import type { Mode } from './mode';
import { catchInvalid, InvalidSetting, readSetting } from './numbers';
import { POLLING_RULES, readCollection } from './settings';

/**
 * Milliseconds that waits stay in memory before they are parked; Infinity: they are not parked at all.
 */
export function readParkAfter(
	context: IExecuteFunctions,
	{ operation }: Mode,
	response: EngineResponse | undefined,
): number | InvalidSetting {
	const whileWaiting = context.getNodeParameter('whileWaiting', 0, 'keepRunning');
	if (operation !== 'waitUntilComplete' || whileWaiting !== 'park') return Infinity;
	// An AI agent awaits its tool here and now
	if (isToolExecution(context) || hasNoSource(context)) return Infinity;
	return catchInvalid(() => {
		const reason = whyNoParking(context, response);
		if (reason !== null) throw new InvalidSetting(reason);
		const polling = readCollection(context, 'polling', 0);
		return readSetting(polling.parkAfter, POLLING_RULES.parkAfter) * 1000;
	});
}

export function isToolExecution(context: IExecuteFunctions): boolean {
	return 'isToolExecution' in context && context.isToolExecution();
}
