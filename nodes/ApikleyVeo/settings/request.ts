import type { IExecuteFunctions } from 'n8n-workflow';

import type { Schedule } from '../veo/waiting/schedule';
import type { Problem } from '../items/problem';
import { cannotBeLookedUp, invalidTaskId } from '../items/problem';
import { readChoice } from './choice';
import { readDownload } from './download';
import type { DownloadRequest } from './download';
import type { Mode } from './mode';
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
	/** Null where nothing is to be downloaded. */
	readonly download: DownloadRequest | null;
	readonly failedTask: 'output' | 'error';
	readonly output: 'structured' | 'raw';
}

export type RequestReading =
	| { readonly kind: 'valid'; readonly request: TaskRequest }
	| { readonly kind: 'invalid'; readonly problem: Problem };

/** All that `readTaskSettings` reads. */
const TASK_SETTINGS = [
	'polling',
	'downloadVideos',
	'downloadSource',
	'binaryProperty',
	'failedTask',
	'output',
] as const;

/** Reads an item's parameters; what can't be used is that item's problem alone. */
export function requestReader(
	context: IExecuteFunctions,
	mode: Mode,
): (itemIndex: number) => RequestReading {
	const settingsOf = perItem(context, TASK_SETTINGS, (itemIndex) =>
		catchInvalid(() => readTaskSettings(context, itemIndex, mode)),
	);
	return (itemIndex) => readRequest(context, itemIndex, settingsOf);
}

function readRequest(
	context: IExecuteFunctions,
	itemIndex: number,
	settingsOf: (itemIndex: number) => TaskSettings | InvalidSetting,
): RequestReading {
	const value = catchInvalid((): unknown => context.getNodeParameter('taskId', itemIndex, ''));
	if (value instanceof InvalidSetting)
		return invalid(invalidTaskId(null, `Task ID: ${value.message}`));
	const reading = readTaskId(value);
	if (reading.kind === 'invalid') return invalid(invalidTaskId(value, reading.problem));
	const { taskId } = reading;
	const settings = settingsOf(itemIndex);
	if (settings instanceof InvalidSetting) {
		return invalid(cannotBeLookedUp(taskId, settings.message));
	}
	return { kind: 'valid', request: { taskId, ...settings } };
}

function invalid(problem: Problem): RequestReading {
	return { kind: 'invalid', problem };
}

/** @throws InvalidSetting */
function readTaskSettings(context: IExecuteFunctions, itemIndex: number, mode: Mode): TaskSettings {
	return {
		wait: mode.operation === 'waitUntilComplete' ? readWait(context, itemIndex) : null,
		download: readDownload(context, itemIndex, mode),
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
