import { isObject, toTexts, trimInvisible } from './coerce';
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
 * Parses the `data` of the response for the 1080p version of a video as a task with that video. If it is no object, it is
 * in `record.data`.
 */
export function parseUpgrade(record: JsonObject): VeoTask {
	const link = findLink(record);
	return {
		...parseTask({}),
		status: link === undefined ? 'generating' : 'succeeded',
		isFinal: link !== undefined,
		resolution: link === undefined ? null : '1080p',
		resultUrls: link === undefined ? [] : [link],
		raw: record,
	};
}

/** Clients of this API have met the link in five fields. In each it can be in a list, and have blanks around it. */
function findLink(record: JsonObject): string | undefined {
	const records = [record, ...(Array.isArray(record.data) ? record.data.filter(isObject) : [])];
	return records
		.flatMap(({ resultUrl, videoUrl, url, resultUrls, data }) =>
			[resultUrl, videoUrl, url, resultUrls, data].flatMap(toTexts),
		)
		.map(trimInvisible)
		.find((text) => /^https?:\/\//i.test(text));
}
