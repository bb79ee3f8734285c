import { extensionFor } from './mimeType';

/** File systems allow 255 bytes, and a character can take four of them. */
const MAX_STEM_LENGTH = 60;

interface FileName {
	/** May be empty. */
	readonly stem: string;
	/** Without the dot; null if there is none. */
	readonly extension: string | null;
}

/**
 * Returns the file name of a video: the last segment of its URL, made safe for every file system. If that has no name
 * it is the task ID, with the number of the binary field from the second video on.
 */
export function fileNameFor(url: string, taskId: string, index: number, mimeType: string): string {
	const { stem, extension } = splitName(url);
	const fallback = safeStem(taskId) + (index === 0 ? '' : `_${index}`);
	return `${stem === '' ? fallback : stem}.${extension ?? extensionFor(mimeType)}`;
}

/** The extension in a URL, in lower case and without the dot; null if there is none. */
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
		// A path may contain a stray %
		return segment;
	}
}

/** Removes or replaces everything that a file system or a terminal would not take for part of a name. */
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
