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
import { hintsFor } from '../output/hints';
import type { Outcome } from '../output/outcome';
import { pendingOutput, toOutputData } from '../output/outputData';
import type { OutputOptions } from '../output/outputData';
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
import type { ProblemOf } from './session';
import { wakeRun } from './wake';

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
	let run: Run | null = null;
	const failFast: FailFast = (problem, itemIndex, fine) => {
		if (onError !== 'stopWorkflow') return;
		const others = (run?.plan.items.length ?? context.getInputData().length) - 1;
		throw toNodeError(node, withOthers(problem, fine, others), itemIndex);
	};
	try {
		const parked = readParked(context, response);
		if (parked?.kind === 'suspend') {
			return await putToWait(context, parked.until, pendingOutput(mode.byStatus));
		}
		if (parked !== null) run = restoreRun(parked.state);
		const operation = selectOperation(context);
		run ??= newRun(createPlan(await readRequests(context, mode, operation.readActions)));
		checkItems(run, failFast);
		const session = await openSession(context, () => {
			// The time in memory counts from the start of the run only
			if (parked !== null) return 0;
			return operation.waits ? readParkAfterMs(context, response) : Infinity;
		}).catch(
			({ message }: Error): ProblemOf =>
				(taskId) => ({ ...unexpectedProblem(message), taskId }),
		);
		run = await (typeof session === 'function'
			? failPending(run, session, failFast)
			: wakeRun(session, run, parked?.callbacks ?? [], failFast)
					.then(async (woken) => await advance(session, woken, failFast))
					.finally(session.close));
		if (!run.states.every(isDone)) return park(context, nextDueAt(run), saveRun(run));
		const outcomes = toOutcomes(run);
		if ('addExecutionHints' in context) {
			context.addExecutionHints(
				...hintsFor(outcomes, { byStatus: mode.byStatus, maxStartDelayMs: run.maxStartDelayMs }),
			);
		}
		return toOutputData(outcomes, options);
	} catch (error) {
		if (onError !== 'stopWorkflow') return failAll(context, error as Error, { run, options });
		// Both hand on the error itself if it is one of theirs
		if (error instanceof NodeApiError) throw new NodeApiError(node, error as unknown as JsonObject);
		throw new NodeOperationError(node, error as Error);
	}
}

/** With On Error: stop, an invalid item fails the node before any request is sent. */
function checkItems({ plan }: Run, failFast: FailFast): void {
	plan.items.forEach((item, itemIndex) => {
		if (item.kind === 'problem') failFast(item.problem, itemIndex, 0);
	});
}

interface ThrownOptions {
	/** As far as it is known. */
	readonly run: Run | null;
	readonly options: OutputOptions;
}

/** Something was thrown that belongs to no item: n8n would put the input on the first output, as if it had succeeded. */
function failAll(
	context: IExecuteFunctions,
	{ message }: Error,
	{ run, options }: ThrownOptions,
): INodeExecutionData[][] {
	const problem = unexpectedProblem(message);
	const outcomes =
		run === null
			? context.getInputData().map((): Outcome => ({ kind: 'problem', problem, task: null }))
			: toOutcomes(
					failPending(
						run,
						(taskId) => ({ ...problem, taskId }),
						() => {},
					),
				);
	return toOutputData(outcomes, options);
}
