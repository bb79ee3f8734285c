import type { EngineResponse, IExecuteFunctions, NodeOutput } from 'n8n-workflow';

import { toOutputData } from '../output/outputData';
import { hintsFor } from '../output/hints';
import { resume } from './resume';
import { park, readParked, putToWait } from '../n8n/parking';
import { restoreRun } from './savedRun';
import { readMode } from '../parameters/mode';
import { readOnError } from '../parameters/onError';
import { readParkAfter } from '../parameters/parkAfter';
import { isDone, toOutcomes } from './jobs';
import { start } from './start';

/**
 * Runs the node for all its items side by side. `response` comes from n8n: with what was noted when the run
 * was parked, if it was.
 */
export async function execute(
	context: IExecuteFunctions,
	response?: EngineResponse,
): Promise<NodeOutput> {
	const parked = readParked(context, response);
	if (parked?.kind === 'suspend') return await putToWait(context, parked.until);
	const onFailure = readOnError(context);
	const mode = readMode(context);
	const run =
		parked === null
			? await start(context, mode, onFailure, readParkAfter(context, mode, response))
			: await resume(context, restoreRun(parked.parkedRun), onFailure);
	if (!run.states.every(isDone)) return park(context, run);
	const outcomes = toOutcomes(run.plan, run.states);
	if ('addExecutionHints' in context) {
		context.addExecutionHints(...hintsFor(outcomes, run.maxStartDelayMs));
	}
	return toOutputData(context, outcomes, { byStatus: mode.byStatus, onFailure });
}
