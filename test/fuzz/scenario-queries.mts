/** What a script says about a task or an item, and to which one something belongs. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Script } from './scenario.mjs';

/** Timers hold whole milliseconds. */
export const ROUNDED_MS = 2;

/** The item that one that came out is linked to. */
export function inputOf({ pairedItem }: INodeExecutionData): number {
	return (pairedItem as IDataObject | undefined)?.item as number;
}

/** Number of a video by the name of its field: `data`, `data_1` and so on; NaN for any other. */
export function indexOfField(field: string, property: string): number {
	return field === property ? 0 : Number(field.replace(`${property}_`, ''));
}

/** The task that an item asks for; null where it asks for none. */
export function taskOf({ items, tasks }: Script, input: number): string | null {
	const asks = items[input]?.asks;
	return asks !== undefined && 'task' in asks ? `task-${asks.task % tasks.length}` : null;
}

/** Among the tasks of the script. */
export function numberOf(taskId: string): number {
	return Number(taskId.slice('task-'.length));
}

export function deadlineMs({ tasks }: Script, taskId: string): number {
	return (tasks[numberOf(taskId)]?.timeout ?? 0) * 1000;
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
