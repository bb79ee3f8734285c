/** What a scenario says about its tasks and items, and which of them something belongs to. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Scenario } from './scenario.mjs';

/** Timers count whole milliseconds. */
export const ROUNDING_MS = 2;

/** The index of the input item that an output item is linked to. */
export function inputIndexOf({ pairedItem }: INodeExecutionData): number {
	return (pairedItem as IDataObject | undefined)?.item as number;
}

/** The number of a video by the name of its field (`data`, `data_1` and so on); NaN for any other field. */
export function videoIndexOf(field: string, property: string): number {
	return field === property ? 0 : Number(field.replace(`${property}_`, ''));
}

/** The ID of an item's task; null if it is invalid. */
export function taskIdOf({ items, tasks }: Scenario, itemIndex: number): string | null {
	const taskId = items[itemIndex]?.taskId;
	return taskId !== undefined && 'task' in taskId ? `task/${taskId.task % tasks.length}` : null;
}

export function taskIdsOf({ tasks }: Scenario): string[] {
	return tasks.map((_, task) => `task/${task}`);
}

/** The number of a task in the scenario. */
export function taskNumberOf(taskId: string): number {
	return Number(taskId.slice('task/'.length));
}

export function deadlineMs({ tasks }: Scenario, taskId: string): number {
	return (tasks[taskNumberOf(taskId)]?.timeout ?? 0) * 1000;
}

/** How far the computer's clock is set forward and back in all, where that matters: only parked waits depend on dates. */
export function clockShiftMs({ whileWaiting, clockJumps }: Scenario) {
	const sum = (part: (byMs: number) => number) =>
		whileWaiting === 'park' ? clockJumps.reduce((total, { byMs }) => total + part(byMs), 0) : 0;
	return { forward: sum((byMs) => Math.max(0, byMs)), back: sum((byMs) => Math.max(0, -byMs)) };
}

/**
 * How late a lookup may end after its task's deadline. A parked run can be late because the clock was set back, because
 * n8n resumed it late, or because another task's last request was still in flight.
 */
export function maxOverrunMs(scenario: Scenario): number {
	const { whileWaiting, resumeDelaysMs, options } = scenario;
	const requestMs = options.requestTimeout * 1000;
	const parkedMs = clockShiftMs(scenario).back + Math.max(...resumeDelaysMs) + requestMs;
	return requestMs + ROUNDING_MS + (whileWaiting === 'park' ? parkedMs : 0);
}
