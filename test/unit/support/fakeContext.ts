import type {
	EngineResponse,
	IBinaryData,
	ICredentialsDecrypted,
	IDataObject,
	IExecuteData,
	IExecuteFunctions,
	IHttpRequestOptions,
	INode,
	INodeExecutionData,
	INodeParameters,
	NodeExecutionHint,
	OnError,
} from 'n8n-workflow';

import type { JsonObject } from '../../../nodes/ApikleyVeo/veo/task/coerce';
import { FAILED, record, RUNNING, SUCCEEDED } from './records';

export const NODE: INode = {
	id: '1',
	name: 'Apikley Veo',
	type: 'n8n-nodes-apikley.apikleyVeo',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

/** The response that n8n passes to a node that is not being resumed. */
export const FRESH: EngineResponse = { actionResponses: [], metadata: {} };

export const CREDENTIAL = { apiKey: 'sk-example-0123456789', baseUrl: 'https://api.example.com' };

/** What n8n's HTTP helper returns for a streamed response. */
export interface FakeResponse {
	readonly statusCode: number;
	readonly headers: Record<string, unknown>;
	readonly body: AsyncIterable<Uint8Array> & { destroy(): unknown };
}

/** A streamed body, which counts the bytes read and records whether it was destroyed. */
export class FakeStream implements AsyncIterable<Uint8Array> {
	/** Node's Readable has one, too. */
	static from(chunks: AsyncIterable<Uint8Array>): FakeStream {
		return new FakeStream(chunks);
	}

	destroyed = false;
	read = 0;

	constructor(private readonly chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) {}

	destroy(): void {
		this.destroyed = true;
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
		try {
			for await (const chunk of this.chunks) {
				if (this.destroyed) throw new Error('Premature close');
				this.read += chunk.byteLength;
				yield chunk;
			}
		} finally {
			// Node's streams do so, even if the reader returns early
			this.destroyed = true;
		}
	}
}

export function bytes(text: string): Uint8Array {
	return new TextEncoder().encode(text);
}

export function response(
	statusCode: number,
	body: unknown = '',
	headers: Record<string, unknown> = {},
): FakeResponse {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return { statusCode, headers, body: new FakeStream([bytes(text)]) };
}

/** A record-info response with a task record. */
export function fakeTaskResponse(data: JsonObject): FakeResponse {
	return response(200, { code: 200, msg: 'success', data });
}

/** The response to a lookup of a task whose name says how it is; any other task has succeeded. */
export function respondByName(taskId: string): FakeResponse {
	if (taskId.startsWith('gone')) return response(200, { code: 422, msg: 'record is null' });
	if (taskId.startsWith('running')) return fakeTaskResponse(RUNNING);
	if (taskId.startsWith('failed')) return fakeTaskResponse(FAILED);
	return fakeTaskResponse(taskId.startsWith('odd') ? record({ successFlag: 7 }) : SUCCEEDED);
}

export interface Sent {
	readonly self: unknown;
	readonly credentialType: string;
	readonly options: IHttpRequestOptions;
	readonly credential: ICredentialsDecrypted | undefined;
}

export type Respond = (
	taskId: string,
	nth: number,
	options: IHttpRequestOptions,
) => FakeResponse | Promise<FakeResponse>;

export interface FakeRun {
	/** Parameters of the node; those that differ between items are in `items`. */
	readonly parameters?: Readonly<Record<string, unknown>>;
	readonly items?: ReadonlyArray<Readonly<Record<string, unknown>>>;
	readonly onError?: OnError;
	readonly respond?: Respond;
	/** The response to a request without the credential. */
	readonly video?: (options: IHttpRequestOptions) => unknown;
	/** Stores binary data in place of n8n. */
	readonly store?: typeof readAsText;
	readonly credential?: () => IDataObject | Promise<IDataObject>;
	readonly cancel?: AbortSignal;
	/** How an AI agent runs the node as its tool: as a sub-node or, from version 3 of the AI Agent on, like any other node. */
	readonly asTool?: 'subNode' | 'node';
	/** The stack entry that the node runs from; by default its input comes from a node called Items. */
	readonly entry?: Partial<IExecuteData>;
	readonly executionOrder?: 'v0' | 'v1';
	/** Whether n8n passes on the workflow settings, as it does from 2.6 on. */
	readonly hasWorkflowSettings?: boolean;
	/** What earlier runs of the node have saved in its context. */
	readonly nodeContext?: IDataObject;
	readonly runIndex?: number;
	readonly executionId?: string;
	/** The input items, if a test needs their content. */
	readonly input?: readonly INodeExecutionData[];
}

async function readAsText(
	stream: AsyncIterable<Uint8Array>,
	fileName: string,
	mimeType: string,
): Promise<IBinaryData> {
	const parts: Uint8Array[] = [];
	for await (const chunk of stream) parts.push(chunk);
	return { data: Buffer.concat(parts).toString(), fileName, mimeType };
}

/** The part of n8n that the node uses, and a record of every call. */
export function fakeContext(run: FakeRun = {}) {
	const { parameters = {}, items = [{}], onError, credential = () => CREDENTIAL } = run;
	const { respond = () => response(404), video = () => response(404) } = run;
	const { store = readAsText } = run;
	const fetched: IHttpRequestOptions[] = [];
	const sent: Sent[] = [];
	const hints: NodeExecutionHint[] = [];
	const credentialReads: string[] = [];
	const readParameter = (name: string, itemIndex: number, fallback?: unknown) => {
		const value = { ...parameters, ...items[itemIndex] }[name];
		if (value instanceof Error) throw value;
		return value === undefined ? fallback : value;
	};
	const expressions = items.flatMap((item) =>
		Object.keys(item).map((name) => [name, `={{ $json.${name} }}`]),
	);
	/** The parameters as the workflow's JSON has them. */
	const savedParameters = { ...parameters, ...Object.fromEntries(expressions) } as INodeParameters;
	const entry: IExecuteData = {
		node: { ...NODE },
		data: { main: [[]] },
		source: { main: [{ previousNode: 'Items' }] },
		...run.entry,
	};
	const waitTill: Date[] = [];
	const nodeContext: IDataObject = run.nodeContext ?? {};
	const customData: Record<string, string> = {};
	const context = {
		getExecuteData: () => entry,
		...(run.hasWorkflowSettings !== false && {
			getWorkflowSettings: () => ({ executionOrder: run.executionOrder ?? 'v1' }),
		}),
		putExecutionToWait: async (date: Date) => {
			waitTill.push(date);
			await Promise.resolve();
		},
		getExecutionId: () => run.executionId ?? '7',
		getNode: () => ({
			...NODE,
			...(run.asTool !== undefined && { type: `${NODE.type}Tool` }),
			parameters: savedParameters,
			...(onError === undefined ? {} : { onError }),
		}),
		getInputData: () => run.input ?? items.map(() => ({ json: {} })),
		getNodeParameter: readParameter,
		continueOnFail: () => onError !== undefined && onError !== 'stopWorkflow',
		getCredentials: async (name: string) => {
			credentialReads.push(name);
			return await credential();
		},
		getContext: () => nodeContext,
		evaluateExpression: (expression: string) =>
			expression.includes('$runIndex') ? (run.runIndex ?? 0) : undefined,
		customData: {
			get: (key: string) => customData[key],
			set: (key: string, value: string) => (customData[key] = value),
		},
		getExecutionCancelSignal: () => run.cancel,
		addExecutionHints: (...added: NodeExecutionHint[]) => hints.push(...added),
		isToolExecution: () => run.asTool === 'subNode',
		...(run.asTool === 'subNode' && { getNextRunIndex: () => 0 }),
		helpers: {
			async httpRequest(options: IHttpRequestOptions) {
				fetched.push(options);
				return await video(options);
			},
			prepareBinaryData: store,
			async httpRequestWithAuthentication(
				this: unknown,
				credentialType: string,
				options: IHttpRequestOptions,
				additional?: { credentialsDecrypted?: ICredentialsDecrypted },
			) {
				const nth = sent.length;
				const given = additional?.credentialsDecrypted;
				sent.push({ self: this, credentialType, options, credential: given });
				const taskId = new URL(options.url).searchParams.get('taskId') ?? '';
				return await respond(taskId, nth, options);
			},
		},
	} as unknown as IExecuteFunctions;
	const requestedIds = () =>
		sent.map(({ options }) => new URL(options.url).searchParams.get('taskId'));
	return {
		context,
		sent,
		requestedIds,
		fetched,
		hints,
		credentialReads,
		entry,
		waitTill,
		customData,
	};
}
