import type {
	IBinaryKeyData,
	IDataObject,
	IExecuteFunctions,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	IRun,
	ITaskData,
	NodeExecutionHint,
	OnError,
} from 'n8n-workflow';

import { apikleyVeo } from './built-node.mjs';
import {
	node,
	startExecution,
	type Credential,
	type ExecutionPlan,
	type MissingCredential,
} from './engine.mjs';

const NODE = 'Apikley Veo';

export interface NodeRun {
	/** Input items, e.g. one for each task. */
	readonly items: readonly IDataObject[];
	/** Of each item; the last ones have the last one's. */
	readonly binaries?: readonly IBinaryKeyData[] | undefined;
	/** As the panel sets them. The default of `taskId` is `={{ $json.taskId }}`. */
	readonly parameters?: INodeParameters;
	/** Null if none is chosen. */
	readonly credential: Credential | MissingCredential | null;
	readonly onError?: OnError;
	readonly executionOrder?: 'v0' | 'v1';
	/** How often n8n tries to run the node; once by default. */
	readonly maxTries?: number;
	/** Other settings of the node. */
	readonly more?: Partial<INode>;
	/** As in an n8n that can't park an execution. */
	readonly isOldN8n?: boolean | undefined;
}

/** What the editor shows after the execution. */
export interface RunResult {
	readonly status: string;
	/** The items of each output of the node. */
	readonly outputs: INodeExecutionData[][];
	readonly hints: NodeExecutionHint[];
	readonly error: ShownError | null;
	/** The whole execution as n8n saves it. */
	readonly saved: string;
}

export type ShownError = Error & {
	/** The problem's code as text. */
	type?: string;
	description?: string | null;
	httpCode?: string | null;
	context?: IDataObject;
};

export interface RunningNode {
	/** Does what the Stop button does. */
	cancel(): void;
	/** Resolves when the node has finished, also after `cancel`. */
	readonly result: Promise<RunResult>;
}

const source: INodeType = {
	description: {
		displayName: 'Items',
		name: 'items',
		group: ['trigger'],
		version: 1,
		description: '',
		defaults: {},
		inputs: [],
		outputs: ['main'],
		properties: [{ displayName: 'Items', name: 'items', type: 'json', default: '[]' }],
	},
	async execute() {
		const items = this.getNodeParameter('items', 0) as string;
		const parsed = JSON.parse(items) as INodeExecutionData[];
		return [parsed.map((each, item) => ({ ...each, pairedItem: { item } }))];
	},
};

/** An old n8n knows no engine requests, so it passes no response to them. */
const apikleyVeoInOldN8n = Object.assign(Object.create(apikleyVeo) as INodeType, {
	async execute(this: IExecuteFunctions) {
		return (await apikleyVeo.execute?.call(this)) ?? null;
	},
});

/** Starts the node in n8n-core's engine, after a node that outputs the items. */
export function startNode(run: NodeRun): RunningNode {
	const { cancel, result } = startExecution(planFor(run));
	return { cancel, result: result.then(toResult) };
}

export function planFor(run: NodeRun): ExecutionPlan {
	const { binaries } = run;
	const items = run.items.map((json, index) => ({
		json,
		binary: binaries?.[index] ?? binaries?.at(-1),
	}));
	return {
		nodes: [
			node({ name: 'Items', type: 'items', parameters: { items: JSON.stringify(items) } }),
			node({
				name: NODE,
				type: 'apikleyVeo',
				parameters: { taskId: '={{ $json.taskId }}', ...run.parameters },
				...(run.credential && { credentials: { apikleyApi: { id: '1', name: 'Apikley' } } }),
				...(run.onError === undefined ? {} : { onError: run.onError }),
				...(run.maxTries !== undefined && {
					retryOnFail: true,
					maxTries: run.maxTries,
					waitBetweenTries: 1,
				}),
				...run.more,
			}),
		],
		connections: { Items: { main: [[{ node: NODE, type: 'main', index: 0 }]] } },
		types: {
			items: source,
			apikleyVeo: run.isOldN8n === true ? apikleyVeoInOldN8n : apikleyVeo,
		},
		credential: run.credential ?? { apiKey: '', baseUrl: '' },
		...(run.executionOrder === undefined ? {} : { executionOrder: run.executionOrder }),
	};
}

export function toResult(run: IRun): RunResult {
	const [data] = (run.data.resultData.runData[NODE] ?? []) as [ITaskData?];
	return {
		status: run.status,
		outputs: (data?.data?.main ?? []).map((items) => items ?? []),
		hints: data?.hints ?? [],
		error: (data?.error ?? run.data.resultData.error ?? null) as ShownError | null,
		saved: JSON.stringify(run.data),
	};
}
