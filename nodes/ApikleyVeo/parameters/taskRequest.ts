import type { IExecuteFunctions } from 'n8n-workflow';

import type { Schedule } from '../veo/polling/schedule';
import type { Problem } from '../errors/lookupProblems';
import { invalidRequest, invalidTaskId } from '../errors/lookupProblems';
import { readChoice } from './choice';
import { readDownload } from './downloadRequest';
import type { DownloadRequest } from './downloadRequest';
import type { Mode } from './mode';
import { tryRead, InvalidParameterError } from './number';
import { readOnceIfStatic } from './staticParameters';
import { readOnTimeout, readSchedule } from './options';
import type { OnTimeout } from './options';
import { readTaskId } from './taskId';

/** What one input item asks for. */
export interface TaskRequest extends TaskOptions {
	readonly taskId: string;
}

/** What is to be done about a task. */
interface TaskOptions {
	/** Null for a plain lookup. */
	readonly wait: { readonly schedule: Schedule; readonly onTimeout: OnTimeout } | null;
	/** Null where nothing is to be downloaded. */
	readonly download: DownloadRequest | null;
	readonly onTaskFailed: 'output' | 'error';
	readonly output: 'structured' | 'raw';
}

export type ParsedRequest =
	| { readonly kind: 'valid'; readonly request: TaskRequest }
	| { readonly kind: 'invalid'; readonly problem: Problem };

/** All that `readTaskSettings` reads. */
const TASK_OPTIONS = [
	'polling',
	'downloadVideos',
	'downloadSource',
	'binaryProperty',
	'failedTask',
	'output',
] as const;

/** Reads an item's parameters; what can't be used is that item's problem alone. */
export function createRequestReader(
	context: IExecuteFunctions,
	mode: Mode,
): (itemIndex: number) => ParsedRequest {
	const settingsOf = readOnceIfStatic(context, TASK_OPTIONS, (itemIndex) =>
		tryRead(() => readTaskOptions(context, itemIndex, mode)),
	);
	return (itemIndex) => readRequest(context, itemIndex, settingsOf);
}

function readRequest(
	context: IExecuteFunctions,
	itemIndex: number,
	settingsOf: (itemIndex: number) => TaskOptions | InvalidParameterError,
): ParsedRequest {
	const value = tryRead((): unknown => context.getNodeParameter('taskId', itemIndex, ''));
	if (value instanceof InvalidParameterError)
		return invalid(invalidTaskId(null, `Task ID: ${value.message}`));
	const reading = readTaskId(value);
	if (reading.kind === 'invalid') return invalid(invalidTaskId(value, reading.problem));
	const { taskId } = reading;
	const settings = settingsOf(itemIndex);
	if (settings instanceof InvalidParameterError) {
		return invalid(invalidRequest(taskId, settings.message));
	}
	return { kind: 'valid', request: { taskId, ...settings } };
}

function invalid(problem: Problem): ParsedRequest {
	return { kind: 'invalid', problem };
}

/** @throws InvalidSetting */
function readTaskOptions(context: IExecuteFunctions, itemIndex: number, mode: Mode): TaskOptions {
	return {
		wait: mode.operation === 'waitUntilComplete' ? readWait(context, itemIndex) : null,
		download: readDownload(context, itemIndex, mode),
		onTaskFailed: readChoice(context, itemIndex, 'failedTask', ['output', 'error']),
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
