/** What may happen to a video, by what its host has sent. */
import { isRetryable, MAX_RETRY_AFTER_S } from '../model.mjs';
import type { RunTrace } from '../run-scenario.mjs';
import type { Scenario } from '../scenario.mjs';
import { contentOf, videoAt, type Version, type VideoId } from './files.mjs';
import type { VideoExchange } from './host.mjs';
import type { VideoResponse } from './response.mjs';
import type { ScriptedVideo } from './scenario.mjs';

export interface DownloadResult {
	/** Of the failure; null if the video was downloaded. */
	readonly code: number | string | null;
	readonly retryable: boolean;
}

/** One attempt ends the download with one of these results, or fails in a way that is tried again. */
type AttemptResult =
	| { readonly kind: 'final'; readonly results: readonly DownloadResult[] }
	| {
			readonly kind: 'transient';
			readonly code: number | null;
			readonly retryAfter: number | null;
	  };

interface Progress {
	readonly received: number;
	/** The version that these bytes belong to. */
	readonly version: Version | null;
}

type Limits = Scenario['options'];

const DOWNLOADED: DownloadResult = { code: null, retryable: false };
const CHANGED = retryable('VIDEO_CHANGED');
const TOO_LARGE = permanent('VIDEO_TOO_LARGE');
const NOT_A_VIDEO = permanent('NOT_A_VIDEO');
const INVALID_URL = permanent('INVALID_VIDEO_URL');

/** Every allowed result of a download. Usually there is only one. */
export function expectedDownloads({ scenario, videos }: RunTrace, id: VideoId): DownloadResult[] {
	const exchanges = videos.exchanges.filter(({ video }) => video === id);
	if (videoAt(scenario, id).invalidUrl !== null) return [INVALID_URL];
	const isStoring = exchanges.some(({ bytesRead }) => bytesRead > 0);
	return [
		...resultsOf(scenario, id, exchanges),
		...(isStoring && videos.storeFailures > 0 ? [retryable('VIDEO_NOT_STORED')] : []),
	];
}

function resultsOf(
	scenario: Scenario,
	id: VideoId,
	exchanges: readonly VideoExchange[],
): readonly DownloadResult[] {
	const { maxRetries } = scenario.options;
	const attempts = attemptsIn(exchanges);
	let progress: Progress = { received: 0, version: null };
	for (const [number, exchange] of attempts.entries()) {
		const isLast = number === attempts.length - 1;
		const result = resultOf(exchange, videoAt(scenario, id), progress, scenario.options);
		if (result.kind === 'final') return isLast ? result.results : [];
		const { code, retryAfter } = result;
		const isExhausted = number >= maxRetries || (retryAfter ?? 0) > MAX_RETRY_AFTER_S;
		if (isExhausted) return isLast ? [retryable(code ?? 'VIDEO_UNREACHABLE')] : [];
		progress = progressAfter(exchange, progress);
	}
	return [];
}

/** The last request of each attempt, which no redirect follows. */
export function attemptsIn(exchanges: readonly VideoExchange[]): VideoExchange[] {
	return exchanges.filter((_, at) => exchanges[at + 1]?.isRedirectHop !== true);
}

function progressAfter({ response, bytesRead }: VideoExchange, progress: Progress): Progress {
	if (response?.content == null || bytesRead === 0) return progress;
	const { from, version } = response.content;
	return { received: Math.max(progress.received, from + bytesRead), version };
}

function resultOf(
	exchange: VideoExchange,
	video: ScriptedVideo,
	progress: Progress,
	limits: Limits,
): AttemptResult {
	const { response, end } = exchange;
	if (response === null) {
		return end === 'noResponse' || timedOut(exchange, limits) ? TRANSIENT : final();
	}
	const { status, redirectsTo, content, retryAfter } = response;
	if (redirectsTo === 'loop' || redirectsTo === 'notHttp') return final(INVALID_URL);
	if (content !== null) return contentResult(exchange, content, video, progress, limits);
	if (isRetryable(status)) return { kind: 'transient', code: status, retryAfter };
	if (status === 206) return progress.received > 0 ? final(CHANGED) : final(CHANGED, NOT_A_VIDEO);
	if (status === 416 && progress.received > 0) {
		const { length } = contentOf(video, exchange.video, progress.version!);
		return progress.received === length ? final(CHANGED, DOWNLOADED) : final(CHANGED);
	}
	return status < 300 ? final(NOT_A_VIDEO) : final(permanent(status));
}

function contentResult(
	exchange: VideoExchange,
	{ version, from }: NonNullable<VideoResponse['content']>,
	video: ScriptedVideo,
	progress: Progress,
	limits: Limits,
): AttemptResult {
	const { response, bytesRead, end } = exchange;
	const { byteLength } = contentOf(video, exchange.video, version);
	const limit = limits.maxDownloadSize * 2 ** 20;
	const isTooLarge = byteLength > limit;
	if (progress.received > 0) {
		const isWrongRange =
			response?.status === 206 && ['wrongStart', 'noContentRange'].includes(video.ranges);
		if (isWrongRange || version !== progress.version) {
			return isTooLarge ? final(CHANGED, TOO_LARGE) : final(CHANGED);
		}
		const isUnread = end === 'abandoned' && bytesRead === 0 && !timedOut(exchange, limits);
		if (isUnread && !showsIdentity(exchange, video)) return final(CHANGED);
	}
	if (video.isPage && bytesRead > 0) {
		return isTooLarge ? final(NOT_A_VIDEO, TOO_LARGE) : final(NOT_A_VIDEO);
	}
	if (isTooLarge && (from + bytesRead > limit || video.headers.length)) return final(TOO_LARGE);
	if (end === 'complete') return final(byteLength === 0 ? NOT_A_VIDEO : DOWNLOADED);
	if (end !== 'abandoned' || timedOut(exchange, limits)) return TRANSIENT;
	// The client has no reason to abandon it, unless Content-Range says that the file is too large
	return isTooLarge ? final(TOO_LARGE) : final();
}

/** Whether anything shows that the rest belongs to the same file. */
function showsIdentity({ response }: VideoExchange, { headers }: ScriptedVideo): boolean {
	const isLengthShown = headers.length && (response?.status === 200 || headers.total);
	return headers.etag === 'strong' || headers.modified || isLengthShown;
}

function timedOut({ endedAt, lastActivityAt }: VideoExchange, { requestTimeout }: Limits): boolean {
	return endedAt - lastActivityAt >= requestTimeout * 1000 - 1;
}

const TRANSIENT: AttemptResult = { kind: 'transient', code: null, retryAfter: null };

function final(...results: DownloadResult[]): AttemptResult {
	return { kind: 'final', results };
}

function retryable(code: number | string): DownloadResult {
	return { code, retryable: true };
}

function permanent(code: number | string): DownloadResult {
	return { code, retryable: false };
}
