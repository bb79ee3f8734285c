import { transient } from '../api/answer';
import type { TransientTrouble } from '../api/answer';
import type { VideoAnswer } from '../ports';
import type { VideoFailure } from './failure';
import { isRestOf, isSameFile, readFile, readRange } from './remoteFile';
import type { RemoteFile } from './remoteFile';

/** How much of a file has come so far. */
export interface Progress {
	readonly received: number;
	/** Null before the first answer. */
	readonly file: RemoteFile | null;
}

/** What an answer means for the transfer of a video. */
export type Verdict =
	/** Its body goes on where the transfer stopped, once `skip` bytes of it are left out. */
	| { readonly kind: 'body'; readonly file: RemoteFile; readonly skip: number }
	/** There is nothing more to come: only behind something that has come. */
	| { readonly kind: 'complete' }
	| TransientTrouble
	| VideoFailure;

const CHANGED: VideoFailure = { kind: 'changed' };

/** `date`: the present in milliseconds since 1970, for a Retry-After that names a date. */
export function readVideoAnswer(answer: VideoAnswer, progress: Progress, date: number): Verdict {
	const { status } = answer;
	if (status === 200) return wholeFile(answer, progress);
	if (status === 206) return part(answer, progress);
	if (status === 416 && progress.received > 0) return nothingLeft(answer, progress);
	if ([401, 403, 404, 410].includes(status)) return { kind: 'gone', code: status };
	if (status === 408) return transient(status, 'the host gave up waiting (408)', answer, date);
	if (status === 429) return transient(status, 'too many requests (429)', answer, date);
	if (status >= 500) return transient(status, `server error ${status}`, answer, date);
	if (status < 300) return { kind: 'noVideo', got: 'an empty answer' };
	return { kind: 'refused', code: status };
}

/** To a request for the rest, too, by hosts that take no ranges: what has come already is left out. */
function wholeFile({ headers }: VideoAnswer, { received, file }: Progress): Verdict {
	const now = readFile(headers);
	if (received === 0 || file === null) return { kind: 'body', file: now, skip: 0 };
	return isSameFile(file, now) ? { kind: 'body', file, skip: received } : CHANGED;
}

function part({ headers }: VideoAnswer, { received, file }: Progress): Verdict {
	const range = readRange(headers);
	const now = { ...readFile(headers), length: range?.length ?? null };
	if (range?.start !== received) return CHANGED;
	if (received === 0 || file === null) return { kind: 'body', file: now, skip: 0 };
	if (!isRestOf(file, now)) return CHANGED;
	return { kind: 'body', file: { ...file, length: file.length ?? now.length }, skip: 0 };
}

/** A connection can break right behind the last byte of a file whose length the host did not say. */
function nothingLeft({ headers }: VideoAnswer, { received, file }: Progress): Verdict {
	const isAll = file?.length === null && readRange(headers)?.length === received;
	return isAll ? { kind: 'complete' } : CHANGED;
}
