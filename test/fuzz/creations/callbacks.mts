/** The callbacks of a server, and of others who know the address. */
import type { ScriptedCallback } from './scenario.mjs';

export interface Callback {
	readonly kind: ScriptedCallback['kind'];
	readonly body: unknown;
	readonly token: string | null;
	readonly taskId: string | null;
	readonly at: number;
	/** `refused`: by n8n, because the execution was not parked. */
	result: 'refused' | 'ignored' | 'woken';
}

/** A task that no record describes. */
export const UNKNOWN_TASK = 'task/nowhere';
/** A task that no item waits for. */
export const OTHER_TASK = 'task/other';

/** `token`: of the task's creation, if there is one. */
export function callbackFor(
	kind: ScriptedCallback['kind'],
	task: { readonly taskId: string; readonly token: string | null },
	at: number,
): Callback {
	const taskId = { unknownTask: UNKNOWN_TASK, otherTask: OTHER_TASK, noTask: null }[kind as string];
	const named = taskId === undefined ? task.taskId : taskId;
	// Only the server knows the token
	const isForged = kind !== 'honest' && kind !== 'noToken';
	const token = isForged ? 'forged' : kind === 'noToken' ? null : task.token;
	return {
		kind,
		body:
			named === null ? ['not a callback'] : { code: 200, msg: 'success', data: { taskId: named } },
		token,
		taskId: named,
		at,
		result: 'refused',
	};
}
