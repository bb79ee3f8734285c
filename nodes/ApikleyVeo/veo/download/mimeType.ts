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

/** What the API makes. */
const DEFAULT_TYPE = 'video/mp4';

/** Types that can be taken at their word. */
const MEDIA_TYPE = /^(video|image|audio)\/./;
/** What hosts say of files that they know nothing of. */
const GENERIC_TYPE = /^$|^text\/plain$|octet-stream$|^application\/(x-)?(force-)?download$/;
/** Types of an error page, or of an answer that is data. */
const DOCUMENT_TYPE =
	/^(text\/html|application\/xhtml\+xml|(application|text)\/(.+\+)?(json|xml))$/;

/**
 * The type of a video whose host says `contentType`, and whose URL has `extension` (lower case, without the dot):
 * what the host says if it is a medium; else what the extension says; else `video/mp4`, unless the host says
 * something that may be true.
 */
export function mimeTypeFor(contentType: string | null, extension: string | null): string {
	const said = essence(contentType);
	if (MEDIA_TYPE.test(said)) return said;
	const byExtension = extension === null ? undefined : BY_EXTENSION[extension];
	return byExtension ?? (GENERIC_TYPE.test(said) || DOCUMENT_TYPE.test(said) ? DEFAULT_TYPE : said);
}

/** For a file whose URL has none. */
export function extensionFor(mimeType: string): string {
	const known = Object.entries(BY_EXTENSION).find(([, type]) => type === mimeType);
	return known?.[0] ?? 'mp4';
}

/** White space, and the bytes of a byte order mark. */
const WHITESPACE = [0x09, 0x0a, 0x0d, 0x20, 0xef, 0xbb, 0xbf];
/** `<`, `{` and `[`. */
const DOCUMENT_START = [0x3c, 0x7b, 0x5b];

/** True where what is declared to be a page or data begins like one. `start`: the first bytes of the body. */
export function isPage(contentType: string | null, start: Uint8Array): boolean {
	if (!DOCUMENT_TYPE.test(essence(contentType))) return false;
	const first = start.find((byte) => !WHITESPACE.includes(byte));
	return first !== undefined && DOCUMENT_START.includes(first);
}

/** Type and subtype, without parameters; empty where there is none. */
function essence(contentType: string | null): string {
	return contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
}
