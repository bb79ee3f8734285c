/** The files on the video host, and how it describes them. */
import { seeded } from '../../seeded-random.mjs';
import { taskNumberOf } from '../scenario-queries.mjs';
import type { Scenario } from '../scenario.mjs';
import type { ScriptedVideo } from './scenario.mjs';

/** Identifies a video by the start of its path: "task/0/resultUrls/1" is the second result of the task "task/0". */
export type VideoId = string;

type List = 'resultUrls' | 'originUrls' | 'upgradeUrls';

export function videoIdFor(taskId: string, list: List, index: number): VideoId {
	return `${taskId}/${list}/${index}`;
}

export function parseVideoId(id: VideoId) {
	const [taskId = '', list, index] = id.split(/\/(\w+Urls)\//);
	return { taskId, list: list as List, index: Number(index) };
}

/** 1: what the file was replaced with. */
export type Version = 0 | 1;

export type Links = 'current' | 'fresh';

const HOSTS = { current: 'https://videos.example.com', fresh: 'https://fresh.example.com' };

/** The lists of URLs in a task's records: those that may have expired, and fresh ones. */
export function videoLinksOf({ tasks }: Scenario, taskId: string) {
	const { download } = tasks[taskNumberOf(taskId)]!;
	const urls = (links: Links, list: List) =>
		download[list].map(
			({ name, invalidUrl }, index) =>
				invalidUrl ?? urlOf(links, videoIdFor(taskId, list, index), name),
		);
	const lists = (links: Links) => ({
		resultUrls: urls(links, 'resultUrls'),
		originUrls: urls(links, 'originUrls'),
	});
	return { current: lists('current'), fresh: lists('fresh') };
}

/** The URLs of the 1080p version of a video. */
export function upgradeUrlsOf({ tasks }: Scenario, taskId: string) {
	const { download, upgrade } = tasks[taskNumberOf(taskId)]!;
	const id = videoIdFor(taskId, 'upgradeUrls', upgrade.index);
	const [{ name }] = download.upgradeUrls;
	return { current: urlOf('current', id, name), fresh: urlOf('fresh', id, name) };
}

function urlOf(links: Links, id: VideoId, name: string): string {
	return `${HOSTS[links]}/${id}/${name}`;
}

/** Which link a URL is; its redirects belong to either. */
export function linksOf(url: string): Links {
	return url.startsWith(HOSTS.fresh) ? 'fresh' : 'current';
}

/** Null for a URL that is in no record. */
export function parseVideoUrl(url: string): VideoId | null {
	return /^https:\/\/\w+\.example\.com\/(task\/[\d/]+\w+Urls\/\d+)\//.exec(url)?.[1] ?? null;
}

export function videoAt({ tasks }: Scenario, id: VideoId): ScriptedVideo {
	const { taskId, list, index } = parseVideoId(id);
	const { download } = tasks[taskNumberOf(taskId)]!;
	const video = list === 'upgradeUrls' ? download.upgradeUrls[0] : download[list][index];
	if (video === undefined) throw new Error(`no video ${id}`);
	return video;
}

/** The version that an attempt finds. Attempts count from 0. */
export function versionAt({ replaced }: ScriptedVideo, attempt: number): Version {
	return replaced !== null && attempt >= replaced.from ? 1 : 0;
}

/** Without an ETag and a date, only a different length can show that the file is another one. */
function hasNewLength({ replaced, headers }: ScriptedVideo): boolean {
	return replaced?.sameLength === false || (headers.etag !== 'strong' && !headers.modified);
}

const PAGE = Buffer.from('<!doctype html><title>Gone</title>'.repeat(100));
const cache = new Map<string, Buffer>();

/** The bytes of a version. No two files have a part in common. */
export function contentOf(video: ScriptedVideo, id: VideoId, version: Version): Buffer {
	const size = video.size + (version === 1 && hasNewLength(video) ? 7 : 0);
	if (video.isPage) return PAGE.subarray(0, size);
	const key = `${id}/${version}`;
	const bytes = cache.get(key) ?? randomBytes(key);
	cache.set(key, bytes);
	return bytes.subarray(0, size);
}

const MAX_SIZE = 8 * 1024;

function randomBytes(key: string): Buffer {
	const random = seeded(Buffer.from(key).reduce((sum, byte) => (Math.imul(sum, 31) + byte) | 0, 7));
	return Buffer.from(Array.from({ length: MAX_SIZE }, () => Math.floor(random() * 256)));
}

const DATES = ['Thu, 01 Jan 2026 00:00:00 GMT', 'Thu, 01 Jan 2026 09:00:00 GMT'];

/** The headers that describe a file. */
export function headersOf(
	{ headers, contentType, isPage }: ScriptedVideo,
	version: Version,
): Record<string, string> {
	const type = contentType ?? (isPage ? 'text/html; charset=utf-8' : null);
	const etag = { strong: `"v${version}"`, weak: `W/"v${version}"` };
	return {
		...(type !== null && { 'content-type': type }),
		...(headers.etag !== null && { etag: etag[headers.etag] }),
		...(headers.modified && { 'last-modified': DATES[version] ?? '' }),
	};
}

/** Whether an If-Range header allows a partial response (RFC 9110, section 13.1.5). */
export function matchesIfRange(video: ScriptedVideo, version: Version, ifRange: unknown): boolean {
	const { etag, 'last-modified': modified } = headersOf(video, version);
	const isStrong = video.headers.etag === 'strong';
	return ifRange === undefined || (isStrong && ifRange === etag) || ifRange === modified;
}
