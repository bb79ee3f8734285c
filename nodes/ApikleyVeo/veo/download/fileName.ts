import { extensionFor } from './mimeType';

/** File systems allow 255 bytes, and a character can take four of them. */
const MAX_STEM_LENGTH = 60;

/** Returns the file name of a video: the task ID, the number of its binary field from the second on, and an extension. */
export function fileNameFor(taskId: string, index: number, mimeType: string): string {
	const number = index === 0 ? '' : `_${index}`;
	return `${safeStem(taskId)}${number}.${extensionFor(mimeType)}`;
}

/** The extension in a URL, in lower case and without the dot; null if there is none. */
export function extensionOf(url: string): string | null {
	return /\.(?=\d*[a-z])([a-z\d]{2,5})$/i.exec(new URL(url).pathname)?.[1]?.toLowerCase() ?? null;
}

/** Removes or replaces everything that a file system or a terminal would not take for part of a name. */
function safeStem(text: string): string {
	const safe = text
		.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
		.replace(/[<>:"/\\|?*]/g, '_')
		.replace(/\s+/g, ' ')
		.slice(0, MAX_STEM_LENGTH)
		.replace(/\p{Cs}/u, '')
		.replace(/^[. ]+|[. ]+$/g, '');
	if (safe === '') return 'video';
	return /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(safe) ? `_${safe}` : safe;
}
