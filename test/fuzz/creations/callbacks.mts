/** The callbacks of a server, and of others who know the address. */
import { taskNumberOf } from '../scenario-queries.mjs';
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

/** What the server says of somebody else's tasks. */
export const PROMPT_OF_OTHERS = 'A video of somebody else';

/** A task that exists, but has another prompt than any item. */
function taskOfOthers(taskId: string): string {
	return `task/${taskNumberOf(taskId)}/elsewhere`;
}

export function isOfOthers(taskId: string | null): boolean {
	return taskId?.endsWith('/elsewhere') ?? false;
}

/** `token`: of the task's creation, if there is one. */
export function callbackFor(
	kind: ScriptedCallback['kind'],
	task: { readonly taskId: string; readonly token: string | null },
	at: number,
): Callback {
	const named = taskIdFor(kind, task.taskId);
	// Usually, only the server knows the token
	const isForged = !['honest', 'otherPrompt', 'noToken'].includes(kind);
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

function taskIdFor(kind: ScriptedCallback['kind'], taskId: string): string | null {
	switch (kind) {
		case 'unknownTask':
			return UNKNOWN_TASK;
		case 'otherTask':
			return OTHER_TASK;
		case 'otherPrompt':
			return taskOfOthers(taskId);
		case 'noTask':
			return null;
		default:
			return taskId;
	}
}
