import type { JsonObject } from '../../../nodes/ApikleyVeo/veo/task/coerce';
import { parseTask } from '../../../nodes/ApikleyVeo/veo/task/task';
import type { VeoTask } from '../../../nodes/ApikleyVeo/veo/task/task';

/** The example of the provider's documentation. */
export const EXAMPLE: JsonObject = {
	taskId: 'veo_task_abcdef123456',
	paramJson: '{"prompt":"A futuristic city with flying cars at sunset.","waterMark":"Apikley"}',
	completeTime: '2025-06-06 10:30:00',
	response: {
		taskId: 'veo_task_abcdef123456',
		resultUrls: ['http://example.com/video1.mp4'],
		originUrls: ['http://example.com/original_video1.mp4'],
		resolution: '1080p',
	},
	successFlag: 1,
	errorCode: null,
	errorMessage: '',
	createTime: '2025-06-06 10:25:00',
	fallbackFlag: false,
};

/** The example with some fields replaced. A field set to undefined is absent. */
export function record(fields: JsonObject = {}): JsonObject {
	const merged = { ...EXAMPLE, ...fields };
	return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
}

/** The example with some fields of its `response`, and maybe of the record, replaced. */
export function taskWithResponse(response: JsonObject, fields: JsonObject = {}): JsonObject {
	return record({ response: { ...(EXAMPLE.response as JsonObject), ...response }, ...fields });
}

export function task(fields: JsonObject = {}): VeoTask {
	return parseTask(record(fields));
}

export const RUNNING = record({ successFlag: 0, response: null, completeTime: null });
export const SUCCEEDED = record();
export const FAILED = record({
	successFlag: 2,
	response: null,
	errorCode: 400,
	errorMessage: 'Your prompt was flagged by Website as violating content policies.',
});
