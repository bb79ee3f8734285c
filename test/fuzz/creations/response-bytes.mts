/** The bytes of the response to a creation. */
import {
	encodeResponse,
	errorBody,
	json,
	type EncodedResponse,
	type Tags,
} from '../response-bytes.mjs';
import type { CreationResponse } from './scenario.mjs';

type Created = Extract<CreationResponse, { kind: 'created' }>;

export interface CreationTags extends Tags {
	/** Of the new task. */
	readonly taskId: string;
	/** Of the task that was to be extended; null if none was. */
	readonly source: string | null;
}

export function encodeCreation(
	response: Exclude<CreationResponse, { kind: 'noResponse' }>,
	tags: CreationTags,
	now: Date,
): EncodedResponse {
	if (response.kind === 'created') return encodeCreated(response, tags.taskId);
	if (response.kind !== 'refusal') return encodeResponse(response, tags, now);
	const { code, text, isStatus, repeatsSource } = response;
	const data = repeatsSource && tags.source !== null ? { taskId: tags.source } : null;
	return json(isStatus ? code : 200, { ...errorBody(code, text, tags), data });
}

function encodeCreated({ around, form }: Created, taskId: string): EncodedResponse {
	const { status, code } = around ?? { status: 200, code: 200 };
	const data = { taskId };
	const content =
		form === 'nextToData' ? data : { data: encodeData(taskId, form, around === null) };
	const encoded = json(status, { ...(code !== null && { code, msg: 'As scripted' }), ...content });
	if (form !== 'bom') return encoded;
	return { ...encoded, body: Buffer.from(`\uFEFF${encoded.body.toString()}`) };
}

/** A refusal never names its task in a nested object. */
function encodeData(taskId: string, form: Created['form'], isSuccess: boolean): unknown {
	switch (form) {
		case 'dataAsText':
			return JSON.stringify({ taskId });
		case 'spelling':
			return { taskID: taskId };
		case 'list':
			return [{ taskId }];
		case 'nested':
			return isSuccess ? { result: { taskId } } : { taskId };
		default:
			return { taskId };
	}
}
