/** What must hold of a file's name, type and size. */
import type { IBinaryData } from 'n8n-workflow';

import type { VideoName } from './files.mjs';
import type { ScriptedVideo } from './scenario.mjs';

/** Names that need no care stay as they are. */
const PLAIN: Readonly<Record<string, string>> = {
	'clip.mp4': 'clip.mp4',
	'Film%20one.webm': 'Film one.webm',
	'film.mp4?signature=abc&b=..%2F': 'film.mp4',
	'%F0%9F%8E%AC.mp4': '🎬.mp4',
};

export function detailsComplaints(
	video: ScriptedVideo,
	name: VideoName,
	{ fileName = '', mimeType, bytes, data }: IBinaryData,
): string[] {
	const type = typeOf(video);
	const size = Buffer.from(data, 'base64').byteLength;
	return [
		...(isNamedRightly(video, name, fileName) ? [] : [`it is called ${JSON.stringify(fileName)}`]),
		...(mimeType === type ? [] : [`its type is ${mimeType}, not ${type}`]),
		...(bytes === size ? [] : [`its size is ${bytes}, not ${size}`]),
	];
}

/** What the host says where that is a medium, else what the extension says. */
function typeOf({ contentType, name }: ScriptedVideo): string {
	if (contentType?.startsWith('video/') === true) return contentType.split(';')[0]!;
	return name.includes('.webm') ? 'video/webm' : 'video/mp4';
}

function isNamedRightly(
	video: ScriptedVideo,
	{ task, index }: VideoName,
	fileName: string,
): boolean {
	const plain = PLAIN[video.name];
	if (plain !== undefined) return fileName === plain;
	if (video.name === '')
		return fileName.startsWith(index === 0 ? `task-${task}.` : `task-${task}_${index}.`);
	return isSafe(fileName);
}

/** For the file systems of Windows, macOS and Linux alike. */
function isSafe(fileName: string): boolean {
	return (
		/^[^\p{Cc}<>:"/\\|?*]+\.[a-z\d]+$/u.test(fileName) &&
		!/^\.|^(con|nul|aux|prn)\.|[. ]$/i.test(fileName) &&
		Buffer.byteLength(fileName) <= 255
	);
}
