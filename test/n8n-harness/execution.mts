import { parse } from 'flatted';
import type {
	ExecutionStatus,
	INodeExecutionData,
	IRunExecutionData,
	ITaskData,
	NodeExecutionHint,
} from 'n8n-workflow';

/** One run of one node, as a test reads it. */
export interface NodeRun {
	status: ExecutionStatus;
	/** The items of each `main` output, in the order of the outputs; an output without items is an empty list. */
	outputs: INodeExecutionData[][];
	hints: NodeExecutionHint[];
	error: ReportedError | null;
	/** What n8n keeps of each output that is not `main`, e.g. `ai_tool`. */
	otherOutputs: Record<string, INodeExecutionData[][]>;
	/** Unix milliseconds */
	startedAt: number;
	tookMs: number;
	/** The whole of what n8n saved. */
	raw: ITaskData;
}

/** An error as n8n saves it: a node error with all that the editor shows, or at least a message. */
export interface ReportedError {
	message: string;
	description?: string | null;
	name?: string;
	httpCode?: string | null;
	node?: { name: string };
	context?: Record<string, unknown>;
	[key: string]: unknown;
}

/** A saved execution. */
export interface Execution {
	id: string;
	workflowId: string;
	status: ExecutionStatus;
	mode: string;
	startedAt: string | null;
	stoppedAt: string | null;
	/** When a parked execution goes on, ISO 8601; null if it is not parked. */
	waitTill: string | null;
	/** Why the whole execution failed. */
	error: ReportedError | null;
	/** The last run of each node that ran, by the node's name. */
	nodes: Record<string, NodeRun>;
	/** Every run of each node, for nodes in a loop. */
	runs: Record<string, NodeRun[]>;
	/** The name of the node that ran last. */
	lastNode: string | null;
	/** The text n8n stores, to search it for what must not be there. */
	stored: string;
}

/** What `GET /rest/executions/ID` answers in `data`. */
export interface StoredExecution {
	id: string;
	workflowId: string;
	status: ExecutionStatus;
	mode: string;
	startedAt?: string | null;
	stoppedAt?: string | null;
	waitTill?: string | null;
	/** Flatted JSON of IRunExecutionData. */
	data: string;
	dataTooLargeToDisplay?: boolean;
}

/** Throws an Error when n8n held the data back as too large (EXECUTIONS_DATA_MAX_DISPLAY_SIZE, 100 MiB). */
export function readExecution(stored: StoredExecution): Execution {
	if (stored.dataTooLargeToDisplay)
		throw new Error(`n8n withholds execution ${stored.id}: too large`);
	// Of an execution that has saved nothing yet n8n sends a flatted `undefined`
	const { resultData } = (parse(stored.data) ?? {}) as Partial<IRunExecutionData>;
	const runs = mapValues(resultData?.runData ?? {}, (tasks) => tasks.map(readRun));
	return {
		id: stored.id,
		workflowId: stored.workflowId,
		status: stored.status,
		mode: stored.mode,
		startedAt: stored.startedAt ?? null,
		stoppedAt: stored.stoppedAt ?? null,
		waitTill: stored.waitTill ?? null,
		error: readError(resultData?.error),
		nodes: lastOfEach(runs),
		runs,
		lastNode: resultData?.lastNodeExecuted ?? null,
		stored: stored.data,
	};
}

function readRun(task: ITaskData): NodeRun {
	const { main = [], ...others } = task.data ?? {};
	return {
		status: task.executionStatus ?? 'unknown',
		outputs: withoutGaps(main),
		otherOutputs: mapValues(others, withoutGaps),
		hints: task.hints ?? [],
		error: readError(task.error),
		startedAt: task.startTime,
		tookMs: task.executionTime,
		raw: task,
	};
}

function withoutGaps(outputs: Array<INodeExecutionData[] | null>): INodeExecutionData[][] {
	return outputs.map((items) => items ?? []);
}

function readError(error: unknown): ReportedError | null {
	return error ? (error as ReportedError) : null;
}

function lastOfEach(runs: Record<string, NodeRun[]>): Record<string, NodeRun> {
	return Object.fromEntries(
		Object.entries(runs).flatMap(([name, all]) => all.slice(-1).map((last) => [name, last])),
	);
}

function mapValues<In, Out>(
	record: Record<string, In>,
	change: (value: In) => Out,
): Record<string, Out> {
	return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
