/** What must hold of a file's name, type and size. */
import type { IBinaryData } from 'n8n-workflow';

import { parseVideoId, type VideoId } from './files.mjs';
import type { ScriptedVideo } from './scenario.mjs';

export function metadataViolations(
	video: ScriptedVideo,
	id: VideoId,
	{ fileName = '', mimeType, bytes, data }: IBinaryData,
): string[] {
	const type = typeOf(video);
	const size = Buffer.from(data, 'base64').byteLength;
	return [
		...(fileName === nameOf(id, type) ? [] : [`its name is ${JSON.stringify(fileName)}`]),
		...(mimeType === type ? [] : [`its type is ${mimeType}, not ${type}`]),
		...(bytes === size ? [] : [`its size is ${bytes}, not ${size}`]),
	];
}

/** The type that the host sends if it is a medium, otherwise the one of the extension. */
function typeOf({ contentType, name }: ScriptedVideo): string {
	if (contentType?.startsWith('video/') === true) return contentType.split(';')[0]!;
	return name.includes('.webm') ? 'video/webm' : 'video/mp4';
}

/** Whatever the link ends in. */
function nameOf(id: VideoId, type: string): string {
	const { taskId, index } = parseVideoId(id);
	const number = index === 0 ? '' : `_${index}`;
	return `${taskId.replaceAll('/', '_')}${number}.${type === 'video/webm' ? 'webm' : 'mp4'}`;
}
