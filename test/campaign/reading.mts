/** What a script says about a task or an item. */
import type { Script } from './script.mjs';

/** The task that an item asks for; null where it asks for none. */
export function taskOf({ items, tasks }: Script, input: number): string | null {
	const asks = items[input]?.asks;
	return asks !== undefined && 'task' in asks ? `task-${asks.task % tasks.length}` : null;
}

export function deadlineMs({ tasks }: Script, taskId: string): number {
	return (tasks[Number(taskId.slice('task-'.length))]?.timeout ?? 0) * 1000;
}

/** By how much the dates on our computer are set, in all. While parked, only dates count. */
export function jumpsMs({ whileWaiting, jumps }: Script): { forward: number; back: number } {
	const sum = (part: (byMs: number) => number) =>
		whileWaiting === 'park' ? jumps.reduce((total, { byMs }) => total + part(byMs), 0) : 0;
	return { forward: sum((byMs) => Math.max(0, byMs)), back: sum((byMs) => Math.max(0, -byMs)) };
}

/**
 * By how much a parked run may come to its end too late: the date was set back, n8n came late, or was still
 * busy with the last request of another task.
 */
export function lateMs(script: Script): number {
	if (script.whileWaiting !== 'park') return 0;
	return jumpsMs(script).back + Math.max(...script.lateMs) + script.options.requestTimeout * 1000;
}
