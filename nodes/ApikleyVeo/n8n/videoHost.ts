import type { IExecuteFunctions, IN8nHttpFullResponse } from 'n8n-workflow';

import type { BodyPiece, VideoBody, VideoHost, VideoResult } from '../veo/ports';
import { explainNetworkError } from './networkError';
import { destroyOnAbort, isNodeStream, pickHeaders } from './nodeStream';
import type { NodeStream } from './nodeStream';

/** The headers that say something of a video. */
const HEADERS = [
	'content-length',
	'content-range',
	'content-type',
	'etag',
	'last-modified',
	'location',
	'retry-after',
];

/** Requests through n8n's own helper, with its proxy settings, certificates and guards, but with no credential. */
export class N8nVideoHost implements VideoHost {
	/** Of the first answer: n8n takes binary data only as streams of the same make. */
	sample: NodeStream | null = null;

	constructor(private readonly context: IExecuteFunctions) {}

	async open(
		url: string,
		headers: Readonly<Record<string, string>>,
		signal: AbortSignal,
	): Promise<VideoResult> {
		if (signal.aborted) return { kind: 'aborted' };
		// n8n may still look up the host's address then, which no signal ends
		const aborted = new Promise<VideoResult>((resolve) => {
			signal.addEventListener('abort', () => resolve({ kind: 'aborted' }), { once: true });
		});
		return await Promise.race([this.request(url, headers, signal), aborted]);
	}

	private async request(
		url: string,
		headers: Readonly<Record<string, string>>,
		signal: AbortSignal,
	): Promise<VideoResult> {
		try {
			const response = (await this.context.helpers.httpRequest({
				method: 'GET',
				url,
				// What is packed on the way can't be gone on with in the middle
				headers: { Accept: '*/*', 'Accept-Encoding': 'identity', ...headers },
				encoding: 'stream',
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
				abortSignal: signal,
				// How long the network may be silent is watched by whoever holds the signal
				timeout: 0,
			})) as IN8nHttpFullResponse;
			const { body } = response;
			if (!isNodeStream(body)) return { kind: 'failed', reason: 'the answer was no stream' };
			this.sample ??= body;
			const answer = {
				status: response.statusCode,
				headers: pickHeaders(response.headers, HEADERS),
				body: bodyOf(body, signal),
			};
			return { kind: 'response', response: answer };
		} catch (error) {
			return { kind: 'failed', reason: explainNetworkError(error) };
		}
	}
}

function bodyOf(stream: NodeStream, signal: AbortSignal): VideoBody {
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
