import type { VideoResponse } from '../ports';

/** What a host says of a file. */
export interface RemoteFile {
	/** Bytes; null where it doesn't say. */
	readonly length: number | null;
	/** A strong one: the same as long as every byte is the same. */
	readonly etag: string | null;
	readonly lastModified: string | null;
	readonly contentType: string | null;
}

type Headers = VideoResponse['headers'];

/** Of an answer that brings the whole file. */
export function parseFile(headers: Headers): RemoteFile {
	const { etag } = headers;
	return {
		length: parseLength(headers['content-length']),
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
export function parseRange(headers: Headers): FileRange | null {
	const match = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(headers['content-range']?.trim() ?? '');
	if (match === null) return null;
	const [, start, length] = match;
	return { start: parseLength(start), length: parseLength(length) };
}

/** Headers that ask for the rest of a file, if it is still the same. */
export function rangeRequestHeaders(file: RemoteFile, from: number): Record<string, string> {
	const validator = file.etag ?? file.lastModified;
	return { Range: `bytes=${from}-`, ...(validator !== null && { 'If-Range': validator }) };
}

/** False also where nothing shows it. */
export function isSameFile(a: RemoteFile, b: RemoteFile): boolean {
	if (isDifferent(a, b)) return false;
	return (
		matches(a.etag, b.etag) ||
		matches(a.length, b.length) ||
		matches(a.lastModified, b.lastModified)
	);
}

/**
 * Whether `rest`, told with the part that was asked for by `restOf`, is the same file. A host that was sent an
 * If-Range says so by giving a part at all; what it tells must not speak against it.
 */
export function isSameRest(file: RemoteFile, rest: RemoteFile): boolean {
	if (isDifferent(file, rest) || conflicts(file.length, rest.length)) return false;
	return file.etag !== null || file.lastModified !== null || matches(file.length, rest.length);
}

function isDifferent(a: RemoteFile, b: RemoteFile): boolean {
	if (a.etag !== null && b.etag !== null) return a.etag !== b.etag;
	return conflicts(a.length, b.length) || conflicts(a.lastModified, b.lastModified);
}

function conflicts<T>(a: T | null, b: T | null): boolean {
	return a !== null && b !== null && a !== b;
}

function matches<T>(a: T | null, b: T | null): boolean {
	return a !== null && a === b;
}

function parseLength(text: string | undefined): number | null {
	return text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : null;
}
