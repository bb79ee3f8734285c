import { toObject, toText } from './coerce';

/** What the API posts to a task's `callBackUrl` when the task is final. Anyone who knows the address can post one. */
export interface Callback {
	readonly taskId: string;
	/** The secret of the task's creation, from the address; null if it has none. */
	readonly token: string | null;
	/** Milliseconds since 1970. */
	readonly receivedAt: number;
}

/** Returns what the body of a callback has as the task's ID: any value, as anyone can post a callback. */
export function callbackTaskId(body: unknown): unknown {
	const callback = toObject(body) ?? {};
	const data = toObject(callback.data) ?? {};
	return data.taskId ?? data.task_id ?? callback.taskId ?? callback.task_id;
}

/** Returns null for a body that names no task. */
export function parseCallback(body: unknown, token: unknown, receivedAt: number): Callback | null {
	const taskId = toText(callbackTaskId(body))?.trim();
	return taskId === undefined ? null : { taskId, token: toText(token), receivedAt };
}
