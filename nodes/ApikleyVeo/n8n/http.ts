import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	IExecuteFunctions,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';

import { linkAbort } from '../veo/onAbort';
import type { Clock, Http, HttpResult } from '../veo/ports';
import { createRedactor } from './redactKey';
import type { Redactor } from './redactKey';
import { explainNetworkError, isTimeout } from './networkError';
import { destroyOnAbort, pickHeaders } from './nodeStream';
import type { NodeStream } from './nodeStream';

export const CREDENTIAL = 'apikleyApi';

/** The largest record the API is known to send has some kilobytes; more than this is not one. */
const MAX_BODY_BYTES = 10 * 2 ** 20;
/** A key or secret that was renewed meanwhile is used after this time at the latest. */
const CREDENTIAL_LIFETIME_MS = 60_000;

/** The headers that say what to do about an answer. */
const HEADERS = ['retry-after', 'location'];

interface Credential {
	readonly decrypted: ICredentialsDecrypted;
	readonly mask: Redactor;
}

class ResponseTooLargeError extends Error {
	override readonly message = 'the answer was larger than 10 MiB';
}

/** Requests through n8n's own helper, with its proxy settings, certificates and guards. */
export class N8nHttp implements Http {
	private credential: Promise<Credential> | null = null;
	private credentialReadAt = -Infinity;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly clock: Clock,
	) {}

	async get(url: string, timeoutMs: number, signal: AbortSignal): Promise<HttpResult> {
		if (signal.aborted) return { kind: 'aborted' };
		const done = linkAbort(signal);
		const timeUp = this.clock
			.sleep(timeoutMs, done.signal)
			.then((): HttpResult => ({ kind: 'failed', reason: timeoutMessage(timeoutMs) }));
		try {
			const result = await Promise.race([this.send(url, timeoutMs, done.signal), timeUp]);
			return signal.aborted ? { kind: 'aborted' } : result;
		} finally {
			done.dispose();
		}
	}

	/** `done` ends the reading of a body that nobody waits for any more. */
	private async send(url: string, timeoutMs: number, done: AbortSignal): Promise<HttpResult> {
		let mask: Redactor = (text) => text;
		try {
			const credential = await this.readCredential();
			({ mask } = credential);
			if (done.aborted) return { kind: 'aborted' };
			const { helpers } = this.context;
			const response = (await helpers.httpRequestWithAuthentication.call(
				this.context,
				CREDENTIAL,
				requestOptions(url, timeoutMs),
				{ credentialsDecrypted: credential.decrypted },
			)) as IN8nHttpFullResponse;
			const body = await readBody(response.body as unknown as NodeStream, done);
			return {
				kind: 'response',
				response: {
					status: response.statusCode,
					headers: redactHeaders(pickHeaders(response.headers, HEADERS), mask),
					body: mask(body),
				},
			};
		} catch (error) {
			const reason = isTimeout(error) ? timeoutMessage(timeoutMs) : explainNetworkError(error);
			return { kind: 'failed', reason: mask(reason) };
		}
	}

	/**
	 * n8n reads and decrypts the credential from its database at every request unless it is handed in:
	 * more than half of what a lookup costs. So it is read once a minute.
	 */
	private async readCredential(): Promise<Credential> {
		const now = this.clock.now();
		if (this.credential === null || now - this.credentialReadAt > CREDENTIAL_LIFETIME_MS) {
			this.credentialReadAt = now;
			this.credential = decryptCredential(this.context);
		}
		return await this.credential.catch((error: unknown) => {
			this.credential = null;
			throw error;
		});
	}
}

/** Whichever notices first, n8n's timeout or ours, the user reads the same. */
function timeoutMessage(timeoutMs: number): string {
	return `no answer within ${timeoutMs / 1000} s`;
}

async function decryptCredential(context: IExecuteFunctions): Promise<Credential> {
	const data = await context.getCredentials<ICredentialDataDecryptedObject>(CREDENTIAL);
	const decrypted = { id: '', name: CREDENTIAL, type: CREDENTIAL, data };
	return { decrypted, mask: createRedactor(String(data.apiKey).trim()) };
}

function requestOptions(url: string, timeoutMs: number): IHttpRequestOptions {
	return {
		method: 'GET',
		url,
		headers: { Accept: 'application/json' },
		timeout: timeoutMs,
		// As a stream, so that size and time are bounded while the body arrives.
		encoding: 'stream',
		returnFullResponse: true,
		// Every status is an answer. Otherwise n8n would send a request that met a 401 twice.
		ignoreHttpStatusErrors: true,
		// n8n would carry the key along to wherever the redirect points.
		disableFollowRedirect: true,
	};
}

function redactHeaders(headers: Readonly<Record<string, string>>, mask: Redactor) {
	const masked = Object.entries(headers).map(([name, value]) => [name, mask(value)]);
	return Object.fromEntries(masked) as Record<string, string>;
}

async function readBody(stream: NodeStream, done: AbortSignal): Promise<string> {
	destroyOnAbort(stream, done);
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
