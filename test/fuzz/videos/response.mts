/** What a video host responds with. */
import type { IHttpRequestOptions } from 'n8n-workflow';

import { split, type BodyPlan } from '../body.mjs';
import {
	contentOf,
	headersOf,
	matchesIfRange,
	versionAt,
	type Version,
	type VideoId,
} from './files.mjs';
import type { Attempt, HostBehavior, ScriptedVideo } from './scenario.mjs';

export interface VideoResponse {
	readonly status: number;
	readonly headers: Record<string, string>;
	readonly body: BodyPlan;
	/** What the body really is, if it is a file or a part of one, whatever the headers say. */
	readonly content: {
		readonly version: Version;
		readonly from: number;
		/** After its last byte, if it is not cut. */
		readonly end: number;
	} | null;
	/** In seconds. */
	readonly retryAfter: number | null;
	readonly redirectsTo: NonNullable<Attempt['redirect']>['to'] | null;
}

type Serving = Extract<HostBehavior, { kind: 'serve' }>;

const NO_CONTENT = { content: null, retryAfter: null, redirectsTo: null };

/** Null if the attempt isn't redirected, or has reached its target. */
export function redirectFor(
	{ redirect }: Attempt,
	url: string,
	isRedirectHop: boolean,
): VideoResponse | null {
	if (redirect === null || (isRedirectHop && redirect.to !== 'loop')) return null;
	const { pathname } = new URL(url);
	const hop = isRedirectHop ? pathname : pathname.replace(/[^/]*$/, 'hop');
	const location = {
		elsewhere: `https://storage.example.com${hop}`,
		relative: hop,
		loop: `https://storage.example.com${hop}?again`,
		notHttp: 'file:///etc/passwd',
		nowhere: null,
	}[redirect.to];
	return {
		...NO_CONTENT,
		status: redirect.status,
		headers: { ...(location !== null && { location }) },
		body: text('Moved'),
		redirectsTo: redirect.to,
	};
}

/** `attempt` counts from 0. */
export function responseFor(
	video: ScriptedVideo,
	id: VideoId,
	behavior: Exclude<HostBehavior, { kind: 'noResponse' }>,
	attempt: number,
	{ headers }: IHttpRequestOptions,
): VideoResponse {
	if (behavior.kind === 'status') {
		const { status, retryAfter } = behavior;
		return {
			...NO_CONTENT,
			status,
			headers: { ...(retryAfter !== null && { 'retry-after': String(retryAfter) }) },
			body: text(status === 204 ? '' : '<h1>As scripted</h1>'),
			retryAfter,
		};
	}
	const { ranges } = video;
	const version = versionAt(video, attempt);
	const content = contentOf(video, id, version);
	const range = /^bytes=(\d+)-$/.exec(String(headers?.Range ?? ''));
	const from = Number(range?.[1] ?? 0);
	const isPartial =
		(from > 0 || servesParts(video)) &&
		ranges !== 'ignored' &&
		(!['supported', 'parts'].includes(ranges) ||
			matchesIfRange(video, version, headers?.['If-Range']));
	if (!isPartial) return serve(video, content, version, behavior, null);
	if (ranges === 'notSatisfiable' || from >= content.byteLength) {
		const contentRange = { 'content-range': `bytes */${content.byteLength}` };
		return { ...NO_CONTENT, status: 416, headers: contentRange, body: text('') };
	}
	return serve(video, content, version, behavior, ranges === 'wrongStart' ? from - 1 : from);
}

/** An empty file has no parts. */
export function servesParts({ ranges, size }: ScriptedVideo): boolean {
	return ranges === 'parts' && size > 0;
}

/** `from`: null for the whole file. */
function serve(
	video: ScriptedVideo,
	content: Buffer,
	version: Version,
	serving: Serving,
	from: number | null,
): VideoResponse {
	const { headers: sent, ranges } = video;
	const size = content.byteLength;
	const isPart = from !== null && servesParts(video);
	const end = isPart ? Math.min(from + Math.ceil(size / 4), size) : size;
	const bytes = content.subarray(from ?? 0, end);
	const range = `bytes ${from}-${end - 1}/${sent.total || isPart ? size : '*'}`;
	const headers = {
		...headersOf(video, version),
		...(sent.length && { 'content-length': String(bytes.byteLength) }),
		...(from !== null && ranges !== 'noContentRange' && { 'content-range': range }),
	};
	const isLengthKnown = sent.length || isPart || (from !== null && sent.total);
	return {
		...NO_CONTENT,
		status: from === null ? 200 : 206,
		headers,
		body: bodyOf(bytes, serving, isLengthKnown),
		content: { version, from: from ?? 0, end },
	};
}

/** Only a known length reveals a truncated body. Without one, the connection is closed instead. */
function bodyOf(
	bytes: Buffer,
	{ pieces, pieceMs, cut }: Serving,
	isLengthKnown: boolean,
): BodyPlan {
	const size = bytes.byteLength;
	const length = cut === null ? size : Math.floor((size * cut.at) / 100);
	const filled = split(bytes.subarray(0, length), pieces).filter((piece) => piece.byteLength > 0);
	const body = { pieces: filled, pieceMs, endMs: pieceMs };
	if (cut?.how !== 'truncated') return { ...body, ending: cut?.how ?? 'complete' };
	if (length === size) return { ...body, ending: 'complete' };
	return { ...body, ending: isLengthKnown ? 'truncated' : 'closed' };
}

function text(content: string): BodyPlan {
	return { pieces: [Buffer.from(content)], pieceMs: 0, endMs: 0, ending: 'complete' };
}
