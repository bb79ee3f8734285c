import type {
	IDataObject,
	IHookFunctions,
	IWebhookFunctions,
	IWebhookResponseData,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import { ApikleyVeoTrigger } from '../../../nodes/ApikleyVeo/ApikleyVeoTrigger.node';
import { receiveCallback } from '../../../nodes/ApikleyVeo/trigger/receiveCallback';
import { fakeContext, NODE } from './fakeContext';
import type { FakeRun } from './fakeContext';
import { FakeClock } from './fakeClock';

interface FakeTrigger extends Pick<FakeRun, 'respond' | 'credential'> {
	/** Those that aren't at their default. */
	readonly parameters?: Readonly<Record<string, unknown>>;
	readonly mode?: WorkflowExecuteMode;
	/** What an earlier process has saved with the workflow. */
	readonly saved?: IDataObject;
}

const DEFAULTS = { events: ['succeeded', 'failed'], output: 'structured', options: {} };

/** What the caller received, and when, in seconds. */
export interface Received {
	readonly status: number;
	readonly body: unknown;
	readonly headers: Readonly<Record<string, unknown>>;
	readonly at: number;
}

/** The response to the caller, as Express has it. */
export class FakeServerResponse {
	received: Received | null = null;
	headersSent = false;
	statusCode = 200;
	private head: Pick<Received, 'status' | 'headers'> = { status: 0, headers: {} };

	constructor(private readonly clock: FakeClock) {}

	writeHead(status: number, headers: Record<string, unknown>): void {
		if (this.headersSent) throw new Error('ERR_HTTP_HEADERS_SENT');
		this.head = { status, headers };
		this.statusCode = status;
		this.headersSent = true;
	}

	setHeader(): void {
		if (this.headersSent) throw new Error('ERR_HTTP_HEADERS_SENT');
	}

	end(text: string): void {
		if (this.received !== null) throw new Error('ERR_STREAM_WRITE_AFTER_END');
		this.received = { ...this.head, body: JSON.parse(text) as unknown, at: this.clock.seconds };
	}

	/** Does what n8n does when it can't save the execution. */
	fail(): void {
		this.statusCode = 500;
		this.setHeader();
		if (!this.headersSent) this.writeHead(500, {});
		this.end('{"message":"There was a problem executing the workflow"}');
	}
}

/** One call of the webhook. */
export interface Call {
	readonly response: FakeServerResponse;
	/** What the webhook returns; null until it does. */
	returned: IWebhookResponseData | null;
	/** When it does, in seconds. */
	returnedAt: number | null;
	/** What n8n saves with the workflow after this call. */
	readonly saved: IDataObject;
}

let workflows = 0;

/** An active workflow with the trigger. `saved` is what n8n has saved with it, and what each call loads. */
export function fakeTrigger({ parameters = {}, mode = 'webhook', ...run }: FakeTrigger = {}) {
	const clock = new FakeClock();
	const workflowId = `workflow-${workflows++}`;
	const logged: string[] = [];
	const evaluated: string[] = [];
	const { context: base, sent } = fakeContext(run);
	let saved = run.saved ?? {};
	let credentialId = 'credential';

	/** Calls the webhook, and lets everything happen that takes no time. */
	const call = async (body: unknown): Promise<Call> => {
		const response = new FakeServerResponse(clock);
		const call: Call = {
			response,
			returned: null,
			returnedAt: null,
			saved: structuredClone(saved),
		};
		const context = {
			...base,
			getNode: () => ({
				...NODE,
				credentials: { apikleyApi: { id: credentialId, name: 'Apikley account' } },
			}),
			getWorkflow: () => ({ id: workflowId, name: 'Workflow', active: true }),
			getMode: () => mode,
			evaluateExpression: (expression: string) => {
				evaluated.push(expression);
				return base.evaluateExpression(expression, 0);
			},
			getNodeParameter: (name: string) => ({ ...DEFAULTS, ...parameters })[name],
			getBodyData: () => {
				if (body instanceof Error) throw body;
				return body;
			},
			getResponseObject: () => response,
			getWorkflowStaticData: () => call.saved,
			logger: {
				warn: (text: string) => logged.push(text),
				error: (text: string) => logged.push(text),
			},
		} as unknown as IWebhookFunctions;
		void receiveCallback(context, clock).then((returned) => {
			Object.assign(call, { returned, returnedAt: clock.seconds });
			saved = call.saved;
		});
		await clock.advance(0);
		return call;
	};
	/** Does what n8n does when it closes the production or the test address: it calls `delete`, in the same mode for both. */
	const close = async (address: 'production' | 'test'): Promise<void> => {
		const context = {
			getNode: () => NODE,
			getMode: () => 'internal',
			getWorkflow: () => ({ id: workflowId, active: address === 'production' }),
		} as unknown as IHookFunctions;
		await new ApikleyVeoTrigger().webhookMethods.default.delete.call(context);
		await clock.advance(0);
	};
	return {
		clock,
		call,
		close,
		/** Calls the webhook for a task. */
		callFor: async (taskId: string) => await call({ code: 200, data: { taskId } }),
		/** Chooses another credential in the node. */
		choose: (id: string) => {
			credentialId = id;
		},
		logged,
		/** The expressions that n8n has evaluated. */
		evaluated,
		/** What is saved with the workflow now. */
		saved: () => saved,
		/** The IDs of the tasks that were looked up. */
		lookups: () => sent.map(({ options }) => new URL(options.url).searchParams.get('taskId') ?? ''),
		workflowId,
	};
}

/** The items that a call starts the workflow with; null if it doesn't start it. */
export function startedWith({ returned }: Call): IDataObject[] | null {
	return returned?.workflowData?.[0]?.map(({ json }) => json) ?? null;
}
