import type { VideoAnswer } from '../ports';

/** What a host says of a file. */
export interface RemoteFile {
	/** Bytes; null where it doesn't say. */
	readonly length: number | null;
	/** A strong one: the same as long as every byte is the same. */
	readonly etag: string | null;
	readonly lastModified: string | null;
	readonly contentType: string | null;
}

type Headers = VideoAnswer['headers'];

/** Of an answer that brings the whole file. */
export function readFile(headers: Headers): RemoteFile {
	const { etag } = headers;
	return {
		length: readLength(headers['content-length']),
		etag: etag?.startsWith('"') === true ? etag : null,
		lastModified: headers['last-modified'] ?? null,
		contentType: headers['content-type'] ?? null,
	};
}

/** A part of a file, as Content-Range tells it. */
export interface FileRange {
	/** Of its first byte; null where the range asked for does not exist. */
	readonly start: number | null;
	/** Of the whole file; null where the host doesn't say. */
	readonly length: number | null;
}

/** RFC 9110, 14.4. Null where there is no Content-Range, or none in bytes. */
export function readRange(headers: Headers): FileRange | null {
	const match = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(headers['content-range']?.trim() ?? '');
	if (match === null) return null;
	const [, start, length] = match;
	return { start: readLength(start), length: readLength(length) };
}

/** Headers that ask for the rest of a file, if it is still the same. */
export function restOf(file: RemoteFile, from: number): Record<string, string> {
	const validator = file.etag ?? file.lastModified;
	return { Range: `bytes=${from}-`, ...(validator !== null && { 'If-Range': validator }) };
}

/** False also where nothing shows it. */
export function isSameFile(a: RemoteFile, b: RemoteFile): boolean {
	if (isAnother(a, b)) return false;
	return (
		agree(a.etag, b.etag) || agree(a.length, b.length) || agree(a.lastModified, b.lastModified)
	);
}

/**
 * Whether `rest`, told with the part that was asked for by `restOf`, is the same file. A host that was sent an
 * If-Range says so by giving a part at all; what it tells must not speak against it.
 */
export function isRestOf(file: RemoteFile, rest: RemoteFile): boolean {
	if (isAnother(file, rest) || differ(file.length, rest.length)) return false;
	return file.etag !== null || file.lastModified !== null || agree(file.length, rest.length);
}

function isAnother(a: RemoteFile, b: RemoteFile): boolean {
	if (a.etag !== null && b.etag !== null) return a.etag !== b.etag;
	return differ(a.length, b.length) || differ(a.lastModified, b.lastModified);
}

function differ<T>(a: T | null, b: T | null): boolean {
	return a !== null && b !== null && a !== b;
}

function agree<T>(a: T | null, b: T | null): boolean {
	return a !== null && a === b;
}

function readLength(text: string | undefined): number | null {
	return text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : null;
}
