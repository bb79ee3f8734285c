import path from 'node:path';

import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import { createRunExecutionData, Workflow } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IHttpRequestOptions,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	INodeTypes,
	IRun,
	ITaskData,
	IWorkflowExecuteAdditionalData,
	NodeExecutionHint,
	OnError,
} from 'n8n-workflow';

/** The node and the credential as they are published: what `npm run build` has made. */
const dist = path.resolve('dist');
const { ApikleyVeo } = require(path.join(dist, 'nodes/ApikleyVeo/ApikleyVeo.node.js')) as {
	ApikleyVeo: new () => INodeType;
};
const { ApikleyApi } = require(path.join(dist, 'credentials/ApikleyApi.credentials.js')) as {
	ApikleyApi: new () => {
		authenticate(
			credentials: ICredentialDataDecryptedObject,
			request: IHttpRequestOptions,
		): Promise<IHttpRequestOptions>;
	};
};

const NODE_TYPE = 'n8n-nodes-apikley.apikleyVeo';
export const NODE = 'Apikley Veo';

export interface NodeRun {
	/** Input items, e.g. one for each task. */
	readonly items: readonly IDataObject[];
	/** As the panel would set them; `taskId` is `={{ $json.taskId }}` unless given. */
	readonly parameters?: INodeParameters;
	readonly credential: { readonly apiKey: string; readonly baseUrl: string };
	readonly onError?: OnError;
}

/** What the editor would show after the execution. */
export interface RunResult {
	readonly status: string;
	/** The node's outputs; an output that nothing left through is an empty list. */
	readonly outputs: INodeExecutionData[][];
	readonly hints: NodeExecutionHint[];
	readonly error:
		| (Error & { description?: string; context?: IDataObject; httpCode?: string })
		| null;
	/** The whole execution as n8n would save it. */
	readonly saved: string;
}

export interface RunningNode {
	/** What the Stop button does. */
	cancel(): void;
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
		const parsed = JSON.parse(items) as IDataObject[];
		return [parsed.map((json, item) => ({ json, pairedItem: { item } }))];
	},
};

function nodeTypes(): INodeTypes {
	const types: Record<string, INodeType> = { source, [NODE_TYPE]: new ApikleyVeo() };
	const get = (name: string) => {
		const type = types[name];
		if (type === undefined) throw new Error(`no such node type: ${name}`);
		return type;
	};
	return { getByName: get, getByNameAndVersion: get, getKnownTypes: () => ({}) };
}

function node(partial: Partial<INode> & Pick<INode, 'name' | 'type'>): INode {
	return { id: partial.name, typeVersion: 1, position: [0, 0], parameters: {}, ...partial };
}

function workflowFor(run: NodeRun): Workflow {
	const nodes = [
		node({ name: 'Items', type: 'source', parameters: { items: JSON.stringify(run.items) } }),
		node({
			name: NODE,
			type: NODE_TYPE,
			parameters: { taskId: '={{ $json.taskId }}', ...run.parameters },
			credentials: { apikleyApi: { id: '1', name: 'Apikley' } },
			...(run.onError === undefined ? {} : { onError: run.onError }),
		}),
	];
	return new Workflow({
		nodes,
		connections: { Items: { main: [[{ node: NODE, type: 'main', index: 0 }]] } },
		active: false,
		nodeTypes: nodeTypes(),
		settings: { executionOrder: 'v1' },
	});
}

/** n8n keeps credentials in its database, which the engine alone has not; the rest is n8n's own. */
function additionalDataFor(run: NodeRun, workflow: Workflow): IWorkflowExecuteAdditionalData {
	const credentialType = new ApikleyApi();
	const credentialsHelper = {
		getParentTypes: () => [],
		isCredentialUsableByNode: () => true,
		getDecrypted: async () => ({ ...run.credential }),
		preAuthentication: async () => undefined,
		authenticate: async (
			credentials: ICredentialDataDecryptedObject,
			_type: string,
			request: IHttpRequestOptions,
		) => await credentialType.authenticate(credentials, request),
	};
	const workflowData = { id: 'w', name: 'w', active: false, nodes: [], connections: {} };
	return {
		credentialsHelper,
		hooks: new ExecutionLifecycleHooks('manual', 'e', workflowData as never),
		currentNodeExecutionIndex: 0,
		executionId: 'e',
		workflowId: workflow.id,
		variables: {},
		webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
		formWaitingBaseUrl: 'http://localhost/form-waiting',
		setExecutionStatus: () => {},
	} as unknown as IWorkflowExecuteAdditionalData;
}

/** Starts the built node in n8n-core's execution engine. */
export function startNode(run: NodeRun): RunningNode {
	const workflow = workflowFor(run);
	const engine = new WorkflowExecute(
		additionalDataFor(run, workflow),
		'manual',
		createRunExecutionData(),
	);
	const execution = engine.run({ workflow, startNode: workflow.getNode('Items') as INode });
	return {
		cancel: () => execution.cancel(),
		result: Promise.resolve(execution).then(toResult),
	};
}

export async function runNode(run: NodeRun): Promise<RunResult> {
	return await startNode(run).result;
}

function toResult(run: IRun): RunResult {
	const [data] = (run.data.resultData.runData[NODE] ?? []) as [ITaskData?];
	return {
		status: run.status,
		outputs: (data?.data?.main ?? []).map((items) => items ?? []),
		hints: data?.hints ?? [],
		error: (data?.error ?? run.data.resultData.error ?? null) as RunResult['error'],
		saved: JSON.stringify(run.data),
	};
}
