import { isObject, parseJson, toBoolean, toNumber, toObject, toText, toTexts } from './coerce';
import type { JsonObject } from './coerce';
import { secondsBetween, toTime } from './dates';
import type { ApiTime } from './dates';

export type TaskStatus = 'generating' | 'succeeded' | 'failed' | 'unknown';

/** The lists of a task that contain links to videos. */
export type VideoSource = 'resultUrls' | 'originUrls';

/** `rejected`: the prompt or the image must change. `provider`: trying again may help. */
export type FailureKind = 'rejected' | 'provider';

/** A video generation task at the time of one lookup. */
export interface VeoTask {
	readonly status: TaskStatus;
	/** The number that the API sent, even if it is not 0 to 3. */
	readonly successFlag: number | null;
	/** True if the fallback model made the video, null if the API doesn't say. */
	readonly fallbackFlag: boolean | null;
	readonly isFinal: boolean;
	readonly resolution: string | null;
	readonly canUpgradeTo1080p: boolean | null;
	readonly resultUrls: readonly string[];
	readonly originUrls: readonly string[];
	/** The full video of an extended task; `resultUrls` then holds only the base clip. */
	readonly fullResultUrls: readonly string[];
	readonly errorCode: number | null;
	readonly errorMessage: string | null;
	readonly failureKind: FailureKind | null;
	readonly prompt: string | null;
	readonly params: JsonObject | unknown[] | null;
	readonly createTime: ApiTime | null;
	readonly completeTime: ApiTime | null;
	readonly durationSeconds: number | null;
	/** The API's `data` object, or the body of a response without one, untouched. */
	readonly raw: JsonObject;
}

/** By successFlag. The text of the provider's documentation also defines 3, although its enum ends at 2. */
const STATUSES: readonly TaskStatus[] = ['generating', 'succeeded', 'failed', 'failed'];

function toFailureKind(status: TaskStatus, errorCode: number | null): FailureKind | null {
	if (status !== 'failed') return null;
	if (errorCode === 400 || errorCode === 451) return 'rejected';
	return errorCode === 500 || errorCode === 501 ? 'provider' : null;
}

function parseParams(paramJson: unknown): VeoTask['params'] {
	const parsed = typeof paramJson === 'string' ? parseJson(paramJson) : paramJson;
	return isObject(parsed) || Array.isArray(parsed) ? parsed : null;
}

/**
 * Returns, for example, "16:9". "Auto" leaves the ratio to the model, so it is unknown. Public documentation of this API
 * has both spellings of the parameter.
 */
export function parseAspectRatio(params: VeoTask['params']): string | null {
	const ratio = isObject(params) ? toText(params.aspectRatio ?? params.aspect_ratio) : null;
	return ratio !== null && /^\s*\d+\s*:\s*\d+\s*$/.test(ratio) ? ratio.replace(/\s/g, '') : null;
}

/** The number of lines: 720 for "720p" and "1280x720". NaN if it is unknown. */
function verticalLines(resolution: string | null): number {
	return Number(/(\d+)\s*p?\s*$/i.exec(resolution ?? '')?.[1]);
}

/** The provider's Get 1080P Video endpoint only takes videos that the primary model made in 16:9. */
function canUpgrade(
	task: Pick<VeoTask, 'status' | 'fallbackFlag' | 'resolution' | 'params'>,
): boolean | null {
	const aspectRatio = parseAspectRatio(task.params);
	if (task.fallbackFlag === true) return false;
	if (aspectRatio !== null && aspectRatio !== '16:9') return false;
	const primaryIn16by9 = task.fallbackFlag === false && aspectRatio === '16:9';
	const below1080 = verticalLines(task.resolution) < 1080;
	return task.status === 'succeeded' && primaryIn16by9 && below1080 ? true : null;
}

/** Whether a response's `data` is the record of a task, and not only there. */
export function isRecord(data: unknown): data is JsonObject {
	return isObject(data) && 'successFlag' in data;
}

/** By the code that the API sends instead of a record. */
const STATUSES_WITHOUT_RECORD: Readonly<Record<number, TaskStatus>> = {
	400: 'failed',
	422: 'generating',
	451: 'failed',
};

/**
 * Parses the `data` object of a record-info response, or the body of one that is about the task without a record. Unknown
 * fields stay in `raw`.
 */
export function parseTask(record: JsonObject): VeoTask {
	const response = toObject(record.response) ?? {};
	const successFlag = toNumber(record.successFlag);
	const hasRecord = 'successFlag' in record || !('code' in record);
	const statuses = hasRecord ? STATUSES : STATUSES_WITHOUT_RECORD;
	const status = statuses[(hasRecord ? successFlag : toNumber(record.code)) ?? -1] ?? 'unknown';
	const errorCode = toNumber(status === 'failed' && !hasRecord ? record.code : record.errorCode);
	const fallbackFlag = toBoolean(record.fallbackFlag);
	const resolution = toText(response.resolution);
	const params = parseParams(record.paramJson);
	const createTime = toTime(record.createTime);
	const completeTime = toTime(record.completeTime);
	return {
		status,
		successFlag,
		fallbackFlag,
		isFinal: status === 'succeeded' || status === 'failed',
		resolution,
		canUpgradeTo1080p: canUpgrade({ status, fallbackFlag, resolution, params }),
		resultUrls: toTexts(response.resultUrls),
		originUrls: toTexts(response.originUrls),
		fullResultUrls: toTexts(response.fullResultUrls),
		errorCode,
		errorMessage: toText(status === 'failed' && !hasRecord ? record.msg : record.errorMessage),
		failureKind: toFailureKind(status, errorCode),
		prompt: isObject(params) ? toText(params.prompt) : null,
		params,
		createTime,
		completeTime,
		durationSeconds: secondsBetween(createTime, completeTime),
		raw: record,
	};
}

/** False for a task that succeeded, but whose record names no video yet. Any of its lists can name them. */
export function isComplete({ status, resultUrls, originUrls, fullResultUrls }: VeoTask): boolean {
	const videos = [...resultUrls, ...originUrls, ...fullResultUrls];
	return status !== 'succeeded' || videos.length > 0;
}
