import { toObject, toText } from './coerce';
import { nestedTaskIdsIn, taskIdsIn } from './taskId';

/** What the API posts to a task's `callBackUrl` when the task is final. Anyone who knows the address can post one. */
export interface Callback {
	readonly taskId: string;
	/** The secret of the task's creation, from the address; null if it has none. */
	readonly token: string | null;
	/** Milliseconds since 1970. */
	readonly receivedAt: number;
}

/** Returns null for a body that names no task. */
export function callbackTaskId(body: unknown): string | null {
	const callback = toObject(body) ?? {};
	return [...taskIdsIn(callback), ...nestedTaskIdsIn(callback)][0] ?? null;
}

/** Returns null for a body that names no task. */
export function parseCallback(body: unknown, token: unknown, receivedAt: number): Callback | null {
	const taskId = callbackTaskId(body);
	return taskId === null ? null : { taskId, token: toText(token), receivedAt };
}
