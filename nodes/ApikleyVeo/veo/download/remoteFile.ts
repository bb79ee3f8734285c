import type { Headers } from '../ports';

/** A file as the headers of its host describe it. */
export interface RemoteFile {
	/** Bytes; null if the host doesn't send it. */
	readonly length: number | null;
	/** Only a strong ETag, which changes with every byte of the file. */
	readonly etag: string | null;
	readonly lastModified: string | null;
	readonly contentType: string | null;
}

/** Parses the headers of a response with the whole file. */
export function parseFile(headers: Headers): RemoteFile {
	const { etag } = headers;
	return {
		length: parseLength(headers['content-length']),
		etag: etag?.startsWith('"') === true ? etag : null,
		lastModified: headers['last-modified'] ?? null,
		contentType: headers['content-type'] ?? null,
	};
}

/** The part of a file that Content-Range names. */
export interface FileRange {
	/** The offset of the first byte; null if the requested range does not exist. */
	readonly start: number | null;
	/** The offset after the last byte; null if the requested range does not exist. */
	readonly end: number | null;
	/** The length of the whole file; null if the host doesn't send it. */
	readonly length: number | null;
}

/** Parses Content-Range (RFC 9110, 14.4), whose unit is case-insensitive; null if it is missing or not in bytes. */
export function parseRange(headers: Headers): FileRange | null {
	const match = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/i.exec(
		headers['content-range']?.trim() ?? '',
	);
	if (match === null) return null;
	const [, start, last, length] = match;
	// Invalid, and a download that took it for progress would never end
	if (Number(last) < Number(start)) return null;
	const end = last === undefined ? null : Number(last) + 1;
	return { start: parseLength(start), end, length: parseLength(length) };
}

/** Headers that request the rest of a file, provided that it is still the same. */
export function rangeRequestHeaders(file: RemoteFile, from: number): Record<string, string> {
	const validator = validatorOf(file);
	return { Range: `bytes=${from}-`, ...(validator !== null && { 'If-Range': validator }) };
}

/** What an If-Range can name; null if there is nothing. */
function validatorOf({ etag, lastModified }: RemoteFile): string | null {
	return etag ?? lastModified;
}

/** True only if the headers show that both are the same file. */
export function isSameFile(a: RemoteFile, b: RemoteFile): boolean {
	if (isDifferent(a, b)) return false;
	return (
		matches(a.etag, b.etag) ||
		matches(a.length, b.length) ||
		matches(a.lastModified, b.lastModified)
	);
}

/**
 * Whether a partial response to `rangeRequestHeaders` belongs to the same file. If the request had an If-Range, sending
 * a part already says so, unless the headers contradict it.
 */
export function isSameRest(file: RemoteFile, rest: RemoteFile): boolean {
	if (isDifferent(file, rest) || conflicts(file.length, rest.length)) return false;
	return validatorOf(file) !== null || matches(file.length, rest.length);
}

/** True only if the headers show that the files differ. */
export function isDifferent(a: RemoteFile, b: RemoteFile): boolean {
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
