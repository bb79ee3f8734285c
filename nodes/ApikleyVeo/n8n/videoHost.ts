import type { IExecuteFunctions, IN8nHttpFullResponse } from 'n8n-workflow';

import type { BodyPiece, Headers, VideoBody, VideoHost, VideoResult } from '../veo/ports';
import { explainNetworkError } from './networkError';
import { destroyOnAbort, isNodeStream, pickHeaders } from './nodeStream';
import type { NodeStream } from './nodeStream';

/** The headers that describe a video. */
const HEADERS = [
	'content-length',
	'content-range',
	'content-type',
	'etag',
	'last-modified',
	'location',
	'retry-after',
];

/** Sends requests with n8n's own helper, and so with its proxy settings, certificates and guards, but no credential. */
export class N8nVideoHost implements VideoHost {
	/** The body of the first response. n8n only stores streams of the same class. */
	sampleStream: NodeStream | null = null;

	constructor(private readonly context: IExecuteFunctions) {}

	async open(url: string, headers: Headers, signal: AbortSignal): Promise<VideoResult> {
		if (signal.aborted) return { kind: 'aborted' };
		// n8n may still be resolving the host name, and no signal ends that
		const aborted = new Promise<VideoResult>((resolve) => {
			signal.addEventListener('abort', () => resolve({ kind: 'aborted' }), { once: true });
		});
		return await Promise.race([this.request(url, headers, signal), aborted]);
	}

	private async request(url: string, headers: Headers, signal: AbortSignal): Promise<VideoResult> {
		try {
			const response = (await this.context.helpers.httpRequest({
				method: 'GET',
				url,
				// A compressed body can't be resumed in the middle
				headers: { Accept: '*/*', 'Accept-Encoding': 'identity', ...headers },
				encoding: 'stream',
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
				abortSignal: signal,
				// The owner of the signal watches how long the network is idle
				timeout: 0,
			})) as IN8nHttpFullResponse;
			const { body } = response;
			if (!isNodeStream(body)) return { kind: 'failed', reason: 'the response was not a stream' };
			this.sampleStream ??= body;
			return {
				kind: 'response',
				response: {
					status: response.statusCode,
					headers: pickHeaders(response.headers, HEADERS),
					body: toVideoBody(body, signal),
				},
			};
		} catch (error) {
			return { kind: 'failed', reason: explainNetworkError(error) };
		}
	}
}

function toVideoBody(stream: NodeStream, signal: AbortSignal): VideoBody {
	destroyOnAbort(stream, signal);
	const chunks = stream[Symbol.asyncIterator]();
	const next = async (): Promise<BodyPiece> => {
		try {
			const { done, value } = await chunks.next();
			return done === true ? { kind: 'end' } : { kind: 'bytes', bytes: value };
		} catch (error) {
			return { kind: 'failed', reason: explainNetworkError(error) };
		}
	};
	return { next };
}
