const BY_EXTENSION: Readonly<Record<string, string>> = {
	mp4: 'video/mp4',
	m4v: 'video/x-m4v',
	mov: 'video/quicktime',
	webm: 'video/webm',
	mkv: 'video/x-matroska',
	avi: 'video/x-msvideo',
	mpg: 'video/mpeg',
	mpeg: 'video/mpeg',
	ogv: 'video/ogg',
	gif: 'image/gif',
};

/** The type of the videos that the API makes. */
const DEFAULT_TYPE = 'video/mp4';

/** Types that can be trusted. */
const MEDIA_TYPE = /^(video|image|audio)\/./;
/** Types that hosts send for files of an unknown type. */
const GENERIC_TYPE = /^$|^text\/plain$|octet-stream$|^application\/(x-)?(force-)?download$/;
/** Types of an error page or of data. */
const DOCUMENT_TYPE =
	/^(text\/html|application\/xhtml\+xml|(application|text)\/(.+\+)?(json|xml))$/;

/**
 * Returns the type of a video with the host's `contentType` and the URL's `extension` (lower case, without the dot): the
 * host's type if it is a media type, else the type by extension, else the host's type if it may be right, else
 * `video/mp4`.
 */
export function mimeTypeFor(contentType: string | null, extension: string | null): string {
	const declared = essence(contentType);
	if (MEDIA_TYPE.test(declared)) return declared;
	const byExtension = extension === null ? undefined : BY_EXTENSION[extension];
	return (
		byExtension ??
		(GENERIC_TYPE.test(declared) || DOCUMENT_TYPE.test(declared) ? DEFAULT_TYPE : declared)
	);
}

/** The extension for a video of this type. */
export function extensionFor(mimeType: string): string {
	const known = Object.entries(BY_EXTENSION).find(([, type]) => type === mimeType);
	return known?.[0] ?? 'mp4';
}

/** How many bytes show whether a body is a page. */
export const PAGE_START_LENGTH = 64;

const TEXT_TYPE = /^text\/./;
/** A control character other than white space, as in the header of any video. From 0x80 on it can be part of a letter. */
const BINARY = /[^\P{Cc}\s\x80-\x9f]/u;

/** White space and the bytes of a byte order mark may come first. */
const DOCUMENT_START = /^[\s\xef\xbb\xbf]*[<{[]/;
/** No video starts like this, whatever its declared type. */
const PAGE_START = /^[\s\xef\xbb\xbf]*(<(!doctype|html|head|body|\?xml|error)\b|\{\s*"|\[\s*\{)/i;

/**
 * True if a body starts like a page or data, or is text of a type for text. `start`: its first bytes, or if it `isWhole` all
 * of them.
 */
export function isPage(contentType: string | null, start: Uint8Array, isWhole = false): boolean {
	const declared = essence(contentType);
	const isDocument = DOCUMENT_TYPE.test(declared);
	const text = String.fromCharCode(...start.subarray(0, PAGE_START_LENGTH));
	if ((isDocument ? DOCUMENT_START : PAGE_START).test(text)) return true;
	const isLong = start.byteLength >= PAGE_START_LENGTH;
	return (isDocument || TEXT_TYPE.test(declared)) && (isLong || isWhole) && !BINARY.test(text);
}

/** Type and subtype without parameters; empty if there is no type. */
function essence(contentType: string | null): string {
	return contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
}
