import { toObject } from './coerce';

/** Returns what the body of a callback has as the task's ID: any value, as anyone can post a callback. */
export function callbackTaskId(body: unknown): unknown {
	const callback = toObject(body) ?? {};
	const data = toObject(callback.data) ?? {};
	return data.taskId ?? data.task_id ?? callback.taskId ?? callback.task_id;
}
