import { isObject } from '../../task/coerce';
import { isRecord, parseTask } from '../../task/task';
import type { VeoTask } from '../../task/task';
import { saysGenerating } from '../apiTexts';
import { toError, transientError } from '../envelope';
import { retryAlways } from '../retryPolicy';
import type { Endpoint } from './endpoint';

/** A lookup has no prompt and no image, so a 400 or 451 of the API is about those of the task. */
function speaksOfTask(code: number, message: string | null): boolean {
	return code === 400 || code === 451 || (code === 422 && saysGenerating(message));
}

/** The record of a task. `URLSearchParams` encodes any text, including lone surrogates. */
export function recordInfo(taskId: string): Endpoint<VeoTask> {
	return {
		method: 'GET',
		path: `/api/v1/veo/record-info?${new URLSearchParams({ taskId }).toString()}`,
		retryPolicy: retryAlways,
		holdsValue: ({ data }) => isRecord(data),
		parse(envelope) {
			const { code, message, data, body, retryAfterMs } = envelope;
			// The record decides, whatever code is around it
			if (isRecord(data) || (code === 200 && isObject(data))) {
				return { kind: 'success', value: parseTask(data) };
			}
			const error = toError(envelope);
			if (error.kind === 'noCredits' || error.kind === 'transient') return error;
			if (code === 200) {
				return data === null
					? { kind: 'notFound', code: 404, message: null }
					: transientError(null, 'the response contained no task record', retryAfterMs);
			}
			if (!speaksOfTask(code, message)) return error;
			// The code may only be in the HTTP status
			return { kind: 'success', value: parseTask({ ...body, code, msg: message }) };
		},
	};
}
