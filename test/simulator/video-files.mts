import { readFileSync } from 'node:fs';
import path from 'node:path';

import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import { contentOf, type Content } from './content.mjs';

/** Two seconds of a test picture each, H.264, 320×180 and 180×320. */
const FILES = { landscape: 'landscape-16x9.mp4', portrait: 'portrait-9x16.mp4' } as const;

const read = new Map<keyof typeof FILES, Content>();

/** A small playable MP4 file. */
export function videoFile(orientation: keyof typeof FILES): Content {
	const content =
		read.get(orientation) ??
		contentOf(
			readFileSync(path.join(projectRoot(), 'test', 'simulator', 'videos', FILES[orientation])),
		);
	read.set(orientation, content);
	return content;
}

/** As they are sent. */
export function bytesOfVideo(orientation: keyof typeof FILES): Buffer {
	const content = videoFile(orientation);
	return Buffer.concat([...content.pieces(0, content.length)]);
}
