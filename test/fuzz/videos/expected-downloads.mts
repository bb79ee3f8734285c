/** What may happen to a video, by what its host has sent. */
import { isRetryable, MAX_RETRY_AFTER_S } from '../model.mjs';
import type { Scenario } from '../scenario.mjs';
import { endsAllLookups, freshLookups, hasFault, limitsHoldBack } from '../trace-queries.mjs';
import type { RunTrace } from '../trace.mjs';
import { contentOf, linksOf, parseVideoId, videoAt, type Version, type VideoId } from './files.mjs';
import type { VideoExchange } from './host.mjs';
import { servesParts, type VideoResponse } from './response.mjs';
import type { ScriptedVideo } from './scenario.mjs';

/** The code of the failure; null if the video was downloaded. */
export type DownloadResult = number | string | null;

/** One attempt ends the download with one of these results, or fails in a way that is tried again. */
type AttemptResult =
	| { readonly kind: 'final'; readonly results: readonly DownloadResult[] }
	/** It is not an attempt that counts. */
	| { readonly kind: 'part' }
	/** The host doesn't send the rest, so the next attempt starts again, unless the download ends with one of `results`. */
	| { readonly kind: 'restart'; readonly results: readonly DownloadResult[] }
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

const DOWNLOADED: DownloadResult = null;
const TOO_LARGE = 'VIDEO_TOO_LARGE';
const NOT_A_VIDEO = 'NOT_A_VIDEO';
const INVALID_URL = 'INVALID_VIDEO_URL';
const EXPIRED_STATUSES = [401, 403, 404, 410];

/** Every allowed result of a download. Usually there is only one. */
export function expectedDownloads(trace: RunTrace, id: VideoId): DownloadResult[] {
	const { scenario, videos } = trace;
	const exchanges = videos.filter(({ video }) => video === id);
	if (videoAt(scenario, id).invalidUrl !== null) return [INVALID_URL];
	const isStoring = exchanges.some(({ bytesRead }) => bytesRead > 0);
	return [
		...resultsOfBoth(trace, id, exchanges),
		...(isStoring && trace.isDiskFull ? ['VIDEO_NOT_STORED'] : []),
	];
}

/** A link that has expired is looked up again once. With the link of the new record the download starts again. */
function resultsOfBoth(
	trace: RunTrace,
	id: VideoId,
	exchanges: readonly VideoExchange[],
): readonly DownloadResult[] {
	const [first = [], second = [], ...others] = splitByLinks(exchanges);
	if (others.length > 0) return [];
	const results = resultsOf(trace.scenario, id, first);
	if (first.length === 0 || !isExpired(first.at(-1))) return results;
	const links = freshLinksOf(trace, parseVideoId(id).taskId);
	if (links === 'none' || links === 'full') return second.length === 0 ? results : [];
	if (links === null || second[0] === undefined) return [];
	return linksOf(second[0].options.url) === links ? resultsOf(trace.scenario, id, second) : [];
}

/** One list for each link. */
export function splitByLinks(exchanges: readonly VideoExchange[]): VideoExchange[][] {
	const lists: VideoExchange[][] = [];
	exchanges.forEach((exchange, at) => {
		if (at === 0 || isExpired(exchanges[at - 1])) lists.push([exchange]);
		else lists.at(-1)!.push(exchange);
	});
	return lists;
}

function isExpired(exchange: VideoExchange | undefined): boolean {
	return EXPIRED_STATUSES.includes(exchange?.response?.status ?? 0);
}

/** The links of the record that was looked up again; `none` if there is none, null if it was not looked up without reason. */
function freshLinksOf(trace: RunTrace, taskId: string) {
	const last = freshLookups(trace, taskId).at(-1);
	if (last?.meaning?.kind === 'task') return last.meaning.links;
	const isExcused =
		last !== undefined || endsAllLookups(trace) || hasFault(trace) || limitsHoldBack(trace);
	return isExcused ? 'none' : null;
}

function resultsOf(
	scenario: Scenario,
	id: VideoId,
	exchanges: readonly VideoExchange[],
): readonly DownloadResult[] {
	const { maxRetries } = scenario.options;
	const attempts = attemptsIn(exchanges);
	let progress = NO_PROGRESS;
	let failures = 0;
	let mustRestart = false;
	for (const [number, exchange] of attempts.entries()) {
		const isLast = number === attempts.length - 1;
		const isWhole = exchange.options.headers?.Range === undefined;
		if (isWhole !== (mustRestart || progress.received === 0)) return [];
		if (isWhole) progress = NO_PROGRESS;
		const result = resultOf(exchange, videoAt(scenario, id), progress, scenario.options);
		if (result.kind === 'final') return isLast ? result.results : [];
		progress = progressAfter(exchange, progress);
		mustRestart = result.kind === 'restart';
		if (result.kind === 'part') continue;
		const { code, retryAfter } = result.kind === 'restart' ? TRANSIENT : result;
		const results = result.kind === 'restart' ? result.results : [];
		failures += 1;
		const isExhausted = failures > maxRetries || (retryAfter ?? 0) > MAX_RETRY_AFTER_S;
		if (isLast && isExhausted) return [code ?? 'VIDEO_UNREACHABLE', ...results];
		if (isLast || isExhausted) return isLast ? results : [];
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
		if (end === 'permanent') return final('VIDEO_UNREACHABLE');
		return end === 'noResponse' || timedOut(exchange, limits) ? TRANSIENT : final();
	}
	const { status, redirectsTo, content, retryAfter } = response;
	if (redirectsTo === 'loop' || redirectsTo === 'notHttp') return final(INVALID_URL);
	if (content !== null) return contentResult(exchange, content, video, progress, limits);
	if (isRetryable(status) || [202, 425].includes(status))
		return { kind: 'transient', code: status, retryAfter };
	if (status === 206) return restart();
	if (status === 416 && progress.received > 0) {
		const { length } = contentOf(video, exchange.video, progress.version!);
		return progress.received === length ? restart(DOWNLOADED) : restart();
	}
	return status < 300 ? final(NOT_A_VIDEO) : final(status);
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
			return isTooLarge ? restart(TOO_LARGE) : restart();
		}
		const isUnread = end === 'abandoned' && bytesRead === 0 && !timedOut(exchange, limits);
		if (isUnread && !showsIdentity(exchange, video)) return restart();
	}
	if (video.isPage && from + bytesRead >= pageLength(video)) {
		return isTooLarge ? final(NOT_A_VIDEO, TOO_LARGE) : final(NOT_A_VIDEO);
	}
	const isLengthKnown = video.headers.length || servesParts(video);
	if (isTooLarge && (from + bytesRead > limit || isLengthKnown)) return final(TOO_LARGE);
	if (end === 'complete') {
		if (from + bytesRead < byteLength || !showsLength(exchange, video)) return { kind: 'part' };
		return final(byteLength === 0 ? NOT_A_VIDEO : DOWNLOADED);
	}
	if (end !== 'abandoned' || timedOut(exchange, limits)) return TRANSIENT;
	// The client has no reason to abandon it, unless Content-Range says that the file is too large
	return isTooLarge ? final(TOO_LARGE) : final();
}

/** How many bytes of a page show what it is. */
function pageLength({ contentType }: ScriptedVideo): number {
	return contentType === null ? 1 : '<!doctype'.length;
}

/** Whether the end of a body is known to be that of the file. */
function showsLength({ response }: VideoExchange, video: ScriptedVideo): boolean {
	const { length, total } = video.headers;
	return response?.status !== 206 || length || total || servesParts(video);
}

/** Whether anything shows that the rest belongs to the same file. */
function showsIdentity({ response }: VideoExchange, video: ScriptedVideo): boolean {
	const { headers } = video;
	const isLengthShown =
		(headers.length && (response?.status === 200 || headers.total)) || servesParts(video);
	return headers.etag === 'strong' || headers.modified || isLengthShown;
}

function timedOut({ endedAt, lastActivityAt }: VideoExchange, { requestTimeout }: Limits): boolean {
	return endedAt - lastActivityAt >= requestTimeout * 1000 - 1;
}

const NO_PROGRESS: Progress = { received: 0, version: null };

const TRANSIENT = { kind: 'transient', code: null, retryAfter: null } as const;

function restart(...results: DownloadResult[]): AttemptResult {
	return { kind: 'restart', results };
}

function final(...results: DownloadResult[]): AttemptResult {
	return { kind: 'final', results };
}
