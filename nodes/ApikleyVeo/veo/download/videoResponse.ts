import { transientError } from '../api/envelope';
import type { TransientError } from '../api/envelope';
import { parseRetryAfter } from '../api/retryAfter';
import { LINK_EXPIRED_STATUSES, NOT_YET_STATUSES, transientReason } from '../api/statusCodes';
import type { VideoResponse } from '../ports';
import type { VideoFailure } from './failure';
import { isDifferent, isSameFile, isSameRest, parseFile, parseRange } from './remoteFile';
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
	| {
			readonly kind: 'body';
			readonly file: RemoteFile;
			readonly skip: number;
			/** The offset at which the host ends this part of the file; null for the rest of it. */
			readonly partEnd: number | null;
	  }
	/** Everything has been received already. */
	| { readonly kind: 'complete' }
	/** The host doesn't send the rest of the file. */
	| { readonly kind: 'notResumable'; readonly reason: string }
	| TransientError
	| VideoFailure;

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
	const notYet = NOT_YET_STATUSES.includes(status) ? `the file isn't ready yet (${status})` : null;
	const reason = notYet ?? transientReason(status);
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
	if (received === 0 || file === null) {
		return { kind: 'body', file: current, skip: 0, partEnd: null };
	}
	if (!isSameFile(file, current)) return notResumable(file, current);
	return { kind: 'body', file, skip: received, partEnd: null };
}

function partialContent({ headers }: VideoResponse, { received, file }: Progress): ResponseAction {
	const range = parseRange(headers);
	const current = { ...parseFile(headers), length: range?.length ?? null };
	if (range?.start !== received) return notResumable(file, null);
	const part = { kind: 'body', skip: 0, partEnd: range.end } as const;
	if (received === 0 || file === null) return { ...part, file: current };
	if (!isSameRest(file, current)) return notResumable(file, current);
	return { ...part, file: { ...file, length: file.length ?? current.length } };
}

/** A connection can break right after the last byte of a file whose length the host didn't send. */
function rangeNotSatisfiable(
	{ headers }: VideoResponse,
	{ received, file }: Progress,
): ResponseAction {
	const isEnd = file?.length === null && parseRange(headers)?.length === received;
	return isEnd ? { kind: 'complete' } : notResumable(file, null);
}

/** `current` is null if the response doesn't describe a file. */
function notResumable(file: RemoteFile | null, current: RemoteFile | null): ResponseAction {
	const hasChanged = file !== null && current !== null && isDifferent(file, current);
	const reason = hasChanged ? 'the link then led to another file' : "the host couldn't resume it";
	return { kind: 'notResumable', reason: `the download was interrupted, and ${reason}` };
}
