import type { IExecuteFunctions } from 'n8n-workflow';

import type { Schedule } from '../veo/waiting/schedule';
import type { Problem } from '../items/problem';
import { invalidInput } from '../items/problem';
import { catchInvalid, InvalidSetting } from './numbers';
import { perItem } from './perItem';
import { readOnTimeout, readSchedule } from './settings';
import type { OnTimeout } from './settings';
import { readTaskId } from './taskId';

/** What one input item asks for. */
export interface TaskRequest extends TaskSettings {
	readonly taskId: string;
}

/** What is to be done about a task. */
interface TaskSettings {
	/** Null for a plain lookup. */
	readonly wait: { readonly schedule: Schedule; readonly onTimeout: OnTimeout } | null;
	readonly failedTask: 'output' | 'error';
	readonly output: 'structured' | 'raw';
}

export type RequestReading =
	| { readonly kind: 'valid'; readonly request: TaskRequest }
	| { readonly kind: 'invalid'; readonly problem: Problem };

/** Reads an item's parameters; what can't be used is that item's problem alone. */
export function requestReader(context: IExecuteFunctions): (itemIndex: number) => RequestReading {
	const waits = context.getNodeParameter('operation', 0) === 'waitUntilComplete';
	const settingsOf = perItem(context, ['polling', 'failedTask', 'output'], (itemIndex) =>
		catchInvalid(() => readTaskSettings(context, itemIndex, waits)),
	);
	return (itemIndex) => readRequest(context, itemIndex, settingsOf);
}

function readRequest(
	context: IExecuteFunctions,
	itemIndex: number,
	settingsOf: (itemIndex: number) => TaskSettings | InvalidSetting,
): RequestReading {
	const value = catchInvalid((): unknown => context.getNodeParameter('taskId', itemIndex, ''));
	if (value instanceof InvalidSetting) return invalid(null, `Task ID: ${value.message}`);
	const reading = readTaskId(value);
	if (reading.kind === 'invalid') return invalid(value, reading.problem);
	const { taskId } = reading;
	const settings = settingsOf(itemIndex);
	if (settings instanceof InvalidSetting) return invalid(taskId, settings.message);
	return { kind: 'valid', request: { taskId, ...settings } };
}

function invalid(taskId: unknown, message: string): RequestReading {
	return { kind: 'invalid', problem: invalidInput(taskId, message) };
}

/** @throws InvalidSetting */
function readTaskSettings(
	context: IExecuteFunctions,
	itemIndex: number,
	waits: boolean,
): TaskSettings {
	return {
		wait: waits ? readWait(context, itemIndex) : null,
		failedTask: readChoice(context, itemIndex, 'failedTask', ['output', 'error']),
		output: readChoice(context, itemIndex, 'output', ['structured', 'raw']),
	};
}

/** @throws InvalidSetting */
function readWait(context: IExecuteFunctions, itemIndex: number): TaskRequest['wait'] {
	return {
		schedule: readSchedule(context, itemIndex),
		onTimeout: readOnTimeout(context, itemIndex),
	};
}

/** @throws InvalidSetting */
function readChoice<Choice extends string>(
	context: IExecuteFunctions,
	itemIndex: number,
	name: string,
	choices: readonly [Choice, ...Choice[]],
): Choice {
	const value = context.getNodeParameter(name, itemIndex, choices[0]);
	const choice = choices.find((known) => known === value);
	if (choice !== undefined) return choice;
	throw new InvalidSetting(
		`${name} must be one of ${choices.join(', ')}, but is ${String(value)}.`,
	);
}
