import type { IExecuteFunctions } from 'n8n-workflow';

import type { Clock } from '../veo/ports';
import { AdaptiveThrottle } from '../veo/limits/adaptiveThrottle';
import { RequestLimiter } from '../veo/limits/requestLimiter';
import type { RequestLimits } from '../veo/limits/requestLimiter';
import { VideoDownload } from '../veo/download/videoDownload';
import type { DownloadLimits } from '../veo/download/videoDownload';
import { storeBinary } from '../n8n/binaryData';
import type { FileDetails, StoreResult } from '../n8n/binaryData';
import { N8nVideoHost } from '../n8n/videoHost';

/** What all downloads of a run share. They have limits of their own, so that they keep no lookup waiting. */
export interface Downloader {
	readonly limiter: RequestLimiter;
	download(url: string): VideoDownload;
	/** The bytes of a transfer that has begun. */
	store(bytes: AsyncIterable<Uint8Array>, details: FileDetails): Promise<StoreResult>;
}

export function createDownloader(
	context: IExecuteFunctions,
	limits: DownloadLimits & RequestLimits,
	clock: Clock,
	signal: AbortSignal,
): Downloader {
	const host = new N8nVideoHost(context);
	const brake = new AdaptiveThrottle();
	// Requests per Second spares the API, not the hosts of the videos
	const traffic = { maxConcurrency: limits.maxConcurrency, requestsPerSecond: 0 };
	const ports = { host, clock, random: Math.random, brake, signal };
	return {
		limiter: new RequestLimiter(traffic, brake, clock, signal),
		download: (url) => new VideoDownload(url, limits, ports),
		store: async (bytes, details) => await storeBinary(context, host.sample, bytes, details),
	};
}
