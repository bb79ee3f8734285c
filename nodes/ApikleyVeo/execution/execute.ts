import type { EngineResponse, IExecuteFunctions, NodeOutput } from 'n8n-workflow';

import { toNodeError } from '../errors/nodeError';
import { park, putToWait, readParked } from '../n8n/parking';
import { hintsFor } from '../output/hints';
import { toOutputData } from '../output/outputData';
import { InvalidParameterError } from '../parameters/invalidParameter';
import { readMode } from '../parameters/mode';
import { readOnError } from '../parameters/onError';
import { readParkAfterMs } from '../parameters/polling';
import { readRequests } from '../parameters/taskRequest';
import type { ReadActions } from '../parameters/taskRequest';
import { advance } from './advance';
import { failPending } from './failPending';
import { toOutcomes } from './jobs';
import { createPlan } from './plan';
import { isDone, newRun, nextDueAt } from './run';
import type { FailFast, Run } from './run';
import { restoreRun, saveRun } from './savedRun';
import { openSession } from './session';

/** What an operation decides about a run. */
export interface RunOperation {
	/** True if the operation waits, so that its run can be parked. */
	readonly waits: boolean;
	readonly readActions: ReadActions;
}

/** Runs the node for all its items, or resumes its parked run. n8n passes `response`. */
export async function execute(
	context: IExecuteFunctions,
	operation: RunOperation,
	response?: EngineResponse,
): Promise<NodeOutput> {
	const parked = readParked(context, response);
	if (parked?.kind === 'suspend') return await putToWait(context, parked.until);
	const mode = readMode(context);
	const onError = readOnError(context);
	const node = context.getNode();
	const failFast: FailFast = (problem, itemIndex) => {
		if (onError === 'stopWorkflow') throw toNodeError(node, problem, itemIndex);
	};

	const pending =
		parked === null
			? newRun(createPlan(await readRequests(context, mode, operation.readActions)))
			: restoreRun(parked.state);
	checkItems(pending, failFast);
	const session = await openSession(context, () => {
		// The time in memory counts from the start of the run only
		if (parked !== null) return 0;
		return operation.waits ? readParkAfterMs(context, response) : Infinity;
	});
	const run = await (session instanceof InvalidParameterError
		? failPending(pending, session, failFast)
		: advance(session, pending, failFast).finally(session.close));

	if (!run.states.every(isDone)) return park(context, nextDueAt(run), saveRun(run));
	const outcomes = toOutcomes(run);
	if ('addExecutionHints' in context) {
		context.addExecutionHints(...hintsFor(outcomes, run.maxStartDelayMs));
	}
	return toOutputData(outcomes, { byStatus: mode.byStatus, onError, node });
}

/** With On Error: stop, an invalid item fails the node before any request is sent. */
function checkItems({ plan }: Run, failFast: FailFast): void {
	plan.items.forEach((item, itemIndex) => {
		if (item.kind === 'problem') failFast(item.problem, itemIndex);
	});
}
