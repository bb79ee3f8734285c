import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import { createRunExecutionData, Workflow } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	IConnections,
	IHttpRequestOptions,
	INode,
	INodeType,
	INodeTypes,
	IRun,
	IRunExecutionData,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import { apikleyApi } from './built-node.mjs';

// Tests find failures in the results, so the terminal needs no log
process.env.N8N_LOG_LEVEL = 'silent';

export interface Credential {
	readonly apiKey: string;
	readonly baseUrl: string;
}

/** The error that n8n throws where the node asks for it, e.g. because it was deleted. */
export type MissingCredential = Error;

export interface ExecutionPlan {
	/** The execution starts at the first one. */
	readonly nodes: INode[];
	readonly connections: IConnections;
	/** By the `type` of the nodes. */
	readonly types: Readonly<Record<string, INodeType>>;
	/** The credential of every node that has one. */
	readonly credential: Credential | MissingCredential;
	readonly executionOrder?: 'v0' | 'v1';
}

export interface RunningExecution {
	/** Does what the Stop button does. */
	cancel(): void;
	readonly result: Promise<IRun>;
}

/** Starts a workflow in n8n-core's execution engine. */
export function startExecution(plan: ExecutionPlan): RunningExecution {
	const workflow = workflowOf(plan);
	const [first] = plan.nodes;
	const startNode = workflow.getNode(first?.name ?? '') as INode;
	const execution = engineFor(plan, workflow, createRunExecutionData()).run({
		workflow,
		startNode,
	});
	return { cancel: () => execution.cancel(), result: Promise.resolve(execution) };
}

/** Resumes an execution that was put to wait, from the data that n8n saved. */
export async function resumeExecution(
	plan: ExecutionPlan,
	saved: IRunExecutionData,
): Promise<IRun> {
	const workflow = workflowOf(plan);
	return await engineFor(plan, workflow, saved).processRunExecutionData(workflow);
}

export function workflowOf({
	nodes,
	connections,
	types,
	executionOrder = 'v1',
}: ExecutionPlan): Workflow {
	return new Workflow({
		// The engine changes its nodes
		nodes: structuredClone(nodes),
		connections,
		active: false,
		nodeTypes: nodeTypes(types),
		settings: { executionOrder },
	});
}

function engineFor({ credential }: ExecutionPlan, workflow: Workflow, data: IRunExecutionData) {
	return new WorkflowExecute(additionalDataFor(credential, workflow), 'manual', data);
}

export function node(partial: Partial<INode> & Pick<INode, 'name' | 'type'>): INode {
	return { id: partial.name, typeVersion: 1, position: [0, 0], parameters: {}, ...partial };
}

function nodeTypes(types: ExecutionPlan['types']): INodeTypes {
	const get = (name: string) => {
		const type = types[name];
		if (type === undefined) throw new Error(`no such node type: ${name}`);
		return type;
	};
	return { getByName: get, getByNameAndVersion: get, getKnownTypes: () => ({}) };
}

/** Replaces n8n's database of credentials, which the engine doesn't have. Everything else is n8n's own. */
export function additionalDataFor(
	credential: ExecutionPlan['credential'],
	workflow: Workflow,
): IWorkflowExecuteAdditionalData {
	const credentialsHelper = {
		getParentTypes: () => [],
		isCredentialUsableByNode: () => true,
		getDecrypted: async () => {
			if (credential instanceof Error) throw credential;
			return { ...credential };
		},
		preAuthentication: async () => undefined,
		authenticate: async (
			credentials: ICredentialDataDecryptedObject,
			_type: string,
			request: IHttpRequestOptions,
		) => await apikleyApi.authenticate(credentials, request),
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
