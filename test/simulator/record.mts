import { timeAs, urlsAs } from './record-forms.mjs';
import { ABSENT, layOver } from './overrides.mjs';
import type { Ending, TaskScript } from './task-script.mjs';
import { videoUrls } from './video-urls.mjs';

/** A moment in the life of a task; `ending` is null while it is generating. Times are epoch milliseconds. */
export interface Moment {
	createdAt: number;
	endedAt: number | null;
	ending: Exclude<Ending, { kind: 'never' }> | null;
}

const DEFAULT_PROMPT = 'A futuristic city with flying cars at sunset.';
const ERROR_MESSAGES: Readonly<Record<string, string>> = {
	400: 'Your prompt was flagged by Website as violating content policies.',
	500: 'Internal Error, Please try again later.',
	501: 'Failed - Video generation task failed',
};

/** The `data` object of record-info for a task at a moment, in the forms its script asks for. */
export function recordAt(script: TaskScript, moment: Moment, videoBaseUrl: string): unknown {
	const { forms = {} } = script;
	const { ending } = moment;
	const data = layOver(
		{},
		{
			taskId: script.taskId,
			paramJson: paramJson(script),
			completeTime: timeAs(forms.times, moment.endedAt),
			response:
				ending?.kind === 'succeeded'
					? response(script, videoBaseUrl)
					: { null: null, absent: ABSENT }[forms.emptyResponse ?? 'null'],
			successFlag: successFlag(ending),
			...errorFields(script, ending),
			createTime: timeAs(forms.times, moment.createdAt),
			fallbackFlag: fallbackFlag(script, ending),
		},
	);
	const overrides = [script.data ?? {}, ...(ending ? [script.endData ?? {}] : [])];
	return overrides.reduce(layOver, data);
}

function successFlag(ending: Moment['ending']): unknown {
	if (ending === null) return 0;
	return ending.kind === 'succeeded' ? 1 : ending.successFlag;
}

function fallbackFlag({ forms }: TaskScript, ending: Moment['ending']): unknown {
	const usedFallback = ending?.kind === 'succeeded' && ending.model === 'fallback';
	return { boolean: usedFallback, absent: ABSENT, null: null }[forms?.fallbackFlag ?? 'boolean'];
}

function errorFields({ forms = {} }: TaskScript, ending: Moment['ending']) {
	const noMessage = { empty: '', null: null, absent: ABSENT }[forms.noErrorMessage ?? 'empty'];
	if (ending?.kind !== 'failed') return { errorCode: null, errorMessage: noMessage };
	const { errorCode = 501 } = ending;
	const { errorMessage = ERROR_MESSAGES[String(errorCode)] ?? 'Failed' } = ending;
	return {
		errorCode: forms.errorCode === 'string' && errorCode !== null ? String(errorCode) : errorCode,
		// Null and '' both say: none
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

function response(script: TaskScript, videoBaseUrl: string): unknown {
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
