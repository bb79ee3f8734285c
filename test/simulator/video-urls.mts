import type { TaskScript } from './task-script.mjs';

export interface VideoUrls {
	resultUrls: string[];
	originUrls: string[] | null;
	fullResultUrls: string[] | null;
}

/** Which of a task's videos a URL names. */
export interface VideoName {
	taskId: string;
	/** `''` for a result, `origin-` and `full-` for the others. */
	prefix: string;
}

/**
 * The video URLs of a task: `…/videos/<taskId>/<n>.mp4` (n from 1), `origin-<n>.mp4` and `full-<n>.mp4`.
 * The document says of originUrls: "Only has value when aspectRatio is not 16:9".
 */
export function videoUrls(script: TaskScript, videoBaseUrl: string): VideoUrls {
	const { videos = 1, aspectRatio = '16:9', originUrls = aspectRatio !== '16:9' } = script;
	const own = (prefix: string) =>
		Array.from({ length: videos }, (_, index) =>
			videoUrl(videoBaseUrl, script.taskId, `${prefix}${index + 1}`),
		);
	const optional = (urls: boolean | string[], prefix: string) =>
		Array.isArray(urls) ? urls : urls ? own(prefix) : null;
	return {
		resultUrls: script.resultUrls ?? own(''),
		originUrls: optional(originUrls, 'origin-'),
		fullResultUrls: optional(script.fullResultUrls ?? false, 'full-'),
	};
}

/** Where a video of a task is, by its name without `.mp4`. */
export function videoUrl(videoBaseUrl: string, taskId: string, name: string): string {
	return `${videoBaseUrl}/videos/${encodeURIComponent(taskId)}/${name}.mp4`;
}

/** The reverse of it, from the path of a URL; null for a path that names no video. */
export function parseVideoPath(pathname: string): VideoName | null {
	const match = /^\/videos\/([^/]+)\/(.*?)[^/-]+\.mp4$/.exec(pathname);
	if (!match) return null;
	return { taskId: decoded(match[1] ?? ''), prefix: match[2] ?? '' };
}

function decoded(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch {
		// A stray % is allowed in a path
		return segment;
	}
}
