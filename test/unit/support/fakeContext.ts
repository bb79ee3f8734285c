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

export const NODE: INode = {
	id: '1',
	name: 'Apikley Veo',
	type: 'n8n-nodes-apikley.apikleyVeo',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

/** What n8n passes to a node that it has not been asked to come back to. */
export const FRESH: EngineResponse = { actionResponses: [], metadata: {} };

export const CREDENTIAL = { apiKey: 'sk-example-0123456789', baseUrl: 'https://api.example.com' };

/** What n8n's HTTP helper gives for a streamed answer. */
export interface FakeResponse {
	readonly statusCode: number;
	readonly headers: Record<string, unknown>;
	readonly body: AsyncIterable<Uint8Array> & { destroy(): unknown };
}

/** A streamed body: chunks, and whether it was destroyed. */
export class FakeStream implements AsyncIterable<Uint8Array> {
	/** As Node's Readable has it. */
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
			// As Node's streams do, also where the reader leaves early.
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

/** A record-info answer that tells of a task. */
export function tellsOf(record: IDataObject): FakeResponse {
	return response(200, { code: 200, msg: 'success', data: record });
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
	/** Parameters of the node; `items` has those that differ from item to item. */
	readonly parameters?: Readonly<Record<string, unknown>>;
	readonly items?: ReadonlyArray<Readonly<Record<string, unknown>>>;
	readonly onError?: OnError;
	readonly respond?: Respond;
	/** What a request without the credential gets. */
	readonly video?: (options: IHttpRequestOptions) => unknown;
	/** What n8n makes of binary data. */
	readonly store?: typeof readAsText;
	readonly credential?: () => IDataObject | Promise<IDataObject>;
	readonly cancel?: AbortSignal;
	readonly asTool?: boolean;
	/** The entry of n8n's stack that the node runs from; by default it comes after a node called Items. */
	readonly entry?: Partial<IExecuteData>;
	readonly executionOrder?: 'v0' | 'v1';
	/** n8n does so from 2.6 on. */
	readonly tellsSettings?: boolean;
	/** What came in, where the node reads it. */
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

/** As much of n8n as the node uses, and a note of all that went through it. */
export function fakeContext(run: FakeRun = {}) {
	const { parameters = {}, items = [{}], onError, credential = () => CREDENTIAL } = run;
	const { respond = () => response(404), video = () => response(404) } = run;
	const { store = readAsText } = run;
	const fetched: IHttpRequestOptions[] = [];
	const sent: Sent[] = [];
	const hints: NodeExecutionHint[] = [];
	const credentialReads: string[] = [];
	const read = (name: string, itemIndex: number, fallback?: unknown) => {
		const value = { ...parameters, ...items[itemIndex] }[name];
		if (value instanceof Error) throw value;
		return value === undefined ? fallback : value;
	};
	const expressions = items.flatMap((item) =>
		Object.keys(item).map((name) => [name, `={{ $json.${name} }}`]),
	);
	/** As in the workflow's JSON. */
	const written = { ...parameters, ...Object.fromEntries(expressions) } as INodeParameters;
	const entry: IExecuteData = {
		node: { ...NODE },
		data: { main: [[]] },
		source: { main: [{ previousNode: 'Items' }] },
		...run.entry,
	};
	const waitTill: Date[] = [];
	const context = {
		getExecuteData: () => entry,
		...(run.tellsSettings !== false && {
			getWorkflowSettings: () => ({ executionOrder: run.executionOrder ?? 'v1' }),
		}),
		putExecutionToWait: async (date: Date) => {
			waitTill.push(date);
			await Promise.resolve();
		},
		getNode: () => ({
			...NODE,
			parameters: written,
			...(onError === undefined ? {} : { onError }),
		}),
		getInputData: () => run.input ?? items.map(() => ({ json: {} })),
		getNodeParameter: read,
		continueOnFail: () => onError !== undefined && onError !== 'stopWorkflow',
		getCredentials: async (name: string) => {
			credentialReads.push(name);
			return await credential();
		},
		getExecutionCancelSignal: () => run.cancel,
		addExecutionHints: (...added: NodeExecutionHint[]) => hints.push(...added),
		isToolExecution: () => run.asTool === true,
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
	const asked = () => sent.map(({ options }) => new URL(options.url).searchParams.get('taskId'));
	return { context, sent, asked, fetched, hints, credentialReads, entry, waitTill };
}
