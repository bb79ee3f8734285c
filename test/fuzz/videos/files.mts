/** The files on the video host, and how it speaks of them. */
import { seeded } from '../../seeded-random.mjs';
import { numberOf } from '../scenario-queries.mjs';
import type { Script } from '../scenario.mjs';
import type { ScriptedVideo } from './scenario.mjs';

/** Which video of a script: task, list and number. */
export interface VideoName {
	readonly task: number;
	readonly list: 'resultUrls' | 'originUrls';
	readonly index: number;
}

const HOST = 'https://videos.example.com';

function urlOf({ name, badLink }: ScriptedVideo, at: VideoName): string {
	return badLink ?? `${HOST}/${at.task}/${at.list}/${at.index}/${name}`;
}

/** The lists of a task's record. */
export function linksOf({ tasks }: Script, taskId: string) {
	const task = numberOf(taskId);
	const urls = (list: VideoName['list']) =>
		tasks[task]!.download[list].map((video, index) => urlOf(video, { task, list, index }));
	return { resultUrls: urls('resultUrls'), originUrls: urls('originUrls') };
}

/** Null for a URL that the host has never told of. */
export function nameIn(url: string): VideoName | null {
	const match = /^https:\/\/\w+\.example\.com\/(\d+)\/(resultUrls|originUrls)\/(\d+)\//.exec(url);
	if (match === null) return null;
	const [, task, list, index] = match;
	return { task: Number(task), list: list as VideoName['list'], index: Number(index) };
}

export function videoAt({ tasks }: Script, { task, list, index }: VideoName): ScriptedVideo {
	const video = tasks[task]?.download[list][index];
	if (video === undefined) throw new Error(`no video ${index} in ${list} of task ${task}`);
	return video;
}

export function isSame(a: VideoName, b: VideoName): boolean {
	return a.task === b.task && a.list === b.list && a.index === b.index;
}

/** Whether the file under its URL had become another one by its try of this number. */
export function versionAt({ replaced }: ScriptedVideo, number: number): 0 | 1 {
	return replaced !== null && number >= replaced.from ? 1 : 0;
}

/** Without length, ETag and date nothing would ever show that the file is another one. */
function isLonger({ replaced, tells }: ScriptedVideo): boolean {
	return replaced?.sameLength === false || (tells.etag !== 'strong' && !tells.modified);
}

const PAGE = Buffer.from('<!doctype html><title>Gone</title>'.repeat(100));
const kept = new Map<string, Buffer>();

/** The bytes at one time: version 1 is what the file was replaced with. No two files have a part in common. */
export function contentOf(video: ScriptedVideo, at: VideoName, version: 0 | 1): Buffer {
	const size = video.size + (version === 1 && isLonger(video) ? 7 : 0);
	if (video.isPage) return PAGE.subarray(0, size);
	const key = `${at.task} ${at.list} ${at.index} ${version}`;
	const bytes = kept.get(key) ?? randomBytes(key);
	kept.set(key, bytes);
	return bytes.subarray(0, size);
}

const LONGEST = 8 * 1024;

function randomBytes(key: string): Buffer {
	const random = seeded(Buffer.from(key).reduce((sum, byte) => (Math.imul(sum, 31) + byte) | 0, 7));
	return Buffer.from(Array.from({ length: LONGEST }, () => Math.floor(random() * 256)));
}

const DATES = ['Thu, 01 Jan 2026 00:00:00 GMT', 'Thu, 01 Jan 2026 09:00:00 GMT'];

/** What the host says of a file. */
export function describe(
	{ tells, contentType, isPage }: ScriptedVideo,
	version: 0 | 1,
): Record<string, string> {
	const type = isPage ? 'text/html; charset=utf-8' : contentType;
	const etag = { strong: `"v${version}"`, weak: `W/"v${version}"` };
	return {
		...(type !== null && { 'content-type': type }),
		...(tells.etag !== null && { etag: etag[tells.etag] }),
		...(tells.modified && { 'last-modified': DATES[version] ?? '' }),
	};
}

/** RFC 9110, 13.1.5: whether the part asked for is still one of the same file. */
export function matches(video: ScriptedVideo, version: 0 | 1, ifRange: unknown): boolean {
	const { etag, 'last-modified': modified } = describe(video, version);
	const isStrong = video.tells.etag === 'strong';
	return ifRange === undefined || (isStrong && ifRange === etag) || ifRange === modified;
}
