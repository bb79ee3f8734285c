import type { EngineResponse, IExecuteFunctions, NodeOutput } from 'n8n-workflow';

import { deliver } from '../items/deliver';
import { hintsFor } from '../items/hints';
import { goOn } from '../parking/goOn';
import { park, readParked, sleepUntil } from '../parking/park';
import { restoreRun } from '../parking/parkedRun';
import { readMode } from '../settings/mode';
import { readOnFailure } from '../settings/onFailure';
import { readParkAfter } from '../settings/parking';
import { isAnswered, outcomesOf } from './answer';
import { begin } from './begin';

/**
 * Runs the node for all its items side by side. `response` comes from n8n: with what was noted when the run
 * was parked, if it was.
 */
export async function execute(
	context: IExecuteFunctions,
	response?: EngineResponse,
): Promise<NodeOutput> {
	const parked = readParked(context, response);
	if (parked?.kind === 'asleep') return await sleepUntil(context, parked.until);
	const onFailure = readOnFailure(context);
	const mode = readMode(context);
	const run =
		parked === null
			? await begin(context, mode, onFailure, readParkAfter(context, mode, response))
			: await goOn(context, restoreRun(parked.parkedRun), onFailure);
	if (!run.standings.every(isAnswered)) return park(context, run);
	const outcomes = outcomesOf(run.plan, run.standings);
	if ('addExecutionHints' in context) {
		context.addExecutionHints(...hintsFor(outcomes, run.longestDelayMs));
	}
	return deliver(context, outcomes, { byStatus: mode.byStatus, onFailure });
}
