import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	IExecuteFunctions,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
	IWebhookFunctions,
} from 'n8n-workflow';

import { cleanApiKey } from '../veo/api/apiKey';
import { linkAbort } from '../veo/onAbort';
import type { Clock, Headers, Http, HttpRequest, HttpResult } from '../veo/ports';
import { MAX_TIMER_MS } from './clock';
import { openFileBody } from './fileBody';
import { explainNetworkError, isPermanent, isTimeout, wasNeverSent } from './networkError';
import { destroyOnAbort, pickHeaders } from './nodeStream';
import type { NodeStream } from './nodeStream';
import { createAddressRedactor } from './redactAddress';
import { createRedactor } from './redactKey';
import type { Redactor } from './redactKey';

export const CREDENTIAL = 'apikleyApi';

/** The API's largest known record has a few kilobytes, so a body larger than this is not one. */
const MAX_BODY_BYTES = 10 * 2 ** 20;
/** One megabit per second. A file gets this time on top of the timeout, as it takes longer than a response. */
const MIN_UPLOAD_BYTES_PER_MS = 125;
/** A renewed key or secret is used after this time at the latest. */
const CREDENTIAL_LIFETIME_MS = 60_000;

/** The headers that decide what to do with a response. */
const HEADERS = ['retry-after', 'location'];

/** A context whose helpers can send requests. */
export type RequestContext = IExecuteFunctions | IWebhookFunctions;

/** A credential that was read, and what hides its key and the addresses of executions in a text. */
export interface Credential {
	readonly data: ICredentialDataDecryptedObject;
	readonly decrypted: ICredentialsDecrypted;
	readonly redact: Redactor;
}

class ResponseTooLargeError extends Error {
	override readonly message = 'the response was larger than 10 MiB';
}

/** Sends requests with n8n's own helper, and so with its proxy settings, certificates and guards. */
export class N8nHttp implements Http {
	private credential: Promise<Credential> | null = null;
	private credentialReadAt = -Infinity;

	/** `credential`, if the caller has just read it. */
	constructor(
		private readonly context: RequestContext,
		private readonly clock: Clock,
		credential?: Credential,
	) {
		if (credential === undefined) return;
		this.credential = Promise.resolve(credential);
		this.credentialReadAt = clock.now();
	}

	async send(request: HttpRequest, timeoutMs: number, signal: AbortSignal): Promise<HttpResult> {
		if (signal.aborted) return { kind: 'aborted' };
		const finished = linkAbort(signal);
		const limitMs = timeoutMs + uploadMs(request);
		const timeout = this.clock.sleep(limitMs, finished.signal).then(
			(): HttpResult => ({
				kind: 'failed',
				reason: timeoutMessage(limitMs),
				isPermanent: false,
			}),
		);
		const response = this.exchange(request, timeoutMs, finished.signal);
		try {
			const result = await Promise.race([response, timeout]);
			return signal.aborted ? { kind: 'aborted' } : result;
		} finally {
			finished.dispose();
		}
	}

	/** `finished` stops reading a body that is no longer needed. */
	private async exchange(
		request: HttpRequest,
		timeoutMs: number,
		finished: AbortSignal,
	): Promise<HttpResult> {
		let redact: Redactor = (text) => text;
		let isSending = false;
		try {
			const credential = await this.readCredential();
			({ redact } = credential);
			const options = await requestOptions(request, timeoutMs, finished);
			if (finished.aborted) return { kind: 'aborted' };
			const { helpers } = this.context;
			isSending = true;
			const response = (await helpers.httpRequestWithAuthentication.call(
				this.context,
				CREDENTIAL,
				options,
				{ credentialsDecrypted: credential.decrypted },
			)) as IN8nHttpFullResponse;
			const body = await readBody(response.body as unknown as NodeStream, finished);
			return {
				kind: 'response',
				response: {
					status: response.statusCode,
					headers: redactHeaders(pickHeaders(response.headers, HEADERS), redact),
					body: redact(body),
				},
			};
		} catch (error) {
			const reason = isTimeout(error) ? timeoutMessage(timeoutMs) : explainNetworkError(error);
			return {
				kind: 'failed',
				reason: redact(reason),
				isPermanent: isPermanent(error),
				neverSent: !isSending || wasNeverSent(error),
			};
		}
	}

	/**
	 * Unless it gets the credential, n8n reads it from its database and decrypts it for every request, which is more than
	 * half the cost of a lookup. So it is read here, once a minute.
	 */
	private async readCredential(): Promise<Credential> {
		const now = this.clock.now();
		if (this.credential === null || now - this.credentialReadAt > CREDENTIAL_LIFETIME_MS) {
			this.credentialReadAt = now;
			this.credential = readCredential(this.context);
		}
		return await this.credential.catch((error: unknown) => {
			this.credential = null;
			throw error;
		});
	}
}

/** The user reads the same, whether n8n's timeout or ours comes first. */
function timeoutMessage(timeoutMs: number): string {
	return `no response within ${timeoutMs / 1000} s`;
}

/** Has n8n decrypt the credential, and evaluate two expressions. Rejects if there is none. */
export async function readCredential(context: RequestContext): Promise<Credential> {
	const data = await context.getCredentials<ICredentialDataDecryptedObject>(CREDENTIAL);
	const decrypted = { id: '', name: CREDENTIAL, type: CREDENTIAL, data };
	const redactKey = createRedactor(cleanApiKey(data.apiKey));
	const redactAddresses = createAddressRedactor(context);
	return { data, decrypted, redact: (text) => redactAddresses(redactKey(text)) };
}

function uploadMs({ fileBody }: HttpRequest): number {
	return Math.ceil((fileBody?.file.size ?? 0) / MIN_UPLOAD_BYTES_PER_MS);
}

async function requestOptions(
	request: HttpRequest,
	timeoutMs: number,
	finished: AbortSignal,
): Promise<IHttpRequestOptions> {
	const { headers, ...content } = await openContent(request, finished);
	return {
		method: request.method,
		url: request.url,
		headers: { Accept: 'application/json', ...headers },
		...content,
		// While a file is sent, this is how long nothing may happen
		timeout: Math.min(timeoutMs, MAX_TIMER_MS),
		// A stream, so that size and time are limited while the body arrives
		encoding: 'stream',
		returnFullResponse: true,
		// Every status is a response. Otherwise n8n would send a request twice after a 401
		ignoreHttpStatusErrors: true,
		// n8n would send the key to wherever the redirect points
		disableFollowRedirect: true,
	};
}

async function openContent(
	{ body, fileBody }: HttpRequest,
	finished: AbortSignal,
): Promise<Pick<IHttpRequestOptions, 'body' | 'headers'>> {
	if (fileBody !== undefined) {
		const { content, length } = await openFileBody(fileBody, finished);
		const headers = { 'Content-Type': fileBody.contentType, 'Content-Length': length };
		return { headers, body: content };
	}
	if (body === undefined) return {};
	return { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}

function redactHeaders(headers: Headers, redact: Redactor): Headers {
	const redacted = Object.entries(headers).map(([name, value]) => [name, redact(value)]);
	return Object.fromEntries(redacted) as Headers;
}

async function readBody(stream: NodeStream, finished: AbortSignal): Promise<string> {
	destroyOnAbort(stream, finished);
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of stream) {
		size += chunk.byteLength;
		if (size > MAX_BODY_BYTES) throw new ResponseTooLargeError();
		chunks.push(chunk);
	}
	return Buffer.concat(chunks)
		.toString('utf8')
		.replace(/^\uFEFF/, '');
}
