/** What a scenario says about its tasks and items, and which of them something belongs to. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Scenario, ScriptedTask } from './scenario.mjs';

/** Timers count whole milliseconds. */
export const ROUNDING_MS = 2;

/** Whether an operation creates a task for each item. */
export function creates(operation: Scenario['operation']): boolean {
	return operation === 'generate' || operation === 'extend';
}

/** The index of the input item that an output item is linked to. */
export function inputIndexOf({ pairedItem }: INodeExecutionData): number {
	return (pairedItem as IDataObject | undefined)?.item as number;
}

/** The number of a video by the name of its field (`data`, `data_1` and so on); NaN for any other field. */
export function videoIndexOf(field: string, property: string): number {
	return field === property ? 0 : Number(field.replace(`${property}_`, ''));
}

/** Whether the task ID of an item, or its prompt, is none. */
export function isInvalid({ items }: Scenario, itemIndex: number): boolean {
	return 'invalid' in (items[itemIndex]?.taskId ?? { invalid: null });
}

/** The ID that an item has in the scenario; null if it is invalid. */
export function givenTaskId({ items, tasks }: Scenario, itemIndex: number): string | null {
	const taskId = items[itemIndex]?.taskId;
	return taskId !== undefined && 'task' in taskId ? `task/${taskId.task % tasks.length}` : null;
}

/** The number of the task in the scenario that a task behaves like: "task/3/7" was created, and is like "task/3". */
export function taskNumberOf(taskId: string): number {
	return Number(taskId.split('/')[1]);
}

/** How a task behaves; undefined if there is none. */
export function scriptOf({ tasks }: Scenario, taskId: string): ScriptedTask | undefined {
	return tasks[taskNumberOf(taskId)];
}

export function timeoutMs(scenario: Scenario, taskId: string): number {
	return (scriptOf(scenario, taskId)?.timeout ?? 0) * 1000;
}

/** Whether the node waits for the task. */
export function waitsFor(scenario: Scenario, taskId: string): boolean {
	const { operation } = scenario;
	if (operation === 'getStatus' || operation === 'download') return false;
	return operation === 'waitUntilComplete' || (scriptOf(scenario, taskId)?.waits ?? false);
}

/** How far the computer's clock is set forward and back in all, where that matters: only parked waits depend on dates. */
export function clockShiftMs({ whileWaiting, clockJumps }: Scenario) {
	const sum = (part: (byMs: number) => number) =>
		whileWaiting === 'park' ? clockJumps.reduce((total, { byMs }) => total + part(byMs), 0) : 0;
	return { forward: sum((byMs) => Math.max(0, byMs)), back: sum((byMs) => Math.max(0, -byMs)) };
}

/** Whether the computer's clock is set where that matters. */
export function isClockSet(scenario: Scenario): boolean {
	const { forward, back } = clockShiftMs(scenario);
	return forward > 0 || back > 0;
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
