/** What a video host answers, and how its body comes. */
import type { IHttpRequestOptions } from 'n8n-workflow';

import type { BodyPlan } from './body.mjs';
import { contentOf, describe, matches, versionAt, type VideoName } from './files.mjs';
import type { Deed, ScriptedVideo, Try } from './scenario.mjs';

export interface VideoAnswer {
	readonly status: number;
	readonly headers: Record<string, string>;
	readonly body: BodyPlan;
	/** Of a file or a part of one: what it is in truth, whatever the headers say. */
	readonly part: { readonly version: 0 | 1; readonly from: number } | null;
	/** In seconds. */
	readonly retryAfter: number | null;
	readonly leadsTo: NonNullable<Try['redirect']>['to'] | null;
}

type Serving = Extract<Deed, { what: 'serve' }>;

const NO_PART = { part: null, retryAfter: null, leadsTo: null };

/** Null where the try is not redirected, or has got to its end. */
export function redirectOf({ redirect }: Try, url: string, isHop: boolean): VideoAnswer | null {
	if (redirect === null || (isHop && redirect.to !== 'loop')) return null;
	const { pathname } = new URL(url);
	const hop = isHop ? pathname : pathname.replace(/[^/]*$/, 'hop');
	const targets = {
		elsewhere: `https://storage.example.com${hop}`,
		relative: hop,
		loop: `https://storage.example.com${hop}?again`,
		notWeb: 'file:///etc/passwd',
		nowhere: null,
	};
	const location = targets[redirect.to];
	const headers: Record<string, string> = location === null ? {} : { location };
	return {
		...NO_PART,
		status: redirect.status,
		headers,
		body: text('Moved'),
		leadsTo: redirect.to,
	};
}

/** `number`: of the try, from 0 on. */
export function answerTo(
	video: ScriptedVideo,
	name: VideoName,
	{ does }: Try,
	number: number,
	{ headers }: IHttpRequestOptions,
): VideoAnswer {
	if (does.what === 'nothing') throw new Error('no answer');
	if (does.what === 'status') {
		const { status, retryAfter } = does;
		const more: Record<string, string> =
			retryAfter === null ? {} : { 'retry-after': String(retryAfter) };
		const body = text(status === 204 ? '' : '<h1>As scripted</h1>');
		return { ...NO_PART, status, headers: more, body, retryAfter };
	}
	const version = versionAt(video, number);
	const content = contentOf(video, name, version);
	const asked = /^bytes=(\d+)-$/.exec(String(headers?.Range ?? ''));
	const wanted = asked === null ? 0 : Number(asked[1]);
	const isPart =
		wanted > 0 &&
		video.ranges !== 'ignored' &&
		(video.ranges !== 'kept' || matches(video, version, headers?.['If-Range']));
	if (!isPart) return serve(video, content, version, does, null);
	if (video.ranges === 'refused' || wanted >= content.byteLength) {
		const range = { 'content-range': `bytes */${content.byteLength}` };
		return { ...NO_PART, status: 416, headers: range, body: text('') };
	}
	return serve(
		video,
		content,
		version,
		does,
		video.ranges === 'fromElsewhere' ? wanted - 1 : wanted,
	);
}

/** `from`: null for the whole file. */
function serve(
	video: ScriptedVideo,
	content: Buffer,
	version: 0 | 1,
	serving: Serving,
	from: number | null,
): VideoAnswer {
	const { tells, ranges } = video;
	const size = content.byteLength;
	const bytes = content.subarray(from ?? 0);
	const range = `bytes ${from}-${size - 1}/${tells.total ? size : '*'}`;
	const headers = {
		...describe(video, version),
		...(tells.length && { 'content-length': String(bytes.byteLength) }),
		...(from !== null && ranges !== 'withoutContentRange' && { 'content-range': range }),
	};
	const isLengthKnown = tells.length || (from !== null && tells.total);
	const body = bodyOf(bytes, serving, isLengthKnown);
	const status = from === null ? 200 : 206;
	return { ...NO_PART, status, headers, body, part: { version, from: from ?? 0 } };
}

/** A body that ends too early without a sign of it shows by its length alone: else it is a closed connection. */
function bodyOf(
	bytes: Buffer,
	{ pieces, pieceMs, cut }: Serving,
	isLengthKnown: boolean,
): BodyPlan {
	const length = cut === null ? bytes.byteLength : Math.floor((bytes.byteLength * cut.at) / 100);
	const sent = bytes.subarray(0, length);
	const ends = cut?.how ?? 'whole';
	const isAll = length === bytes.byteLength;
	return {
		pieces: inPieces(sent, pieces),
		pieceMs,
		ends: ends !== 'short' ? ends : isAll ? 'whole' : isLengthKnown ? 'short' : 'closed',
	};
}

function inPieces(bytes: Buffer, count: number): Buffer[] {
	const size = Math.ceil(bytes.byteLength / count);
	return Array.from({ length: count }, (_, piece) =>
		bytes.subarray(piece * size, (piece + 1) * size),
	).filter(({ byteLength }) => byteLength > 0);
}

function text(content: string): BodyPlan {
	return { pieces: inPieces(Buffer.from(content), 1), pieceMs: 0, ends: 'whole' };
}
