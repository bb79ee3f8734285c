import { toText, toTexts } from './coerce';
import type { JsonObject } from './coerce';
import { parseTask } from './task';
import type { VeoTask } from './task';

/** Why a task has no 1080p version. */
export type UpgradeObstacle = 'notComplete' | 'failed' | 'fallback' | 'aspectRatio' | 'noSuchVideo';

/** No 1080p version was requested, as the record of the task tells against it. */
export interface NotUpgradable {
	readonly kind: 'notUpgradable';
	readonly obstacle: UpgradeObstacle;
}

/**
 * Returns what the record tells against a 1080p version, or null. The request for one can cost credits even if there is
 * none. Source: the provider's document, which only allows videos that the primary model made in 16:9.
 */
export function findUpgradeObstacle(task: VeoTask, videoIndex: number): UpgradeObstacle | null {
	if (task.status === 'failed') return 'failed';
	if (task.status !== 'succeeded') return 'notComplete';
	if (task.fallbackFlag === true) return 'fallback';
	if (task.canUpgradeTo1080p === false) return 'aspectRatio';
	const count = task.resultUrls.length;
	return count > 0 && videoIndex >= count ? 'noSuchVideo' : null;
}

/** Whether the task succeeded, and only has no 1080p version. */
export function hasSucceededAnyway(obstacle: UpgradeObstacle): boolean {
	return obstacle !== 'failed' && obstacle !== 'notComplete';
}

/**
 * Parses the response for the 1080p version of a video as a task with that video: `data`, or the whole body where `data`
 * is no object. Clients of this API have met five forms of the link.
 */
export function parseUpgrade(record: JsonObject): VeoTask {
	const { resultUrl, videoUrl, url, resultUrls, data } = record;
	const link = [resultUrl, videoUrl, url, toTexts(resultUrls)[0], data].map(toText).find(isLink);
	const resultUrlsFound = link === undefined ? [] : [link];
	return {
		...parseTask({}),
		status: link === undefined ? 'generating' : 'succeeded',
		isFinal: link !== undefined,
		resolution: link === undefined ? null : '1080p',
		resultUrls: resultUrlsFound,
		raw: record,
	};
}

function isLink(text: string | null): text is string {
	return text !== null && /^https?:\/\//i.test(text);
}
