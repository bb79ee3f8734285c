import type {
	EngineRequest,
	EngineResponse,
	IDataObject,
	IExecuteData,
	IExecuteFunctions,
	INodeExecutionData,
	ISourceData,
} from 'n8n-workflow';

import type { Callback } from '../veo/task/callback';
import type { JsonObject } from '../veo/task/coerce';
import { nextMoment, recall, remember } from './callbackMemory';
import type { Moment } from './callbackMemory';
import { executionOf } from './executionData';
import { isTool } from './toolExecution';

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

/** n8n itself parks executions until the year 3000 at the latest. Databases compare later dates wrongly. */
const MAX_UNTIL = Date.UTC(2999, 0, 1);

/** What is saved with each of the two entries. */
interface ParkedEntry {
	/** When the execution resumes, in milliseconds since 1970. */
	readonly until: number;
	/** The saved run, in the entry that resumes it; null in the entry that puts the execution to wait. */
	readonly state: IDataObject | null;
	/** Where the node's input came from: n8n only keeps part of it. */
	readonly source: ISourceData | null;
	/** The node's input, if the entry's data is a placeholder. */
	readonly input?: readonly INodeExecutionData[];
	/** Absent in the entry that puts the execution to wait, and in a run that an older version of the node has parked. */
	readonly parkedAt?: Moment;
	/** The callbacks that woke the execution; absent if it is resumed by time. */
	readonly callbacks?: readonly Callback[];
}

/** What the node does for an entry. */
export type Parked =
	| { readonly kind: 'suspend'; readonly until: number }
	| {
			readonly kind: 'resume';
			readonly state: IDataObject;
			/** Those that woke the run before its time. */
			readonly callbacks: readonly Callback[];
	  };

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

/**
 * False if another execution waits for the end of this one, and this n8n can't tell it if that is a failure: it would
 * continue with its own input, as if that were the result. n8n 1.123 would even do so after the first check.
 */
export function canReturnToCaller(context: IExecuteFunctions): boolean {
	const caller = executionOf(context)?.parentExecution;
	const isAwaited = caller !== undefined && caller.shouldResume !== false;
	// A sign of an n8n that can: 2.20 doesn't have it, 2.41 does
	return !isAwaited || 'onExecutionFinish' in context;
}

/**
 * Returns what `execute` must return to park the run until `until` (ms since 1970). `readParked` then returns `state`.
 * `placeholder` is the item that n8n passes on if it skips the run.
 */
export function park(
	context: IExecuteFunctions,
	until: number,
	state: object,
	placeholder: object,
): EngineRequest {
	const suspend: ParkedEntry = { until, state: null, source: null };
	const resume: ParkedEntry = {
		until,
		state: state as IDataObject,
		source: sourceOf(context),
		parkedAt: nextMoment(),
	};
	// In order v0, this input is the only item of the entry that n8n may skip, so it is the placeholder as well
	const [input, returnEntry] = isOrderV1(context)
		? [{ [ENTRY_KEY]: suspend }, { ...resume, input: replaceInput(context, placeholder) }]
		: [{ ...placeholder, [ENTRY_KEY]: resume }, suspend];
	// n8n would hand it on to the next entries
	if (readRequestedEntry(context) !== null) delete context.getExecuteData().metadata;
	const action: EngineRequest['actions'][number] = {
		actionType: 'ExecutionNodeAction',
		nodeName: context.getNode().name,
		input: input as unknown as IDataObject,
		type: 'main',
		id: 'park',
		metadata: {},
	};
	return { actions: [action], metadata: { [ENTRY_KEY]: returnEntry } };
}

/**
 * When n8n retries a parked execution with the current workflow, both entries get the same node, which n8n disables. It
 * then skips the run and passes on its input, as if that had succeeded. So the entry's data is a placeholder meanwhile.
 * Returns the input.
 */
function replaceInput(
	context: IExecuteFunctions,
	placeholder: object,
): readonly INodeExecutionData[] {
	const entry = context.getExecuteData();
	const input = entry.data.main?.[0] ?? [];
	entry.data = { main: [[{ json: placeholder as IDataObject }]] };
	return input;
}

/** In place: n8n has handed the same items to the node already, in the same list or, with Execute Once, in a shorter one. */
function restoreInput({ data }: IExecuteData, input: readonly INodeExecutionData[]): void {
	const items = data.main?.[0] ?? [];
	input.forEach((item, index) => {
		items[index] = Object.assign(items[index] ?? {}, item);
	});
}

/** Returns what n8n runs the node for; null for a new run. */
export function readParked(
	context: IExecuteFunctions,
	response: EngineResponse | undefined,
): Parked | null {
	const returnedEntry = readReturnEntry(response);
	const parkedEntry = returnedEntry ?? readRequestedEntry(context);
	if (parkedEntry === null) return null;
	const { until, state, source, input = [], parkedAt, callbacks = [] } = parkedEntry;
	if (state === null) return { kind: 'suspend', until };
	const entry = context.getExecuteData();
	// It would stay in the saved execution. A state in the input is only found again by it, when n8n retries the node.
	if (returnedEntry !== null) delete entry.metadata;
	const sources = entry.source?.main;
	if (sources !== undefined && source !== null) sources[0] = source;
	restoreInput(entry, input);
	return {
		kind: 'resume',
		state,
		callbacks: [...recall(context.getExecutionId(), parkedAt), ...callbacks],
	};
}

/** Whether a saved run waits for the task that a callback names. */
export type Awaits = (state: JsonObject, callback: Callback) => boolean;

/** What n8n has saved of a parked execution. */
export interface ParkedStack {
	readonly executionId: string;
	/** Without the entry that put the execution to wait. */
	readonly stack: readonly IExecuteData[];
}

/** Hands a callback to the parked run that awaits it. False if there is none. */
export function addCallback(
	{ executionId, stack }: ParkedStack,
	callback: Callback,
	awaits: Awaits,
): boolean {
	for (const holder of stack.map(entryHolder)) {
		const parkedEntry = holder?.[ENTRY_KEY] as unknown as ParkedEntry | undefined;
		if (holder === undefined || !parkedEntry?.state) continue;
		if (!awaits(parkedEntry.state, callback)) continue;
		holder[ENTRY_KEY] = { ...parkedEntry, callbacks: [callback] } as unknown as IDataObject;
		remember(executionId, callback);
		return true;
	}
	return false;
}

/** Where the data of an entry is while the execution is parked. The node gets it as `readReturnEntry` or `readRequestedEntry` finds it. */
function entryHolder({ metadata, data }: IExecuteData): IDataObject | undefined {
	const returned = metadata?.subNodeExecutionData?.metadata as IDataObject | undefined;
	if (returned?.[ENTRY_KEY] !== undefined) return returned;
	return metadata?.preserveSourceOverwrite === true ? data.main?.[0]?.[0]?.json : undefined;
}

function readReturnEntry(response: EngineResponse | undefined): ParkedEntry | null {
	const { [ENTRY_KEY]: returned = null } = (response?.metadata ?? {}) as IDataObject;
	return returned as unknown as ParkedEntry | null;
}

/**
 * n8n sets the flag on entries created by an engine request, so a user's item can't be mistaken for one. The calls of an AI
 * agent's tool are such entries too, with what the user and the model have said, but a tool is never parked.
 */
function readRequestedEntry(context: IExecuteFunctions): ParkedEntry | null {
	if (context.getExecuteData().metadata?.preserveSourceOverwrite !== true) return null;
	if (isTool(context.getNode())) return null;
	return (context.getInputData()[0]?.json[ENTRY_KEY] as ParkedEntry | undefined) ?? null;
}

/**
 * Puts the execution to wait. When n8n resumes it, it skips this entry of its stack and runs the other one. Meanwhile the
 * node shows an item on this output.
 */
export async function putToWait(
	context: IExecuteFunctions,
	until: number,
	outputIndex: number,
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
	const parkedUntil = new Date(Math.min(until, MAX_UNTIL));
	await context.putExecutionToWait(parkedUntil);
	// The response of a webhook that responds when the last node finishes. n8n drops it when it resumes the execution.
	const outputs: INodeExecutionData[][] = Array.from({ length: outputIndex + 1 }, () => []);
	outputs[outputIndex] = [{ json: { parkedUntil: parkedUntil.toISOString() } }];
	return outputs;
}

function isOrderV1(context: IExecuteFunctions): boolean {
	return context.getWorkflowSettings().executionOrder === 'v1';
}

function sourceOf(context: IExecuteFunctions): ISourceData | null {
	return context.getExecuteData().source?.main?.[0] ?? null;
}
