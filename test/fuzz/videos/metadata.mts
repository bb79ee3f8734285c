/** What must hold of a file's name, type and size. */
import type { IBinaryData } from 'n8n-workflow';

import { parseVideoId, type VideoId } from './files.mjs';
import type { ScriptedVideo } from './scenario.mjs';

/** Names that need no cleaning, by the end of their URL. */
const CLEAN_NAMES: Readonly<Record<string, string>> = {
	'clip.mp4': 'clip.mp4',
	'Film%20one.webm': 'Film one.webm',
	'film.mp4?signature=abc&b=..%2F': 'film.mp4',
	'%F0%9F%8E%AC.mp4': '🎬.mp4',
};

export function metadataViolations(
	video: ScriptedVideo,
	id: VideoId,
	{ fileName = '', mimeType, bytes, data }: IBinaryData,
): string[] {
	const type = typeOf(video);
	const size = Buffer.from(data, 'base64').byteLength;
	return [
		...(isNameRight(video, id, fileName) ? [] : [`its name is ${JSON.stringify(fileName)}`]),
		...(mimeType === type ? [] : [`its type is ${mimeType}, not ${type}`]),
		...(bytes === size ? [] : [`its size is ${bytes}, not ${size}`]),
	];
}

/** The type that the host sends if it is a medium, otherwise the one of the extension. */
function typeOf({ contentType, name }: ScriptedVideo): string {
	if (contentType?.startsWith('video/') === true) return contentType.split(';')[0]!;
	return name.includes('.webm') ? 'video/webm' : 'video/mp4';
}

function isNameRight({ name }: ScriptedVideo, id: VideoId, fileName: string): boolean {
	const clean = CLEAN_NAMES[name];
	if (clean !== undefined) return fileName === clean;
	if (name !== '') return isSafe(fileName);
	const { task, index } = parseVideoId(id);
	return fileName.startsWith(index === 0 ? `task-${task}.` : `task-${task}_${index}.`);
}

/** On the file systems of Windows, macOS and Linux. */
function isSafe(fileName: string): boolean {
	return (
		/^[^\p{Cc}<>:"/\\|?*]+\.[a-z\d]+$/u.test(fileName) &&
		!/^\.|^(con|nul|aux|prn)\.|[. ]$/i.test(fileName) &&
		Buffer.byteLength(fileName) <= 255
	);
}
