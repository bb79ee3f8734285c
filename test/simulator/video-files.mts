import { readFileSync } from 'node:fs';
import path from 'node:path';

import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import type { TaskScript } from './task-script.mjs';

/** Two seconds of a test picture each, H.264, 320×180 and 180×320. */
const FILES = { landscape: 'landscape-16x9.mp4', portrait: 'portrait-9x16.mp4' } as const;

const cache = new Map<keyof typeof FILES, Buffer>();

/** A small playable MP4 file. */
export function bytesOfVideo(orientation: keyof typeof FILES): Buffer {
	const file = path.join(projectRoot(), 'test', 'simulator', 'videos', FILES[orientation]);
	const bytes = cache.get(orientation) ?? readFileSync(file);
	cache.set(orientation, bytes);
	return bytes;
}

/**
 * The video URLs of a task: `…/videos/<taskId>/<n>.mp4` (n from 1) and `origin-<n>.mp4`. The document says of originUrls:
 * "Only has value when aspectRatio is not 16:9".
 */
export function videoUrls(script: TaskScript, videoBaseUrl: string) {
	const { taskId, aspectRatio = '16:9' } = script;
	const own = (prefix: string) =>
		Array.from({ length: videoCount(script) }, (_, index) =>
			videoUrl(videoBaseUrl, taskId, `${prefix}${index + 1}`),
		);
	return {
		resultUrls: script.resultUrls ?? own(''),
		originUrls: aspectRatio === '16:9' ? null : own('origin-'),
	};
}

export function videoCount({ resultUrls, videos = 1 }: TaskScript): number {
	return resultUrls?.length ?? videos;
}

/** The URL of a task's video, by its name without `.mp4`. */
export function videoUrl(videoBaseUrl: string, taskId: string, name: string): string {
	return `${videoBaseUrl}/videos/${encodeURIComponent(taskId)}/${name}.mp4`;
}

/** A video, by its task and the prefix of its name: none for a result, else `origin-` or `1080p-`. */
export interface VideoName {
	taskId: string;
	prefix: string;
}

/** The reverse of `videoUrl`, from the path of a URL; null for a path that names no video. */
export function parseVideoPath(pathname: string): VideoName | null {
	const [, taskId = '', prefix = ''] = /^\/videos\/([^/]+)\/(.*?)[^/-]+\.mp4$/.exec(pathname) ?? [];
	return taskId === '' ? null : { taskId: decoded(taskId), prefix };
}

export function decoded(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch {
		// A stray % is allowed in a path
		return segment;
	}
}
