/** What may become of a video, by what its host has given. */
import type { Evidence } from '../run-scenario.mjs';
import { contentOf, isSame, videoAt, type VideoName } from './files.mjs';
import type { VideoExchange } from './host.mjs';
import type { ScriptedVideo } from './scenario.mjs';

export interface Fate {
	/** Of the failure; null: it came. */
	readonly code: number | string | null;
	/** Trying again later may help. */
	readonly passes: boolean;
}

/** What one try brought: it is over with one of these fates, or there was trouble that may pass. */
type Judgement =
	| { readonly kind: 'over'; readonly fates: readonly Fate[] }
	| { readonly kind: 'trouble'; readonly code: number | null; readonly retryAfter: number | null };

interface Progress {
	readonly received: number;
	/** Of the file that these bytes are of. */
	readonly version: 0 | 1 | null;
}

const LONGEST_PAUSE_S = 120;

const CAME: Fate = { code: null, passes: false };
const CHANGED = passing('VIDEO_CHANGED');
const TOO_LARGE = lasting('VIDEO_TOO_LARGE');
const NO_VIDEO = lasting('NOT_A_VIDEO');
const BAD_LINK = lasting('INVALID_VIDEO_URL');

/** Mostly it is one thing. */
export function fatesOf(evidence: Evidence, name: VideoName): Fate[] {
	const { script, videos } = evidence;
	const exchanges = videos.exchanges.filter(({ video }) => isSame(video, name));
	if (videoAt(script, name).badLink !== null) return [BAD_LINK];
	const fates = [...fatesBy(evidence, name, exchanges)];
	const isStoring = exchanges.some(({ taken }) => taken > 0);
	return isStoring && videos.notStored > 0 ? [...fates, passing('VIDEO_NOT_STORED')] : fates;
}

function fatesBy(
	{ script }: Evidence,
	name: VideoName,
	exchanges: readonly VideoExchange[],
): readonly Fate[] {
	const ends = endsOfTries(exchanges);
	let progress: Progress = { received: 0, version: null };
	for (const [number, exchange] of ends.entries()) {
		const isLast = number === ends.length - 1;
		const judgement = judge(exchange, videoAt(script, name), progress, script.options);
		if (judgement.kind === 'over') return isLast ? judgement.fates : [];
		const { code, retryAfter } = judgement;
		const isGivenUp = number >= script.options.maxRetries || (retryAfter ?? 0) > LONGEST_PAUSE_S;
		if (isGivenUp) return isLast ? [passing(code ?? 'VIDEO_UNREACHABLE')] : [];
		progress = progressBehind(exchange, progress);
	}
	return [];
}

/** The last request of each try, with no redirect behind it. */
export function endsOfTries(exchanges: readonly VideoExchange[]): VideoExchange[] {
	return exchanges.filter((_, at) => exchanges[at + 1]?.isHop !== true);
}

function progressBehind({ answer, taken }: VideoExchange, progress: Progress): Progress {
	if (answer?.part == null || taken === 0) return progress;
	const { from, version } = answer.part;
	return { received: Math.max(progress.received, from + taken), version };
}

type Limits = Evidence['script']['options'];

function judge(
	exchange: VideoExchange,
	video: ScriptedVideo,
	progress: Progress,
	limits: Limits,
): Judgement {
	const { answer, end } = exchange;
	if (answer === null) {
		return end === 'noAnswer' || isSilent(exchange, limits) ? TROUBLE : over();
	}
	const { status, leadsTo, part, retryAfter } = answer;
	if (leadsTo === 'loop' || leadsTo === 'notWeb') return over(BAD_LINK);
	if (part !== null) return judgePart(exchange, part, video, progress, limits);
	const mayPass = [408, 429].includes(status) || status >= 500;
	if (mayPass) return { kind: 'trouble', code: status, retryAfter };
	if (status === 206) return progress.received > 0 ? over(CHANGED) : over(CHANGED, NO_VIDEO);
	if (status === 416 && progress.received > 0) {
		const isAll = progress.received === contentOf(video, exchange.video, progress.version!).length;
		return isAll ? over(CHANGED, CAME) : over(CHANGED);
	}
	return status < 300 ? over(NO_VIDEO) : over(lasting(status));
}

function judgePart(
	exchange: VideoExchange,
	part: { readonly version: 0 | 1; readonly from: number },
	video: ScriptedVideo,
	progress: Progress,
	limits: Limits,
): Judgement {
	const { answer, taken, end } = exchange;
	const { byteLength } = contentOf(video, exchange.video, part.version);
	const limit = limits.maxDownloadSize * 2 ** 20;
	const isTooLarge = byteLength > limit;
	if (progress.received > 0) {
		const isOdd =
			answer?.status === 206 && ['fromElsewhere', 'withoutContentRange'].includes(video.ranges);
		const isAnother = part.version !== progress.version;
		if (isOdd || isAnother) return isTooLarge ? over(CHANGED, TOO_LARGE) : over(CHANGED);
		if (end === 'abandoned' && taken === 0 && !showsItsIdentity(exchange, video)) {
			if (!isSilent(exchange, limits)) return over(CHANGED);
		}
	}
	if (video.isPage && taken > 0) return isTooLarge ? over(NO_VIDEO, TOO_LARGE) : over(NO_VIDEO);
	if (isTooLarge && (part.from + taken > limit || video.tells.length)) return over(TOO_LARGE);
	if (end === 'whole') return over(byteLength === 0 ? NO_VIDEO : CAME);
	if (end !== 'abandoned' || isSilent(exchange, limits)) return TROUBLE;
	// The client has left it for no reason, unless it was told the length of the whole with a part
	return isTooLarge ? over(TOO_LARGE) : over();
}

/** Whether anything shows that the rest is one of the same file. */
function showsItsIdentity({ answer }: VideoExchange, { tells }: ScriptedVideo): boolean {
	const isLengthShown = tells.length && (answer?.status === 200 || tells.total);
	return tells.etag === 'strong' || tells.modified || isLengthShown;
}

function isSilent({ endedAt, heardAt }: VideoExchange, { requestTimeout }: Limits): boolean {
	return endedAt - heardAt >= requestTimeout * 1000 - 1;
}

const TROUBLE: Judgement = { kind: 'trouble', code: null, retryAfter: null };

function over(...fates: Fate[]): Judgement {
	return { kind: 'over', fates };
}

function passing(code: number | string): Fate {
	return { code, passes: true };
}

function lasting(code: number | string): Fate {
	return { code, passes: false };
}
