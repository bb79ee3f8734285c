/** What an output item or an error shows of its outcome. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Outcome } from './expected-outcomes.mjs';
import type { Status } from './model.mjs';
import { readSerial } from './response-bytes.mjs';
import { videoIndexOf } from './scenario-queries.mjs';

/** A raw record shows less than a structured item. */
export function observe(
	{ json, binary = {} }: INodeExecutionData,
	binaryProperty: string,
): Partial<Outcome> {
	const fields = Object.keys(binary).map((field) => videoIndexOf(field, binaryProperty));
	const videos = fields.join();
	if ('message' in json && 'code' in json) return { code: json.code as number | string, videos };
	const isRaw = !('isFinal' in json);
	if (isRaw) return { code: null, serial: readSerial(promptIn(json.paramJson)), videos };
	const wait = json.wait as { timedOut: boolean } | null;
	return {
		code: null,
		status: json.status as Status,
		serial: readSerial(json.prompt),
		timedOut: wait?.timedOut ?? false,
		videos,
	};
}

function promptIn(paramJson: unknown): unknown {
	return paramJson === undefined ? null : (JSON.parse(String(paramJson)) as IDataObject).prompt;
}

const CODES_BY_MESSAGE: ReadonlyArray<readonly [RegExp, string]> = [
	[/Max Download Size/, 'VIDEO_TOO_LARGE'],
	[/in place of a video/, 'NOT_A_VIDEO'],
	[/did not go on with the same file/, 'VIDEO_CHANGED'],
	[/n8n could not store it/, 'VIDEO_NOT_STORED'],
	[/begin with https/, 'INVALID_VIDEO_URL'],
	[/could not be downloaded .* Tried/, 'VIDEO_UNREACHABLE'],
	[/names no result videos|has no original videos/, 'NO_VIDEOS'],
	[/has not ended yet/, 'TASK_NOT_FINISHED'],
	[/could not be looked up/, 'UNREACHABLE'],
	[/has not ended after/, 'WAIT_TIMED_OUT'],
	[/ended in failure/, 'TASK_FAILED'],
	[/^Task ID|must be/, 'INVALID_INPUT'],
];

/** Does the same for an error that the node threw. `itemIndex` is null if the error names no item. */
export function observeError(error: unknown): {
	itemIndex: number | null;
	observed: Partial<Outcome>;
} {
	const { httpCode, message, context } = error as {
		httpCode?: string | null;
		message?: string;
		context?: { itemIndex?: number };
	};
	const word = CODES_BY_MESSAGE.find(([pattern]) => pattern.test(message ?? ''))?.[1];
	const code = typeof httpCode === 'string' ? Number(httpCode) : word;
	return {
		itemIndex: context?.itemIndex ?? null,
		observed: { code: code ?? `unknown message: ${message}` },
	};
}
