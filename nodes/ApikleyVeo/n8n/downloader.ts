import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import type { VideoFailure } from '../veo/download/failure';
import { extensionOf, fileNameFor } from '../veo/download/fileName';
import { mimeTypeFor } from '../veo/download/mimeType';
import { VideoDownload } from '../veo/download/videoDownload';
import type { DownloadLimits, Restart } from '../veo/download/videoDownload';
import { validateUrl } from '../veo/download/videoRequest';
import { AdaptiveThrottle } from '../veo/limits/adaptiveThrottle';
import { RequestLimiter } from '../veo/limits/requestLimiter';
import type { RequestLimits } from '../veo/limits/requestLimiter';
import type { Clock } from '../veo/ports';
import { explainNetworkError } from './networkError';
import { toReadableLike } from './nodeStream';
import { N8nVideoHost } from './videoHost';

export interface Video {
	readonly taskId: string;
	readonly url: string;
	/** Among the videos of its task. */
	readonly index: number;
}

/** How the download of one video ended. */
export type DownloadResult =
	| { readonly kind: 'stored'; readonly binary: IBinaryData }
	| { readonly kind: 'failed'; readonly url: string; readonly failure: DownloadFailure };

type Stored = Extract<DownloadResult, { kind: 'stored' }>;
type Aborted = Extract<VideoFailure, { kind: 'aborted' }>;

export type DownloadFailure =
	| Exclude<VideoFailure, Aborted>
	/** n8n couldn't store it. `reason` is for the user to read. */
	| { readonly kind: 'notStored'; readonly reason: string };

/** Streams videos into n8n's binary data. Shared by all jobs of a run. */
export class Downloader {
	private readonly host: N8nVideoHost;
	private readonly throttle = new AdaptiveThrottle();
	/** Separate from the API's, so that downloads don't delay lookups. */
	private readonly limiter: RequestLimiter;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly limits: DownloadLimits & Pick<RequestLimits, 'maxConcurrency'>,
		private readonly clock: Clock,
		private readonly signal: AbortSignal,
	) {
		this.host = new N8nVideoHost(context);
		// Requests per Second protects the API, not the video hosts
		const { maxConcurrency } = limits;
		const requestLimits = { maxConcurrency, requestsPerSecond: 0 };
		this.limiter = new RequestLimiter(requestLimits, this.throttle, clock, signal);
	}

	/** Downloads a video as soon as the limits admit it. Never rejects. */
	async download(video: Video): Promise<DownloadResult | Aborted> {
		const { url } = video;
		// No request is sent, so there is no need to wait for the limits
		const failure = validateUrl(url);
		if (failure !== null) return { kind: 'failed', url, failure };
		const times = { dueAt: this.clock.now(), deadline: Infinity, expiresAt: Infinity };
		if ((await this.limiter.acquire(times)) !== 'granted') return { kind: 'aborted' };
		try {
			const result = await this.transfer(video);
			if (result.kind === 'stored' || result.kind === 'aborted') return result;
			return { kind: 'failed', url, failure: result };
		} finally {
			this.limiter.release();
		}
	}

	/** A download that can't be resumed is restarted: n8n has deleted what it had written of it. */
	private async transfer(video: Video): Promise<Stored | DownloadFailure | Aborted> {
		for (let attempts = 0; ; ) {
			const result = await this.store(video, attempts);
			if (result.kind !== 'restart') return result;
			({ attempts } = result);
		}
	}

	private async store(
		{ taskId, url, index }: Video,
		attempts: number,
	): Promise<Stored | DownloadFailure | Aborted | Restart> {
		const { context, host, limits, clock, signal, throttle } = this;
		const ports = { host, clock, random: Math.random, throttle, signal };
		const download = new VideoDownload(url, limits, ports, attempts);
		try {
			const opened = await download.open();
			if (opened.kind !== 'opened') return opened;
			const mimeType = mimeTypeFor(opened.file.contentType, extensionOf(url));
			const fileName = fileNameFor(taskId, index, mimeType);
			// n8n deletes what it has written if the stream ends with an error
			const stream = toReadableLike(host.sampleStream, download.bytes());
			const binary = await context.helpers.prepareBinaryData(stream, fileName, mimeType);
			return download.failure ?? { kind: 'stored', binary };
		} catch (error) {
			return download.failure ?? { kind: 'notStored', reason: explainNetworkError(error) };
		} finally {
			download.close();
		}
	}
}
