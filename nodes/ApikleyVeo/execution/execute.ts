import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type {
	EngineResponse,
	IExecuteFunctions,
	INodeExecutionData,
	JsonObject,
	NodeOutput,
} from 'n8n-workflow';

import { unexpectedProblem } from '../errors/lookupProblems';
import { toNodeError } from '../errors/nodeError';
import { withOthers } from '../errors/problem';
import { park, putToWait, readParked } from '../n8n/parking';
import type { Parked } from '../n8n/parking';
import { hintsFor } from '../output/hints';
import type { Outcome } from '../output/outcome';
import { pendingOutput, toOutputData } from '../output/outputData';
import type { OutputOptions } from '../output/outputData';
import { readMode } from '../parameters/mode';
import type { Mode } from '../parameters/mode';
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
import type { ProblemOf } from './session';

/** What an operation decides about a run. */
export interface RunOperation {
	/** True if the operation waits, so that its run can be parked. */
	readonly waits: boolean;
	readonly readActions: ReadActions;
}

/** Runs the node for all its items, or resumes its parked run. n8n passes `response`. */
export async function execute(
	context: IExecuteFunctions,
	selectOperation: (context: IExecuteFunctions) => RunOperation,
	response?: EngineResponse,
): Promise<NodeOutput> {
	const mode = readMode(context);
	const onError = readOnError(context);
	const node = context.getNode();
	const options: OutputOptions = { byStatus: mode.byStatus, onError, node };
	const failFast: FailFast = (problem, itemIndex, fine) => {
		if (onError !== 'stopWorkflow') return;
		const others = context.getInputData().length - 1;
		throw toNodeError(node, withOthers(problem, fine, others), itemIndex);
	};
	try {
		const parked = readParked(context, response);
		if (parked?.kind === 'suspend') {
			return await putToWait(context, parked.until, pendingOutput(mode.byStatus));
		}
		const operation = selectOperation(context);
		const run = await advanceRun(context, { operation, mode, parked, response, failFast });
		if (!run.states.every(isDone)) return park(context, nextDueAt(run), saveRun(run));
		const outcomes = toOutcomes(run);
		if ('addExecutionHints' in context) {
			context.addExecutionHints(
				...hintsFor(outcomes, { byStatus: mode.byStatus, maxStartDelayMs: run.maxStartDelayMs }),
			);
		}
		return toOutputData(outcomes, options);
	} catch (error) {
		if (onError !== 'stopWorkflow') return failAll(context, error as Error, options);
		// Both hand on the error itself if it is one of theirs
		if (error instanceof NodeApiError) throw new NodeApiError(node, error as unknown as JsonObject);
		throw new NodeOperationError(node, error as Error);
	}
}

interface RunSettings {
	readonly operation: RunOperation;
	readonly mode: Mode;
	readonly parked: Extract<Parked, { kind: 'resume' }> | null;
	readonly response: EngineResponse | undefined;
	readonly failFast: FailFast;
}

async function advanceRun(
	context: IExecuteFunctions,
	{ operation, mode, parked, response, failFast }: RunSettings,
): Promise<Run> {
	const pending =
		parked === null
			? newRun(createPlan(await readRequests(context, mode, operation.readActions)))
			: restoreRun(parked.state);
	checkItems(pending, failFast);
	const session = await openSession(context, () => {
		// The time in memory counts from the start of the run only
		if (parked !== null) return 0;
		return operation.waits ? readParkAfterMs(context, response) : Infinity;
	}).catch(
		({ message }: Error): ProblemOf =>
			(taskId) => ({ ...unexpectedProblem(message), taskId }),
	);
	return await (typeof session === 'function'
		? failPending(pending, session, failFast)
		: advance(session, pending, failFast).finally(session.close));
}

/** With On Error: stop, an invalid item fails the node before any request is sent. */
function checkItems({ plan }: Run, failFast: FailFast): void {
	plan.items.forEach((item, itemIndex) => {
		if (item.kind === 'problem') failFast(item.problem, itemIndex, 0);
	});
}

/** Something was thrown that belongs to no item: n8n would put the input on the first output, as if it had succeeded. */
function failAll(
	context: IExecuteFunctions,
	{ message }: Error,
	options: OutputOptions,
): INodeExecutionData[][] {
	const problem = unexpectedProblem(message);
	const outcomes = context
		.getInputData()
		.map((): Outcome => ({ kind: 'problem', problem, task: null }));
	return toOutputData(outcomes, options);
}
