import { HookContext, WebhookContext } from 'n8n-core';
import { createRunExecutionData } from 'n8n-workflow';
import type {
	IDataObject,
	IHookFunctions,
	INodeExecutionData,
	INodeParameters,
	IWebhookDescription,
	IWebhookFunctions,
	IWebhookResponseData,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json as readJson } from 'node:stream/consumers';

import { apikleyVeoTrigger } from './built-node.mjs';
import {
	additionalDataFor,
	node,
	resumeExecution,
	workflowOf,
	type Credential,
	type ExecutionPlan,
} from './engine.mjs';

const NODE = 'Apikley Veo Trigger';

export interface TriggerOptions {
	readonly credential: Credential;
	/** Those that aren't at their default. */
	readonly parameters?: INodeParameters;
	readonly mode?: WorkflowExecuteMode;
}

export interface CallbackResult {
	readonly status: number;
	readonly message: unknown;
}

/** An active workflow with the trigger: n8n-core's context for webhooks, behind a server that stands in for n8n's. */
export class TriggerServer {
	/** What each execution has after the trigger, in the order in which they were started. */
	readonly executions: Array<Promise<INodeExecutionData[]>> = [];
	/** What n8n has saved with the workflow. */
	staticData: IDataObject = {};
	/** Errors that would have crashed n8n, or an execution. */
	readonly errors: unknown[] = [];
	private readonly calls: Array<Promise<void>> = [];
	private readonly plan: ExecutionPlan;
	private readonly id = randomUUID();

	private constructor(
		private readonly server: Server,
		private readonly options: TriggerOptions,
	) {
		const { parameters = {}, credential } = options;
		const credentials = { apikleyApi: { id: '1', name: 'Apikley' } };
		const trigger = { name: NODE, type: 'apikleyVeoTrigger', parameters, credentials };
		const nodes = [node({ ...trigger, id: this.id })];
		this.plan = { nodes, connections: {}, types: { apikleyVeoTrigger }, credential };
	}

	static async open(options: TriggerOptions): Promise<TriggerServer> {
		// A connection that is never closed can't be closed just when a request is sent
		const server = createServer({ keepAliveTimeout: 0 });
		const trigger = new TriggerServer(server, options);
		server.on('request', (request, response) => {
			const call = trigger.receive(request, response);
			trigger.calls.push(call.catch((error: unknown) => void trigger.errors.push(error)));
		});
		await once(server.listen(0, '127.0.0.1'), 'listening');
		return trigger;
	}

	/** Posts a callback. Resolves with the response. */
	async post(body: unknown): Promise<CallbackResult> {
		const url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
		const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
		const { message } = (await response.json()) as { message: unknown };
		return { status: response.status, message };
	}

	/** Does what n8n does when the workflow is unpublished. */
	async unpublish(): Promise<void> {
		const workflow = workflowOf(this.plan);
		workflow.active = true;
		const [own] = Object.values(workflow.nodes);
		const context = new HookContext(
			workflow,
			own as NonNullable<typeof own>,
			additionalDataFor(this.plan.credential, workflow),
			'internal',
			'update',
		) as unknown as IHookFunctions;
		await apikleyVeoTrigger.webhookMethods?.default?.delete?.call(context);
	}

	/** Resolves when the webhook has returned from each call. */
	async returned(): Promise<void> {
		await Promise.all(this.calls);
	}

	/** Resolves with the items that all executions have after the trigger. */
	async items(): Promise<IDataObject[]> {
		return (await Promise.all(this.executions)).flat().map(({ json }) => json);
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		this.server.close();
		await once(this.server, 'close');
	}

	private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const body = await readJson(request);
		const workflow = workflowOf(this.plan);
		// n8n loads it for every request
		workflow.staticData = copyOf(this.staticData);
		const additionalData = {
			...additionalDataFor(this.plan.credential, workflow),
			httpRequest: Object.assign(request, { body }),
			httpResponse: response,
		} as unknown as IWorkflowExecuteAdditionalData;
		const [own] = Object.values(workflow.nodes);
		const [webhookDescription] = apikleyVeoTrigger.description.webhooks as [IWebhookDescription];
		const webhookData = {
			httpMethod: 'POST' as const,
			node: NODE,
			path: '',
			webhookDescription,
			workflowId: workflow.id,
			workflowExecuteAdditionalData: additionalData,
		};
		const { mode = 'webhook' } = this.options;
		const context = new WebhookContext(
			workflow,
			own as NonNullable<typeof own>,
			additionalData,
			mode,
			webhookData,
			[],
			null,
		) as unknown as IWebhookFunctions;
		const result = await (apikleyVeoTrigger.webhook?.call(
			context,
		) as Promise<IWebhookResponseData>);
		this.staticData = copyOf(workflow.staticData);
		const [items] = result.workflowData ?? [];
		if (items === undefined) return;
		this.executions.push(this.execute(items));
		// As n8n does, when it has saved the execution
		response.statusCode = 200;
		response.setHeader('Content-Type', 'application/json');
		response.end(JSON.stringify(result.webhookResponse));
	}

	private async execute(items: INodeExecutionData[]): Promise<INodeExecutionData[]> {
		const [start] = this.plan.nodes as [(typeof this.plan.nodes)[0]];
		const nodeExecutionStack = [{ node: start, data: { main: [items] }, source: null }];
		const data = createRunExecutionData({ executionData: { nodeExecutionStack } });
		const run = await resumeExecution(this.plan, data);
		return run.data.resultData.runData[NODE]?.[0]?.data?.main?.[0] ?? [];
	}
}

/** What n8n's database makes of it. */
function copyOf(data: IDataObject): IDataObject {
	return JSON.parse(JSON.stringify(data)) as IDataObject;
}
