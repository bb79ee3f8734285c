import { parse } from 'flatted';
import type {
	ExecutionStatus,
	INodeExecutionData,
	IRunExecutionData,
	ITaskData,
	NodeExecutionHint,
} from 'n8n-workflow';

/** One run of one node. */
export interface NodeRun {
	status: ExecutionStatus;
	/** The items of each `main` output. An output without items is an empty list. */
	outputs: INodeExecutionData[][];
	hints: NodeExecutionHint[];
	error: ReportedError | null;
	/** The items of the outputs that are not `main`, e.g. `ai_tool`. */
	otherOutputs: Record<string, INodeExecutionData[][]>;
	/** Everything that n8n saved of the run. */
	raw: ITaskData;
}

/** An error as n8n saves it: a node error with everything that the editor shows, or only a message. */
export interface ReportedError {
	message: string;
	[key: string]: unknown;
}

/** A saved execution. */
export interface Execution {
	status: ExecutionStatus;
	mode: string;
	/** When n8n accepted it, in epoch milliseconds. */
	createdAt: number;
	/** In epoch milliseconds; Infinity if it hasn't ended. */
	endedAt: number;
	/** When a parked execution resumes, in ISO 8601; null if it is not parked. */
	waitTill: string | null;
	/** True if the data is that of a parked execution. n8n saves it after the status, so it can be out of date. */
	isParkedData: boolean;
	/** Why the whole execution failed. */
	error: ReportedError | null;
	/** The last run of each node, by the node's name. */
	nodes: Record<string, NodeRun>;
	/** Every run of each node, for nodes in a loop. */
	runs: Record<string, NodeRun[]>;
	/** The name of the node that ran last. */
	lastNode: string | null;
	/** What nodes have added to it, e.g. the IDs of tasks. n8n's editor shows it as highlighted data. */
	customData: Record<string, string>;
	/** The text that n8n stores, to search for secrets. */
	stored: string;
}

/** The `data` in the response to `GET /rest/executions/ID`. */
export interface StoredExecution {
	id: string;
	status: ExecutionStatus;
	mode: string;
	createdAt: string;
	stoppedAt?: string | null;
	waitTill?: string | null;
	customData?: Record<string, string>;
	/** Flatted JSON of IRunExecutionData. */
	data: string;
	dataTooLargeToDisplay?: boolean;
}

/** Throws an Error if n8n withholds the data as too large (EXECUTIONS_DATA_MAX_DISPLAY_SIZE, 100 MiB). */
export function readExecution(stored: StoredExecution): Execution {
	if (stored.dataTooLargeToDisplay)
		throw new Error(`n8n withholds execution ${stored.id}: too large`);
	// n8n sends a flatted `undefined` for an execution that has saved nothing yet
	const { resultData, waitTill } = (parse(stored.data) ?? {}) as Partial<IRunExecutionData>;
	const runs = mapValues(resultData?.runData ?? {}, (tasks) => tasks.map(readRun));
	return {
		status: stored.status,
		mode: stored.mode,
		createdAt: Date.parse(stored.createdAt),
		endedAt: Date.parse(stored.stoppedAt ?? '') || Infinity,
		waitTill: stored.waitTill ?? null,
		isParkedData: Boolean(waitTill),
		error: (resultData?.error as ReportedError | undefined) ?? null,
		nodes: lastOfEach(runs),
		runs,
		lastNode: resultData?.lastNodeExecuted ?? null,
		customData: stored.customData ?? {},
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
		error: (task.error as ReportedError | undefined) ?? null,
		raw: task,
	};
}

function withoutGaps(outputs: Array<INodeExecutionData[] | null>): INodeExecutionData[][] {
	return outputs.map((items) => items ?? []);
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
