import { networkFailure, transientError } from '../api/envelope';
import type { TransientError } from '../api/envelope';
import { retryDelay } from '../api/backoff';
import { cutRetryAfter, exceedsMaxRetryAfter } from '../api/retryPolicy';
import { linkAbort } from '../onAbort';
import type { LinkedAbort } from '../onAbort';
import type { Random, VideoBody } from '../ports';
import type { AdaptiveThrottle } from '../limits/adaptiveThrottle';
import { parseVideoResponse } from './videoResponse';
import { VideoRequest } from './videoRequest';
import type { VideoRequestPorts } from './videoRequest';
import type { VideoFailure } from './failure';
import { isPage, PAGE_START_LENGTH } from './mimeType';
import { rangeRequestHeaders } from './remoteFile';
import type { RemoteFile } from './remoteFile';

export interface DownloadLimits {
	/** How long the network may be idle, in milliseconds. */
	readonly requestTimeoutMs: number;
	/** Retries for one whole video. */
	readonly maxRetries: number;
	readonly maxDownloadBytes: number;
}

export interface DownloadPorts extends VideoRequestPorts {
	readonly random: Random;
	readonly throttle: AdaptiveThrottle;
}

/** The next step of a download. */
type Step =
	| { readonly kind: 'body'; readonly stream: BodyStream }
	/** The host has sent a part of the file, and the next one has to be requested. */
	| { readonly kind: 'nextPart' }
	| { readonly kind: 'complete' }
	| Restart
	| TransientError
	| VideoFailure;

/** The rest of the file can't be had, so another download has to start, after the `attempts` of this one. */
export interface Restart {
	readonly kind: 'restart';
	readonly attempts: number;
}

/** A body that is being received. Its first `skip` bytes have been received before. */
interface BodyStream {
	readonly request: VideoRequest;
	readonly body: VideoBody;
	readonly file: RemoteFile;
	readonly skip: number;
	readonly partEnd: number | null;
}

export interface Opened {
	readonly kind: 'opened';
	readonly file: RemoteFile;
}

const PAGE: VideoFailure = { kind: 'notAVideo', received: 'a web page or an error message' };
const EMPTY: VideoFailure = { kind: 'notAVideo', received: 'an empty file' };

/** Ends the stream of a failed download. The reason is in its `failure`. */
class DownloadFailedError extends Error {}

/**
 * The download of one video, with at most one piece of it in memory. After an interruption it resumes where it stopped
 * or, if the host can't do that, has to be restarted, until its retries are used up.
 */
export class VideoDownload {
	/** Why `bytes` has thrown; null if it has not. */
	failure: VideoFailure | Restart | null = null;
	/** The body of the first response. */
	private first: Extract<Step, { kind: 'body' }> | null = null;
	private file: RemoteFile | null = null;
	/** The first bytes of the file. */
	private start = new Uint8Array();
	private received = 0;
	private isResumable = true;
	private readonly linked: LinkedAbort;
	private readonly ports: DownloadPorts;

	/** Always close the download. `attempts` is the number of those that failed before it. */
	constructor(
		private readonly url: string,
		private readonly limits: DownloadLimits,
		ports: DownloadPorts,
		private attempts = 0,
	) {
		this.linked = linkAbort(ports.signal);
		this.ports = { ...ports, signal: this.linked.signal };
	}

	/** Resolves when the body begins, with the file as its host describes it, or with the reason why there is none. */
	async open(): Promise<Opened | VideoFailure | Restart> {
		let step = await this.connect();
		while (step.kind === 'transient') step = await this.retry(step);
		if (step.kind === 'complete' || step.kind === 'nextPart') return EMPTY;
		if (step.kind !== 'body') return step;
		this.first = step;
		return { kind: 'opened', file: step.stream.file };
	}

	/** The bytes, once it has been opened. Throws on a failure, so that a part is not mistaken for the whole. */
	async *bytes(): AsyncGenerator<Uint8Array, void> {
		let step: Step = this.first ?? { kind: 'aborted' };
		while (step.kind !== 'complete') {
			if (step.kind === 'body') step = yield* this.read(step.stream);
			else if (step.kind === 'transient') step = await this.retry(step);
			else if (step.kind === 'nextPart') step = await this.connect();
			else {
				this.failure = step;
				throw new DownloadFailedError(step.kind);
			}
		}
	}

	/** Ends its request and all retries at once. The consumer of the bytes may only stop them later. */
	close(): void {
		this.linked.dispose();
	}

	private async connect(): Promise<Step> {
		const request = new VideoRequest(this.limits.requestTimeoutMs, this.ports);
		const step = await this.send(request);
		if (step.kind !== 'body') request.close();
		return step;
	}

	private async send(request: VideoRequest): Promise<Step> {
		const { throttle, clock } = this.ports;
		const { file, received } = this;
		const startedAt = clock.now();
		const headers = file === null || received === 0 ? {} : rangeRequestHeaders(file, received);
		const result = await request.open(this.url, headers);
		if (result.kind === 'failed') return networkFailure(result);
		if (result.kind !== 'response') return result;
		const { response } = result;
		const action = parseVideoResponse(response, { file, received }, clock.date());
		if (action.kind !== 'transient') throttle.onSuccess(startedAt);
		else if (action.throttled) throttle.onThrottled(startedAt, clock.now(), cutRetryAfter(action));
		if (action.kind === 'notResumable') return this.notResumable(action.reason);
		if (action.kind !== 'body') return action;
		const { skip, partEnd } = action;
		this.file = action.file;
		this.isResumable = true;
		if ((this.file.length ?? 0) > this.limits.maxDownloadBytes) return this.tooLarge();
		return {
			kind: 'body',
			stream: { request, body: response.body, file: this.file, skip, partEnd },
		};
	}

	/** Yields the rest of a body, and returns the next step when it ends or breaks off. */
	private async *read(stream: BodyStream): AsyncGenerator<Uint8Array, Step> {
		const { request, body, file, partEnd } = stream;
		try {
			for (let toSkip = stream.skip; ; ) {
				const piece = await request.next(body);
				if (this.ports.signal.aborted) return { kind: 'aborted' };
				if (piece.kind === 'failed') return transientError(null, piece.reason);
				if (piece.kind === 'end') return this.end(file, toSkip, partEnd);
				const bytes = piece.bytes.subarray(toSkip);
				toSkip -= piece.bytes.byteLength - bytes.byteLength;
				if (this.isPageSoFar(file, bytes)) return PAGE;
				this.received += bytes.byteLength;
				if (this.received > this.limits.maxDownloadBytes) return this.tooLarge();
				if (bytes.byteLength > 0) yield bytes;
			}
		} finally {
			request.close();
		}
	}

	/** The first piece can be too short to show it. What was yielded by then is discarded. */
	private isPageSoFar({ contentType }: RemoteFile, bytes: Uint8Array): boolean {
		const missing = PAGE_START_LENGTH - this.start.byteLength;
		if (missing === 0) return false;
		this.start = Uint8Array.of(...this.start, ...bytes.subarray(0, missing));
		return isPage(contentType, this.start);
	}

	/** There can be more bytes than announced, because n8n decompresses them. */
	private end({ length, contentType }: RemoteFile, toSkip: number, partEnd: number | null): Step {
		// A host that starts over may not even reach the bytes received before
		const reached = this.received - toSkip;
		if (reached === partEnd && reached !== length) return { kind: 'nextPart' };
		const expected = length ?? partEnd;
		if (expected !== null && reached < expected) {
			return transientError(
				null,
				`the connection was closed after ${reached} of ${expected} bytes`,
			);
		}
		if (toSkip > 0) return this.notResumable('the host sent a shorter file after an interruption');
		if (reached === 0) return EMPTY;
		return isPage(contentType, this.start, true) ? PAGE : { kind: 'complete' };
	}

	private notResumable(reason: string): TransientError {
		this.isResumable = false;
		return transientError(null, reason);
	}

	private tooLarge(): VideoFailure {
		const limit = this.limits.maxDownloadBytes;
		return { kind: 'tooLarge', length: this.file?.length ?? null, limit };
	}

	/** Retries after a pause, unless the retries are used up or the pause would be too long. */
	private async retry(error: TransientError): Promise<Step> {
		const { clock, random, signal } = this.ports;
		const { code, reason, retryAfterMs } = error;
		this.attempts += 1;
		const { attempts } = this;
		if (attempts > this.limits.maxRetries || exceedsMaxRetryAfter(error)) {
			return { kind: 'retriesExhausted', attempts, code, reason };
		}
		await clock.sleep(retryDelay(attempts, retryAfterMs, random), signal);
		if (signal.aborted) return { kind: 'aborted' };
		if (!this.isResumable) return { kind: 'restart', attempts };
		return await this.connect();
	}
}
