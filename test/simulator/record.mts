import { isPlainObject } from './json.mjs';
import type { Ending, TaskScript } from './task-script.mjs';
import { videoUrls } from './video-files.mjs';

/** An end that a task can reach. */
export type ReachedEnding = Exclude<Ending, { kind: 'never' }>;

/** A moment in the life of a task; `ending` is null while it is generating. Times are in epoch milliseconds. */
export interface Moment {
	createdAt: number;
	endedAt: number | null;
	ending: ReachedEnding | null;
}

const DEFAULT_PROMPT = 'A futuristic city with flying cars at sunset.';
const ERROR_MESSAGES: Readonly<Record<string, string>> = {
	400: 'Your prompt was flagged by Website as violating content policies.',
	500: 'Internal Error, Please try again later.',
	501: 'Failed - Video generation task failed',
};

/** Returns the `data` object of record-info for a task at a moment. */
export function recordAt(script: TaskScript, moment: Moment, videoBaseUrl: string): unknown {
	const { data = {}, endData = {} } = script;
	const { createdAt, endedAt, ending } = moment;
	const hasSucceeded = ending?.kind === 'succeeded';
	const record = {
		taskId: script.taskId,
		paramJson: paramJson(script),
		completeTime: endedAt === null ? null : rfc3339(endedAt),
		response: hasSucceeded ? videoFields(script, videoBaseUrl) : null,
		successFlag: successFlag(ending),
		...errorFields(ending),
		createTime: rfc3339(createdAt),
		fallbackFlag: hasSucceeded && ending.model === 'fallback',
	};
	return [record, data, ending ? endData : {}].reduce<unknown>(deepMerge, {});
}

/** Lays `over` over `base`, objects key by key. Changes neither. */
function deepMerge(base: unknown, over: unknown): unknown {
	if (!isPlainObject(over)) return over;
	const result = isPlainObject(base) ? { ...base } : {};
	for (const [key, value] of Object.entries(over)) result[key] = deepMerge(result[key], value);
	return result;
}

function successFlag(ending: ReachedEnding | null): unknown {
	if (ending === null) return 0;
	return ending.kind === 'succeeded' ? 1 : ending.successFlag;
}

function errorFields(ending: ReachedEnding | null) {
	if (ending?.kind !== 'failed') return { errorCode: null, errorMessage: '' };
	const { errorCode = 501 } = ending;
	return { errorCode, errorMessage: ERROR_MESSAGES[String(errorCode)] ?? 'Failed' };
}

function paramJson({ prompt = DEFAULT_PROMPT, aspectRatio = '16:9', params }: TaskScript): string {
	return JSON.stringify({ prompt, aspectRatio, waterMark: 'Apikley', ...params });
}

/** The `response` of a task that has succeeded. */
function videoFields(script: TaskScript, videoBaseUrl: string) {
	const { taskId, fullResultUrls, resolution = '720p' } = script;
	return {
		taskId,
		...videoUrls(script, videoBaseUrl),
		...(fullResultUrls && { fullResultUrls }),
		resolution,
	};
}

function rfc3339(epochMs: number): string {
	return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
