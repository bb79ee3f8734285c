import {
	ABSENT,
	type Ending,
	type TaskScript,
	type TimeForm,
	type UrlsForm,
} from './task-script.mjs';
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

/** Returns the `data` object of record-info for a task at a moment, in the forms that its script names. */
export function recordAt(script: TaskScript, moment: Moment, videoBaseUrl: string): unknown {
	const { forms = {}, data = {}, endData = {} } = script;
	const { ending } = moment;
	const record = {
		taskId: script.taskId,
		paramJson: paramJson(script),
		completeTime: timeAs(forms.times, moment.endedAt),
		response:
			ending?.kind === 'succeeded'
				? videoFields(script, videoBaseUrl)
				: { null: null, absent: ABSENT }[forms.emptyResponse ?? 'null'],
		successFlag: successFlag(ending),
		...errorFields(script, ending),
		createTime: timeAs(forms.times, moment.createdAt),
		fallbackFlag: fallbackFlag(script, ending),
	};
	return [record, data, ending ? endData : {}].reduce<unknown>(layOver, {});
}

/** Lays `over` over `base`, objects key by key; a key whose value is `ABSENT` is gone. Changes neither. */
export function layOver(base: unknown, over: unknown): unknown {
	if (!isPlainObject(over)) return over;
	const result = isPlainObject(base) ? { ...base } : {};
	for (const [key, value] of Object.entries(over)) {
		if (value === ABSENT) delete result[key];
		else result[key] = layOver(result[key], value);
	}
	return result;
}

/** Narrows to an object of JSON: not an array, not null. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function successFlag(ending: ReachedEnding | null): unknown {
	if (ending === null) return 0;
	return ending.kind === 'succeeded' ? 1 : ending.successFlag;
}

function fallbackFlag({ forms }: TaskScript, ending: ReachedEnding | null): unknown {
	const usedFallback = ending?.kind === 'succeeded' && ending.model === 'fallback';
	return { boolean: usedFallback, absent: ABSENT, null: null }[forms?.fallbackFlag ?? 'boolean'];
}

function errorFields({ forms = {} }: TaskScript, ending: ReachedEnding | null) {
	const noMessage = { empty: '', null: null, absent: ABSENT }[forms.noErrorMessage ?? 'empty'];
	if (ending?.kind !== 'failed') return { errorCode: null, errorMessage: noMessage };
	const { errorCode = 501 } = ending;
	const { errorMessage = ERROR_MESSAGES[String(errorCode)] ?? 'Failed' } = ending;
	return {
		errorCode: forms.errorCode === 'string' && errorCode !== null ? String(errorCode) : errorCode,
		// Null and '' both mean: none
		errorMessage: errorMessage || noMessage,
	};
}

function paramJson(script: TaskScript): unknown {
	const { prompt = DEFAULT_PROMPT, aspectRatio = '16:9', params } = script;
	const json = JSON.stringify({
		prompt,
		...(aspectRatio === null ? {} : { aspectRatio }),
		waterMark: 'Apikley',
		...params,
	});
	const forms = { json, broken: json.slice(0, -2), empty: '', null: null, absent: ABSENT };
	return forms[script.forms?.paramJson ?? 'json'];
}

/** The `response` of a task that has succeeded. */
function videoFields(script: TaskScript, videoBaseUrl: string): unknown {
	const { resultUrls, originUrls, fullResultUrls } = videoUrls(script, videoBaseUrl);
	const form = script.forms?.urls;
	return {
		taskId: script.taskId,
		resultUrls: urlsAs(form, resultUrls),
		originUrls: urlsAs(form, originUrls),
		// Only an extended task has it
		...(fullResultUrls ? { fullResultUrls: urlsAs(form, fullResultUrls) } : {}),
		resolution: script.resolution === undefined ? '720p' : script.resolution,
	};
}

/** A time of a record (epoch milliseconds, null: not known yet) in one of its forms. */
function timeAs(form: TimeForm = 'rfc3339', epochMs: number | null): unknown {
	if (form === 'absent') return ABSENT;
	if (form === 'null' || epochMs === null) return null;
	if (form === 'epochMs') return epochMs;
	const wholeSeconds = new Date(epochMs).toISOString().slice(0, 19);
	return form === 'spaced' ? wholeSeconds.replace('T', ' ') : `${wholeSeconds}Z`;
}

/** A list of URLs (null: none) in one of its forms. */
function urlsAs(form: UrlsForm = 'array', urls: readonly string[] | null): unknown {
	if (form === 'absent') return ABSENT;
	if (form === 'null' || urls === null) return null;
	return form === 'jsonString' ? JSON.stringify(urls) : urls;
}
