import type {
	EngineRequest,
	EngineResponse,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	ISourceData,
} from 'n8n-workflow';

/**
 * How a run of the node is parked. n8n saves an execution that is put to wait, but when it resumes the execution it skips
 * the node that asked for this. The node therefore returns an engine request, the mechanism AI agents use to call tools,
 * and names itself as the node to run. n8n's stack then has two entries. The first one puts the execution to wait, and is
 * skipped later. The second one resumes the run. The saved execution doesn't grow from one round to the next.
 *
 * In execution order v1 the requested entry comes first; in n8n's old order (v0) it comes last.
 */

/** The key of the entry's data, in the metadata of the one and in the only item of the other. */
const ENTRY_KEY = 'apikleyVeoParked';

/** What is saved with each of the two entries. */
interface ParkedEntry {
	/** When the execution resumes, in milliseconds since 1970. */
	readonly until: number;
	/** The saved run, in the entry that resumes it; null in the entry that puts the execution to wait. */
	readonly state: IDataObject | null;
	/** Where the node's input came from: n8n only keeps part of it. */
	readonly source: ISourceData | null;
}

/** What the node does for an entry. */
export type Parked =
	| { readonly kind: 'suspend'; readonly until: number }
	| { readonly kind: 'resume'; readonly state: IDataObject };

/** True if this n8n can park a run. `response` is what n8n passes to `execute`. */
export function canPark(context: IExecuteFunctions, response: EngineResponse | undefined): boolean {
	// An n8n that supports engine requests passes a response. From 2.6 on, and in late versions of 1.123, the context
	// has the workflow's settings too.
	return response !== undefined && 'getWorkflowSettings' in context;
}

/** n8n returns from an engine request only to a node that has a node before it. */
export function hasInputNode(context: IExecuteFunctions): boolean {
	return Boolean(sourceOf(context)?.previousNode);
}

/** Returns what `execute` must return to park the run until `until` (ms since 1970). `readParked` then returns `state`. */
export function park(context: IExecuteFunctions, until: number, state: object): EngineRequest {
	const suspend: ParkedEntry = { until, state: null, source: null };
	const resume: ParkedEntry = { until, state: state as IDataObject, source: sourceOf(context) };
	const [requestedEntry, returnEntry] = isOrderV1(context) ? [suspend, resume] : [resume, suspend];
	const action: EngineRequest['actions'][number] = {
		actionType: 'ExecutionNodeAction',
		nodeName: context.getNode().name,
		input: { [ENTRY_KEY]: requestedEntry as unknown as IDataObject },
		type: 'main',
		id: 'park',
		metadata: {},
	};
	return { actions: [action], metadata: { [ENTRY_KEY]: returnEntry } };
}

/** Returns what n8n runs the node for; null for a new run. */
export function readParked(
	context: IExecuteFunctions,
	response: EngineResponse | undefined,
): Parked | null {
	const parkedEntry = readEntry(context, response);
	if (parkedEntry === null) return null;
	const { until, state, source } = parkedEntry;
	if (state === null) return { kind: 'suspend', until };
	const entry = context.getExecuteData();
	// It would stay in the saved execution
	delete entry.metadata;
	const sources = entry.source?.main;
	if (sources !== undefined && source !== null) sources[0] = source;
	return { kind: 'resume', state };
}

function readEntry(
	context: IExecuteFunctions,
	response: EngineResponse | undefined,
): ParkedEntry | null {
	const returnEntry = (response?.metadata as IDataObject | undefined)?.[ENTRY_KEY];
	if (returnEntry !== undefined) return returnEntry as unknown as ParkedEntry;
	// n8n sets this flag on entries created by an engine request, so a user's item can't be mistaken for one
	if (context.getExecuteData().metadata?.preserveSourceOverwrite !== true) return null;
	return (context.getInputData()[0]?.json[ENTRY_KEY] as ParkedEntry | undefined) ?? null;
}

/** Puts the execution to wait. When n8n resumes it, it skips this entry of its stack and runs the other one. */
export async function putToWait(
	context: IExecuteFunctions,
	until: number,
): Promise<INodeExecutionData[][]> {
	const entry = context.getExecuteData();
	const { node } = entry;
	// n8n sets this on the node of both entries, to log what a tool returns elsewhere
	delete node.rewireOutputLogTo;
	// n8n disables the node of this entry, which is the node of the other entry too
	const { id, name, type, typeVersion, position } = node;
	entry.node = { id, name, type, typeVersion, position, parameters: {} };
	// A disabled node passes its input on: nothing at all, not even an empty output
	entry.data = { main: [] };
	const parkedUntil = new Date(until);
	await context.putExecutionToWait(parkedUntil);
	// The response of a webhook that responds when the last node finishes. n8n drops it when it resumes the execution.
	return [[{ json: { parkedUntil: parkedUntil.toISOString() } }]];
}

function isOrderV1(context: IExecuteFunctions): boolean {
	return context.getWorkflowSettings().executionOrder === 'v1';
}

function sourceOf(context: IExecuteFunctions): ISourceData | null {
	return context.getExecuteData().source?.main?.[0] ?? null;
}
