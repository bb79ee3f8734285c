import { extensionFor } from './mimeType';

/** File systems allow 255 bytes; a character can take four of them. */
const MAX_STEM_LENGTH = 60;

interface FileName {
	/** May be empty. */
	readonly stem: string;
	/** Without the dot; null where there is none. */
	readonly extension: string | null;
}

/**
 * A video's file name: the last part of its URL, made safe for every file system. Where that holds no name it is
 * the task ID, from the second video on with the number that its binary field has as well.
 */
export function fileNameFor(url: string, taskId: string, index: number, mimeType: string): string {
	const { stem, extension } = splitName(url);
	const fallback = safeStem(taskId) + (index === 0 ? '' : `_${index}`);
	return `${stem === '' ? fallback : stem}.${extension ?? extensionFor(mimeType)}`;
}

/** Of the file that a URL names: in lower case, without the dot; null where there is none. */
export function extensionOf(url: string): string | null {
	return splitName(url).extension?.toLowerCase() ?? null;
}

function splitName(url: string): FileName {
	const name = decodeSegment(new URL(url).pathname.split('/').at(-1) ?? '');
	const match = /^(.*)\.(?=\d*[a-z])([a-z\d]{2,5})$/is.exec(name);
	return { stem: safeStem(match?.[1] ?? name), extension: match?.[2] ?? null };
}

function decodeSegment(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch {
		// A stray % is allowed in a path
		return segment;
	}
}

/** Without what a file system or a terminal would take for something else than a part of a name. */
function safeStem(text: string): string {
	const safe = text
		.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
		.replace(/[<>:"/\\|?*]/g, '_')
		.replace(/\s+/g, ' ')
		.slice(0, MAX_STEM_LENGTH)
		.replace(/\p{Cs}$/u, '')
		.replace(/^[. ]+|[. ]+$/g, '');
	return /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(safe) ? `_${safe}` : safe;
}
