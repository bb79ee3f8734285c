import type {
	EngineRequest,
	EngineResponse,
	IExecuteFunctions,
	INodeExecutionData,
	ISourceData,
} from 'n8n-workflow';

import { nextDueAt, saveRun } from './parkedRun';
import type { ParkedRun, Run } from './parkedRun';

/**
 * How a run of the node is parked. n8n saves an execution that is put to wait, but skips the node that did so
 * when it goes on. So the node asks n8n, in the way an AI agent asks for its tools, to run a node and then come
 * back with what was noted: and the node it asks for is itself, asleep. That one is put to wait and skipped
 * later, and then n8n comes back. Nothing is added to the saved execution from one round to the next.
 */

/** In the one item that a sleeping node gets: milliseconds since 1970. */
const SLEEP_UNTIL = 'apikleyVeoParkedUntil';

interface Note {
	readonly parkedRun: ParkedRun;
	/** Where the node's input came from: n8n keeps it only in part. */
	readonly source: ISourceData | null;
}

/** Why a run can't be parked in this n8n, and what to do; null where it can be. */
export function whyNoParking(
	context: IExecuteFunctions,
	response: EngineResponse | undefined,
): string | null {
	const instead = 'or set While Waiting to Keep Running.';
	// An n8n that can be asked to run a node and come back passes on a response; from 2.6 on it tells its settings too
	if (response === undefined || !('getWorkflowSettings' in context)) {
		return `This n8n is too old to park a wait. Update it to 2.6 or newer, ${instead}`;
	}
	if (context.getWorkflowSettings().executionOrder !== 'v1') {
		return `A wait can be parked only with the execution order v1. Choose it in the settings of the workflow, ${instead}`;
	}
	return null;
}

/** Nothing comes before the node, so n8n would not come back to it. */
export function hasNoSource(context: IExecuteFunctions): boolean {
	return !sourceOf(context)?.previousNode;
}

/** To be returned by the node's `execute`. n8n comes back with it when the first of the waits is due. */
export function park(context: IExecuteFunctions, run: Run): EngineRequest {
	const note: Note = { parkedRun: saveRun(run), source: sourceOf(context) };
	const sleeper: EngineRequest['actions'][number] = {
		actionType: 'ExecutionNodeAction',
		nodeName: context.getNode().name,
		input: { [SLEEP_UNTIL]: nextDueAt(run) },
		type: 'main',
		id: 'sleep',
		metadata: {},
	};
	return { actions: [sleeper], metadata: note };
}

/** The run that n8n comes back with; null at its beginning. */
export function readParked(
	context: IExecuteFunctions,
	response: EngineResponse | undefined,
): ParkedRun | null {
	const { parkedRun, source } = (response?.metadata ?? {}) as Partial<Note>;
	if (parkedRun === undefined) return null;
	const executeData = context.getExecuteData();
	// It would stay in the saved execution
	delete executeData.metadata;
	const sources = executeData.source?.main;
	if (sources !== undefined && source) sources[0] = source;
	return parkedRun;
}

/** When to wake, in milliseconds since 1970, if this is the node asleep; else null. */
export function readSleep(context: IExecuteFunctions): number | null {
	if (context.getExecuteData().metadata?.preserveSourceOverwrite !== true) return null;
	const until = context.getInputData()[0]?.json[SLEEP_UNTIL];
	return typeof until === 'number' ? until : null;
}

/** Parks the execution. When it goes on, n8n skips this entry of its stack and comes to the next one. */
export async function sleepUntil(
	context: IExecuteFunctions,
	until: number,
): Promise<INodeExecutionData[][]> {
	const entry = context.getExecuteData();
	const { node } = entry;
	// n8n set it on the node of both entries, to log what a tool puts out elsewhere
	delete node.rewireOutputLogTo;
	// n8n disables the node of this entry, which the next entry has as well
	const { id, name, type, typeVersion, position } = node;
	entry.node = { id, name, type, typeVersion, position, parameters: {} };
	// A disabled node hands on its input: nothing
	entry.data = { main: [null] };
	await context.putExecutionToWait(new Date(until));
	return [[]];
}

function sourceOf(context: IExecuteFunctions): ISourceData | null {
	return context.getExecuteData().source?.main?.[0] ?? null;
}
