import type {
	EngineRequest,
	EngineResponse,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	ISourceData,
} from 'n8n-workflow';

import { nextDueAt, saveRun } from '../execution/savedRun';
import type { ParkedRun, Run } from '../execution/savedRun';

/**
 * How a run of the node is parked. n8n saves an execution that is put to wait, but skips the node that did so
 * when it goes on. So the node asks n8n, in the way an AI agent asks for its tools, to run a node and then come
 * back: and the node it asks for is itself. Two entries are then on n8n's stack. The one that comes first falls
 * asleep: it puts the execution to wait, and is skipped later. The other goes on with the run. Nothing is
 * added to the saved execution from one round to the next.
 *
 * In the execution order v1 the entry asked for comes first; in n8n's old one it comes last.
 */

/** In the one item of the entry that was asked for. */
const ENTRY_KEY = 'apikleyVeoParked';

/** What is noted for the two entries. */
interface ParkedEntry {
	/** When to wake, in milliseconds since 1970. */
	readonly until: number;
	/** With the entry that goes on. */
	readonly parkedRun: ParkedRun | null;
	/** Where the node's input came from: n8n keeps it only in part. */
	readonly source: ISourceData | null;
}

/** What the node is to do with a note: sleep, or go on. */
export type Parked =
	| { readonly kind: 'suspend'; readonly until: number }
	| { readonly kind: 'resume'; readonly parkedRun: ParkedRun };

/** Why a run can't be parked in this n8n, and what to do; null where it can be. */
export function parkingUnavailableReason(
	context: IExecuteFunctions,
	response: EngineResponse | undefined,
): string | null {
	// An n8n that can be asked to run a node and come back passes on a response; from 2.6 on, and late in 1.123, it tells its
	// settings too
	if (response !== undefined && 'getWorkflowSettings' in context) return null;
	return 'This n8n is too old to park a wait. Update it to 2.6 or newer, or set While Waiting to Keep Running.';
}

/** Nothing comes before the node, so n8n would not come back to it. */
export function hasNoSource(context: IExecuteFunctions): boolean {
	return !sourceOf(context)?.previousNode;
}

/** To be returned by the node's `execute`. n8n comes back with it when the first of the waits is due. */
export function park(context: IExecuteFunctions, run: Run): EngineRequest {
	const asleep: ParkedEntry = { until: nextDueAt(run), parkedRun: null, source: null };
	const goingOn: ParkedEntry = { ...asleep, parkedRun: saveRun(run), source: sourceOf(context) };
	const [asked, back] = isOrderV1(context) ? [asleep, goingOn] : [goingOn, asleep];
	const action: EngineRequest['actions'][number] = {
		actionType: 'ExecutionNodeAction',
		nodeName: context.getNode().name,
		input: { [ENTRY_KEY]: asked as unknown as IDataObject },
		type: 'main',
		id: 'park',
		metadata: {},
	};
	return { actions: [action], metadata: { [ENTRY_KEY]: back } };
}

/** What this run of the node is for; null: a new one. */
export function readParked(
	context: IExecuteFunctions,
	response: EngineResponse | undefined,
): Parked | null {
	const note = readEntry(context, response);
	if (note === null) return null;
	const { until, parkedRun, source } = note;
	if (parkedRun === null) return { kind: 'suspend', until };
	const entry = context.getExecuteData();
	// It would stay in the saved execution
	delete entry.metadata;
	const sources = entry.source?.main;
	if (sources !== undefined && source !== null) sources[0] = source;
	return { kind: 'resume', parkedRun };
}

function readEntry(
	context: IExecuteFunctions,
	response: EngineResponse | undefined,
): ParkedEntry | null {
	const back = (response?.metadata as IDataObject | undefined)?.[ENTRY_KEY];
	if (back !== undefined) return back as unknown as ParkedEntry;
	// So n8n marks the entries that a node has asked for; an item of the user's can't pass for one
	if (context.getExecuteData().metadata?.preserveSourceOverwrite !== true) return null;
	return (context.getInputData()[0]?.json[ENTRY_KEY] as ParkedEntry | undefined) ?? null;
}

/** Parks the execution. When it goes on, n8n skips this entry of its stack and comes to the other one. */
export async function putToWait(
	context: IExecuteFunctions,
	until: number,
): Promise<INodeExecutionData[][]> {
	const entry = context.getExecuteData();
	const { node } = entry;
	// n8n set it on the node of both entries, to log what a tool puts out elsewhere
	delete node.rewireOutputLogTo;
	// n8n disables the node of this entry, which is that of the other entry as well
	const { id, name, type, typeVersion, position } = node;
	entry.node = { id, name, type, typeVersion, position, parameters: {} };
	// A disabled node hands on its input: nothing at all, not even an empty output
	entry.data = { main: [] };
	const parkedUntil = new Date(until);
	await context.putExecutionToWait(parkedUntil);
	// Whoever called a webhook that answers when the last node has finished gets this; n8n drops it on waking
	return [[{ json: { parkedUntil: parkedUntil.toISOString() } }]];
}

function isOrderV1(context: IExecuteFunctions): boolean {
	return context.getWorkflowSettings().executionOrder === 'v1';
}

function sourceOf(context: IExecuteFunctions): ISourceData | null {
	return context.getExecuteData().source?.main?.[0] ?? null;
}
