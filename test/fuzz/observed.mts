/** What an output item or an error shows of its outcome. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Outcome } from './expected-lookups.mjs';
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
	const isProblem = 'message' in json && 'code' in json;
	const code = isProblem ? (json.code as number | string) : null;
	const wait = (json.wait ?? null) as { timedOut: boolean } | null;
	const timedOut = wait?.timedOut ?? false;
	if ('videoIndex' in json) return { code, status: json.status as Status, timedOut, videos };
	if (!('isFinal' in json)) {
		// A problem without a task shows nothing of it either
		return { code, serial: readSerial(promptIn(json.paramJson)), videos };
	}
	return {
		code,
		status: json.status as Status,
		serial: readSerial(json.prompt),
		failureKind: json.failureKind as Outcome['failureKind'],
		timedOut,
		videos,
	};
}

function promptIn(paramJson: unknown): unknown {
	return typeof paramJson !== 'string' ? null : (JSON.parse(paramJson) as IDataObject).prompt;
}

/** Does the same for an error that the node threw. `itemIndex` is null if the error names no item. */
export function observeError(error: unknown): {
	itemIndex: number | null;
	observed: Partial<Outcome>;
} {
	const { type, context } = error as { type?: string; context?: { itemIndex?: number } };
	const code = /^\d+$/.test(type ?? '') ? Number(type) : `${type}`;
	return { itemIndex: context?.itemIndex ?? null, observed: { code } };
}
