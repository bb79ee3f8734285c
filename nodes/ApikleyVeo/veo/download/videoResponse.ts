import { transientError } from '../api/envelope';
import type { TransientError } from '../api/envelope';
import { parseRetryAfter } from '../api/retryAfter';
import { LINK_EXPIRED_STATUSES, transientReason } from '../api/statusCodes';
import type { VideoResponse } from '../ports';
import type { VideoFailure } from './failure';
import { isSameRest, isSameFile, parseFile, parseRange } from './remoteFile';
import type { RemoteFile } from './remoteFile';

/** The part of a file that has been received so far. */
export interface Progress {
	readonly received: number;
	/** Null before the first response. */
	readonly file: RemoteFile | null;
}

/** What a response means for the download. */
export type ResponseAction =
	/** After `skip` bytes the body continues where the download stopped. */
	| { readonly kind: 'body'; readonly file: RemoteFile; readonly skip: number }
	/** Everything has been received already. */
	| { readonly kind: 'complete' }
	| TransientError
	| VideoFailure;

const CHANGED: VideoFailure = { kind: 'fileChanged' };

/** `date` is the present in milliseconds since 1970, for a Retry-After that names a date. */
export function parseVideoResponse(
	response: VideoResponse,
	progress: Progress,
	date: number,
): ResponseAction {
	const { status } = response;
	if (status === 200) return fullContent(response, progress);
	if (status === 206) return partialContent(response, progress);
	if (status === 416 && progress.received > 0) return rangeNotSatisfiable(response, progress);
	if (LINK_EXPIRED_STATUSES.includes(status)) return { kind: 'linkExpired', code: status };
	const reason = transientReason(status);
	if (reason !== null) {
		const retryAfterMs = parseRetryAfter(response.headers['retry-after'], date);
		return transientError(status, reason, retryAfterMs);
	}
	if (status < 300) return { kind: 'notAVideo', received: 'an empty response' };
	return { kind: 'rejected', code: status };
}

/** A host without range support sends the whole file again; skip the bytes already received. */
function fullContent({ headers }: VideoResponse, { received, file }: Progress): ResponseAction {
	const current = parseFile(headers);
	if (received === 0 || file === null) return { kind: 'body', file: current, skip: 0 };
	return isSameFile(file, current) ? { kind: 'body', file, skip: received } : CHANGED;
}

function partialContent({ headers }: VideoResponse, { received, file }: Progress): ResponseAction {
	const range = parseRange(headers);
	const current = { ...parseFile(headers), length: range?.length ?? null };
	if (range?.start !== received) return CHANGED;
	if (received === 0 || file === null) return { kind: 'body', file: current, skip: 0 };
	if (!isSameRest(file, current)) return CHANGED;
	return { kind: 'body', file: { ...file, length: file.length ?? current.length }, skip: 0 };
}

/** A connection can break right after the last byte of a file whose length the host didn't send. */
function rangeNotSatisfiable(
	{ headers }: VideoResponse,
	{ received, file }: Progress,
): ResponseAction {
	const isComplete = file?.length === null && parseRange(headers)?.length === received;
	return isComplete ? { kind: 'complete' } : CHANGED;
}
