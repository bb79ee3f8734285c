import { ExecutionLifecycleHooks, WebhookContext, WorkflowExecute } from 'n8n-core';
import { createRunExecutionData, Workflow } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	IConnections,
	IDataObject,
	IHttpRequestOptions,
	INode,
	INodeType,
	INodeTypes,
	IRun,
	IRunExecutionData,
	ITaskData,
	IWebhookData,
	IWebhookFunctions,
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

/** Starts a workflow in n8n-core's execution engine, as the editor does, or from `data`, as a trigger does. */
export function startExecution(plan: ExecutionPlan, data?: IRunExecutionData): RunningExecution {
	const workflow = workflowOf(plan);
	const [first] = plan.nodes;
	const startNode = workflow.getNode(first?.name ?? '') as INode;
	const execution =
		data === undefined
			? engineFor(plan, workflow, createRunExecutionData()).run({ workflow, startNode })
			: engineFor(plan, workflow, data).processRunExecutionData(workflow);
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

/** Does what n8n does when a failed execution is retried, outside its engine. `saved`: what n8n has saved of it. */
export async function retryExecution(plan: ExecutionPlan, saved: IRunExecutionData): Promise<IRun> {
	const workflow = workflowOf(plan);
	const { lastNodeExecuted, runData } = saved.resultData;
	if (lastNodeExecuted !== undefined) {
		delete saved.resultData.error;
		if (runData[lastNodeExecuted]?.at(-1)?.error !== undefined) runData[lastNodeExecuted]?.pop();
	}
	// With the current workflow
	for (const entry of saved.executionData?.nodeExecutionStack ?? []) {
		entry.node = workflow.getNode(entry.node.name) as INode;
	}
	return await engineFor(plan, workflow, saved).processRunExecutionData(workflow);
}

/** What n8n saves of an execution when it starts. Of one that is stopped or crashes while it runs, nothing is added. */
export function initialData(plan: ExecutionPlan): IRunExecutionData {
	const node = workflowOf(plan).getNode(plan.nodes[0]?.name ?? '') as INode;
	return createRunExecutionData({
		executionData: {
			nodeExecutionStack: [{ node, data: { main: [[{ json: {} }]] }, source: null }],
		},
	});
}

/** A POST to the resume address of a parked execution, with this after the execution's ID. */
export interface ResumeCall {
	readonly path?: string;
	readonly body: unknown;
	readonly query?: IDataObject;
}

/**
 * Does what n8n does with a call to the resume address of a parked execution, outside its engine. Resolves with null if the
 * execution stays parked.
 */
export async function callExecution(
	plan: ExecutionPlan,
	saved: IRunExecutionData,
	{ path = 'apikley-veo', body, query = {} }: ResumeCall,
): Promise<IRun | null> {
	const workflow = workflowOf(plan);
	const { lastNodeExecuted = '', runData } = saved.resultData;
	const called = workflow.getNode(lastNodeExecuted) as INode;
	const type = workflow.nodeTypes.getByNameAndVersion(called.type);
	const entry = saved.executionData?.nodeExecutionStack[0];
	const description = type.description.webhooks?.find(
		(webhook) => webhook.restartWebhook === true && webhook.path === path,
	);
	if (entry === undefined || description === undefined) return null;
	entry.node.disabled = true;
	delete saved.waitTill;
	keepStubRun(runData[lastNodeExecuted] ?? []);
	const response = { status: () => response, json: () => response };
	const additionalData = {
		...additionalDataFor(plan.credential, workflow),
		httpRequest: { body, query, headers: {}, params: {} },
		httpResponse: response,
	} as unknown as IWorkflowExecuteAdditionalData;
	const webhookData = { webhookDescription: description } as IWebhookData;
	const context = new WebhookContext(
		workflow,
		called,
		additionalData,
		'manual',
		webhookData,
		[],
		saved,
	);
	const result = await type.webhook?.call(context as unknown as IWebhookFunctions);
	if (result?.workflowData === undefined) return null;
	entry.data.main = result.workflowData;
	entry.metadata = { ...entry.metadata, forwardAllOutputs: true };
	return await engineFor(plan, workflow, saved).processRunExecutionData(workflow);
}

/** n8n drops the run that put the execution to wait, or keeps it without its data if an engine request started it. */
function keepStubRun(runs: ITaskData[]): void {
	const run = runs.pop();
	if (run?.inputOverride === undefined) return;
	const { source, inputOverride } = run;
	runs.push({ startTime: 0, executionTime: 0, executionIndex: 0, source, inputOverride });
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
