import { transientError } from '../api/envelope';
import type { TransientError } from '../api/envelope';
import type { VideoResponse } from '../ports';
import type { VideoFailure } from './failure';
import { isSameRest, isSameFile, parseFile, parseRange } from './remoteFile';
import type { RemoteFile } from './remoteFile';

/** How much of a file has come so far. */
export interface Progress {
	readonly received: number;
	/** Null before the first answer. */
	readonly file: RemoteFile | null;
}

/** What an answer means for the transfer of a video. */
export type ResponseAction =
	/** Its body goes on where the transfer stopped, once `skip` bytes of it are left out. */
	| { readonly kind: 'body'; readonly file: RemoteFile; readonly skip: number }
	/** There is nothing more to come: only behind something that has come. */
	| { readonly kind: 'complete' }
	| TransientError
	| VideoFailure;

const CHANGED: VideoFailure = { kind: 'fileChanged' };

/** `date`: the present in milliseconds since 1970, for a Retry-After that names a date. */
export function parseVideoResponse(
	answer: VideoResponse,
	progress: Progress,
	date: number,
): ResponseAction {
	const { status } = answer;
	if (status === 200) return fullContent(answer, progress);
	if (status === 206) return partialContent(answer, progress);
	if (status === 416 && progress.received > 0) return rangeNotSatisfiable(answer, progress);
	if ([401, 403, 404, 410].includes(status)) return { kind: 'linkExpired', code: status };
	if (status === 408) return transientError(status, 'the host gave up waiting (408)', answer, date);
	if (status === 429) return transientError(status, 'too many requests (429)', answer, date);
	if (status >= 500) return transientError(status, `server error ${status}`, answer, date);
	if (status < 300) return { kind: 'notAVideo', received: 'an empty answer' };
	return { kind: 'rejected', code: status };
}

/** To a request for the rest, too, by hosts that take no ranges: what has come already is left out. */
function fullContent({ headers }: VideoResponse, { received, file }: Progress): ResponseAction {
	const now = parseFile(headers);
	if (received === 0 || file === null) return { kind: 'body', file: now, skip: 0 };
	return isSameFile(file, now) ? { kind: 'body', file, skip: received } : CHANGED;
}

function partialContent({ headers }: VideoResponse, { received, file }: Progress): ResponseAction {
	const range = parseRange(headers);
	const now = { ...parseFile(headers), length: range?.length ?? null };
	if (range?.start !== received) return CHANGED;
	if (received === 0 || file === null) return { kind: 'body', file: now, skip: 0 };
	if (!isSameRest(file, now)) return CHANGED;
	return { kind: 'body', file: { ...file, length: file.length ?? now.length }, skip: 0 };
}

/** A connection can break right behind the last byte of a file whose length the host did not say. */
function rangeNotSatisfiable(
	{ headers }: VideoResponse,
	{ received, file }: Progress,
): ResponseAction {
	const isAll = file?.length === null && parseRange(headers)?.length === received;
	return isAll ? { kind: 'complete' } : CHANGED;
}
