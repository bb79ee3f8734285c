import { isObject } from '../../task/coerce';
import { parseTask } from '../../task/task';
import type { VeoTask } from '../../task/task';
import { toError, transientError } from '../envelope';
import { retryAlways } from '../retryPolicy';
import type { Endpoint } from './endpoint';

/** The record of a task. `URLSearchParams` encodes any text, including lone surrogates. */
export function recordInfo(taskId: string): Endpoint<VeoTask> {
	return {
		method: 'GET',
		path: `/api/v1/veo/record-info?${new URLSearchParams({ taskId }).toString()}`,
		retryPolicy: retryAlways,
		parse(envelope) {
			const { code, data, retryAfterMs } = envelope;
			if (code !== 200) return toError(envelope);
			if (isObject(data)) return { kind: 'success', value: parseTask(data) };
			if (data === null) return { kind: 'notFound', code: 404, message: null };
			return transientError(null, 'the response contained no task record', retryAfterMs);
		},
	};
}
