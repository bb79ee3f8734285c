import { noResponse } from '../api/envelope';
import type { TransientError } from '../api/envelope';
import { DEFAULT_PAUSE_MS, MAX_RETRY_AFTER_MS, retryDelay } from '../api/backoff';
import { linkAbort } from '../onAbort';
import type { LinkedAbort } from '../onAbort';
import type { Random, VideoBody } from '../ports';
import type { AdaptiveThrottle } from '../limits/adaptiveThrottle';
import { parseVideoResponse } from './videoResponse';
import { VideoRequest } from './videoRequest';
import type { VideoRequestPorts } from './videoRequest';
import type { VideoFailure } from './failure';
import { isPage } from './mimeType';
import { rangeRequestHeaders } from './remoteFile';
import type { RemoteFile } from './remoteFile';

export interface DownloadLimits {
	/** How long the network may be silent, in milliseconds. */
	readonly requestTimeoutMs: number;
	/** Tries after the first one, for the whole of a video. */
	readonly maxRetries: number;
	readonly maxDownloadBytes: number;
}

export interface DownloadPorts extends VideoRequestPorts {
	readonly random: Random;
	readonly throttle: AdaptiveThrottle;
}

/** Where a transfer stands between two of its steps. */
type Step =
	| { readonly kind: 'body'; readonly source: BodyStream }
	| { readonly kind: 'complete' }
	| TransientError
	| VideoFailure;

/** A body on its way, of which the first `skip` bytes have come before. */
interface BodyStream {
	readonly connection: VideoRequest;
	readonly body: VideoBody;
	readonly file: RemoteFile;
	readonly skip: number;
}

export interface Opened {
	readonly kind: 'opened';
	readonly file: RemoteFile;
}

const PAGE: VideoFailure = { kind: 'notAVideo', received: 'a web page or an error message' };
const EMPTY: VideoFailure = { kind: 'notAVideo', received: 'an empty file' };

/** Ends the stream of a transfer that failed; what happened is its `failure`. */
class DownloadFailedError extends Error {}

/**
 * One video on its way, never more of it in memory than a piece. What breaks off goes on where it stopped, as
 * long as the retries last.
 */
export class VideoDownload {
	/** The body it began with. */
	private first: Extract<Step, { kind: 'body' }> | null = null;
	private file: RemoteFile | null = null;
	private received = 0;
	private attempts = 0;
	private failed: VideoFailure | null = null;
	private readonly ending: LinkedAbort;
	private readonly ports: DownloadPorts;

	/** To be closed in any case. */
	constructor(
		private readonly url: string,
		private readonly limits: DownloadLimits,
		ports: DownloadPorts,
	) {
		this.ending = linkAbort(ports.signal);
		this.ports = { ...ports, signal: this.ending.signal };
	}

	/** Why the bytes have ended too early; null as long as they have not. */
	get failure(): VideoFailure | null {
		return this.failed;
	}

	/** Resolves when the video begins to come, with what its host says of it, or why it won't. */
	async open(): Promise<Opened | VideoFailure> {
		let step = await this.connect();
		while (step.kind === 'transient') step = await this.retry(step);
		if (step.kind === 'complete') return EMPTY;
		if (step.kind !== 'body') return step;
		this.first = step;
		return { kind: 'opened', file: step.source.file };
	}

	/** The bytes, once it has begun. Throws at a failure, so that nobody takes a part for the whole. */
	async *bytes(): AsyncGenerator<Uint8Array, void> {
		let step: Step = this.first ?? { kind: 'aborted' };
		while (step.kind !== 'complete') {
			if (step.kind === 'body') step = yield* this.read(step.source);
			else if (step.kind === 'transient') step = await this.retry(step);
			else {
				this.failed = step;
				throw new DownloadFailedError(step.kind);
			}
		}
	}

	/** Ends its request and further tries at once: what the bytes are stored in may only end them later. */
	close(): void {
		this.ending.dispose();
	}

	private async connect(): Promise<Step> {
		const connection = new VideoRequest(this.limits.requestTimeoutMs, this.ports);
		const step = await this.ask(connection);
		if (step.kind !== 'body') connection.close();
		return step;
	}

	private async ask(connection: VideoRequest): Promise<Step> {
		const { throttle: brake, clock } = this.ports;
		const { file, received } = this;
		const startedAt = clock.now();
		const headers = file === null || received === 0 ? {} : rangeRequestHeaders(file, received);
		const result = await connection.open(this.url, headers);
		if (result.kind === 'failed') return noResponse(result.reason);
		if (result.kind !== 'response') return result;
		const { response: answer } = result;
		const verdict = parseVideoResponse(answer, { file, received }, clock.date());
		if (verdict.kind !== 'transient') brake.onSuccess();
		else if (verdict.throttled) {
			brake.onThrottled(startedAt, clock.now(), pauseAfter(verdict));
		}
		if (verdict.kind !== 'body') return verdict;
		const { skip } = verdict;
		this.file = verdict.file;
		if ((this.file.length ?? 0) > this.limits.maxDownloadBytes) return this.tooLarge();
		return { kind: 'body', source: { connection, body: answer.body, file: this.file, skip } };
	}

	/** Hands on what comes, to the end or to what comes in between. */
	private async *read({
		connection,
		body,
		file,
		skip,
	}: BodyStream): AsyncGenerator<Uint8Array, Step> {
		try {
			for (let left = skip; ; ) {
				const piece = await connection.next(body);
				if (this.ports.signal.aborted) return { kind: 'aborted' };
				if (piece.kind === 'failed') return noResponse(piece.reason);
				if (piece.kind === 'end') return this.end(file, left);
				const bytes = piece.bytes.subarray(left);
				left -= piece.bytes.byteLength - bytes.byteLength;
				if (this.received === 0 && isPage(file.contentType, bytes)) return PAGE;
				this.received += bytes.byteLength;
				if (this.received > this.limits.maxDownloadBytes) return this.tooLarge();
				if (bytes.byteLength > 0) yield bytes;
			}
		} finally {
			connection.close();
		}
	}

	/** More bytes than announced come where n8n has unpacked them on the way. */
	private end({ length }: RemoteFile, left: number): Step {
		// What a host that started over has not even brought again is no part of it
		const reached = this.received - left;
		if (length !== null && reached < length) {
			return noResponse(`the connection was closed after ${reached} of ${length} bytes`);
		}
		// Started over, and shorter than what had come before
		if (left > 0) return { kind: 'fileChanged' };
		return reached === 0 ? EMPTY : { kind: 'complete' };
	}

	private tooLarge(): VideoFailure {
		const limit = this.limits.maxDownloadBytes;
		return { kind: 'tooLarge', length: this.file?.length ?? null, limit };
	}

	/** The next try after a pause, unless the retries are used up or the pause helps nobody. */
	private async retry(trouble: TransientError): Promise<Step> {
		const { clock, random, signal } = this.ports;
		const { code, reason, retryAfterMs } = trouble;
		this.attempts += 1;
		const { attempts } = this;
		const isHopeless = (retryAfterMs ?? 0) > MAX_RETRY_AFTER_MS;
		if (attempts > this.limits.maxRetries || isHopeless) {
			return { kind: 'retriesExhausted', attempts, code, reason };
		}
		await clock.sleep(retryDelay(attempts, retryAfterMs, random), signal);
		return signal.aborted ? { kind: 'aborted' } : await this.connect();
	}
}

function pauseAfter({ retryAfterMs }: TransientError): number {
	return Math.min(retryAfterMs ?? DEFAULT_PAUSE_MS, MAX_RETRY_AFTER_MS);
}
