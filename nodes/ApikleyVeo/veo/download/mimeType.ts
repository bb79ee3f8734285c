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

/** The extension for a file whose URL has none. */
export function extensionFor(mimeType: string): string {
	const known = Object.entries(BY_EXTENSION).find(([, type]) => type === mimeType);
	return known?.[0] ?? 'mp4';
}

/** White space and the bytes of a byte order mark. */
const WHITESPACE = [0x09, 0x0a, 0x0d, 0x20, 0xef, 0xbb, 0xbf];
/** `<`, `{` and `[`. */
const DOCUMENT_START = [0x3c, 0x7b, 0x5b];

/** True if a body that is declared to be a page or data also starts like one. `start`: its first bytes. */
export function isPage(contentType: string | null, start: Uint8Array): boolean {
	if (!DOCUMENT_TYPE.test(essence(contentType))) return false;
	const first = start.find((byte) => !WHITESPACE.includes(byte));
	return first !== undefined && DOCUMENT_START.includes(first);
}

/** Type and subtype without parameters; empty if there is no type. */
function essence(contentType: string | null): string {
	return contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
}
