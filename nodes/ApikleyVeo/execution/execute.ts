import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type {
	EngineResponse,
	IExecuteFunctions,
	INodeExecutionData,
	JsonObject,
	NodeOutput,
} from 'n8n-workflow';

import { creationUncertain, withOtherTasks } from '../errors/creationProblems';
import { runSkipped, unexpectedProblem } from '../errors/lookupProblems';
import { toNodeError } from '../errors/nodeError';
import { shareIf, withOthers } from '../errors/problem';
import type { Problem } from '../errors/problem';
import { CreationClaims } from '../n8n/creationClaims';
import { CreationNotes } from '../n8n/creationNotes';
import { ImageDigests } from '../n8n/imageDigests';
import { park, putToWait, readParked } from '../n8n/parking';
import { hintsFor } from '../output/hints';
import type { Outcome } from '../output/outcome';
import { pendingOutput, problemJson, toOutputData } from '../output/outputData';
import type { OutputOptions } from '../output/outputData';
import { readMode } from '../parameters/mode';
import { readOnError } from '../parameters/onError';
import { readParkAfterMs } from '../parameters/polling';
import { readRequests } from '../parameters/taskRequest';
import type { ParsedRequest, RequestReaders } from '../parameters/taskRequest';
import { advance } from './advance';
import type { Claimed } from './claimedCreations';
import { getCredits } from './credits';
import { failPending } from './failPending';
import { toOutcomes } from './jobs';
import { createTasks, findTasks } from './create';
import { explainInvalidCreations } from './invalidCreations';
import { createdTaskIds, createPlan, taskIdsOf, uncertainIn } from './plan';
import type { Plan, PlannableRequest } from './plan';
import { isComplete, newRun, nextDueAt } from './run';
import type { FailFast, Run } from './run';
import { restoreRun, saveRun } from './savedRun';
import { openSession } from './session';
import type { ProblemOf, Session } from './session';
import { addNamed, expireUncertain } from './uncertain';
import { wakeRun } from './wake';

/** What an operation decides about a run. */
export interface RunOperation extends RequestReaders {
	/** What it gets, if that is not about a task. */
	readonly gets?: 'credits';
	/** When the operation waits, so that its run can be parked: never, always, or if Wait for Completion is on. */
	readonly waits: 'never' | 'always' | 'optionally';
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
		if (onError !== 'stopWorkflow' || isCancelled(context)) return;
		const others = (run?.plan.items.length ?? context.getInputData().length) - 1;
		const named = run === null ? problem : withTasks(context, problem, run.plan, itemIndex);
		throw toNodeError(node, withOthers(named, fine, others), itemIndex);
	};
	try {
		const parked = readParked(context, response);
		if (parked?.kind === 'suspend') {
			return await putToWait(context, parked.until, pendingOutput(mode.byStatus));
		}
		const callbacks = parked?.callbacks ?? [];
		if (parked !== null) run = addNamed(restoreRun(parked.state), callbacks);
		const operation = selectOperation(context);
		if (operation.gets === 'credits') return await executeCredits(context, options, failFast);
		const requests = await explainInvalidCreations(
			() => creationsOf(context),
			run === null ? await readRequests(context, mode, operation) : [],
		);
		checkRequests(context, requests, failFast);
		const session = await tryOpenSession(context, () => {
			// The time in memory counts from the start of the run only
			if (parked !== null) return 0;
			return operation.waits === 'never' ? Infinity : readParkAfterMs(context, response);
		});
		try {
			run ??= newRun(createPlan(await toPlannable(context, session, requests, failFast)));
			checkItems(run, failFast);
			if (typeof session === 'function') {
				run = failPending(run, session, failFast);
			} else {
				run = await wakeRun(session, run, callbacks, failFast);
				// The Stop button can end the last check of a task that a callback names, so nothing follows from that check
				if (!isCancelled(context)) run = expireUncertain(run, session.clock.date(), failFast);
				run = await advance(session, run, failFast);
			}
		} finally {
			if (typeof session !== 'function') session.close();
		}
		if (!isComplete(run) && !isCancelled(context)) {
			const ifSkipped = problemJson(
				runSkipped(taskIdsOf(run.plan), uncertainIn(run.plan.items).length),
			);
			return park(context, nextDueAt(run), saveRun(run), ifSkipped);
		}
		const outcomes = toOutcomes(run);
		if ('addExecutionHints' in context) {
			const { maxStartDelayMs } = run;
			const isApiLocal = typeof session === 'function' || session.isApiLocal;
			const { byStatus } = mode;
			context.addExecutionHints(...hintsFor(outcomes, { byStatus, maxStartDelayMs, isApiLocal }));
		}
		return toOutputData(outcomes, options);
	} catch (error) {
		if (onError !== 'stopWorkflow') return failAll(context, error as Error, { run, options });
		// Both hand on the error itself if it is one of theirs
		if (error instanceof NodeApiError) throw new NodeApiError(node, error as unknown as JsonObject);
		throw new NodeOperationError(node, error as Error);
	}
}

/** With the tasks of the other items, and of earlier attempts. */
function withTasks(
	context: IExecuteFunctions,
	problem: Problem,
	plan: Plan,
	itemIndex: number,
): Problem {
	const others = plan.items.filter((_, index) => index !== itemIndex);
	const uncertain = uncertainIn(others).map((item) => creationUncertain(item.reason, item));
	const created = new Set([...createdTaskIds(plan), ...notedTaskIds(context)]);
	return withOtherTasks(problem, [...created], uncertain);
}

function notedTaskIds(context: IExecuteFunctions): string[] {
	try {
		return new CreationNotes(context).createdTaskIds;
	} catch {
		// The error that is reported matters more
		return [];
	}
}

/** A cancelled execution ends without an error. n8n would take it for one that failed, and start its error workflow. */
function isCancelled(context: IExecuteFunctions): boolean {
	return context.getExecutionCancelSignal()?.aborted === true;
}

async function tryOpenSession(
	...parameters: Parameters<typeof openSession>
): Promise<Session | ProblemOf> {
	const opened = await openSession(...parameters).catch((error: Error): ProblemOf => {
		const problem = unexpectedProblem(error.message);
		return (taskId) => ({ ...problem, taskId });
	});
	return typeof opened === 'function'
		? (...about) => ({ ...opened(...about), isShared: true })
		: opened;
}

async function executeCredits(
	context: IExecuteFunctions,
	options: OutputOptions,
	failFast: FailFast,
): Promise<INodeExecutionData[][]> {
	const session = await tryOpenSession(context, () => Infinity);
	try {
		const outcomes = await getCredits(session, context.getInputData().length, failFast);
		return toOutputData(outcomes, { ...options, byStatus: false });
	} finally {
		if (typeof session !== 'function') session.close();
	}
}

/** With On Error: stop, an invalid item fails the node before any request is sent. */
function checkRequests(
	context: IExecuteFunctions,
	requests: readonly ParsedRequest[],
	failFast: FailFast,
): void {
	if (requests.every(({ kind }) => kind !== 'invalid')) return;
	const isShared = requests.every(({ kind }) => kind === 'invalid');
	const created = notedTaskIds(context);
	requests.forEach((request, itemIndex) => {
		if (request.kind !== 'invalid') return;
		const problem = withOtherTasks(request.problem, created, []);
		failFast(shareIf(isShared, problem), itemIndex, 0);
	});
}

/** Creates the tasks that are requested, if there is a session. Without one, those that exist already are found. */
async function toPlannable(
	context: IExecuteFunctions,
	session: Session | ProblemOf,
	requests: readonly ParsedRequest[],
	failFast: FailFast,
): Promise<PlannableRequest[]> {
	if (typeof session !== 'function') return await createTasks(session, requests, failFast);
	return await findTasks(creationsOf(context), requests, session(null));
}

function creationsOf(context: IExecuteFunctions): Claimed {
	return {
		notes: new CreationNotes(context),
		claims: new CreationClaims(context),
		digests: new ImageDigests(),
		signal: context.getExecutionCancelSignal(),
	};
}

/** A run that another version saved can hold problems. */
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
