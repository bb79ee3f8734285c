import { sleep } from 'n8n-workflow';
import type { IExecuteFunctions } from 'n8n-workflow';

import { invalidRequest, invalidTaskId } from '../errors/lookupProblems';
import type { Problem } from '../errors/problem';
import { readChoice } from './choice';
import type { DownloadRequest } from './downloadRequest';
import { InvalidParameterError, readParameter, tryRead } from './invalidParameter';
import type { Mode } from './mode';
import type { WaitRequest } from './polling';
import { readOnceIfStatic } from './staticParameters';
import { parseTaskId } from './taskId';

/** What one input item requests. */
export interface TaskRequest {
	readonly taskId: string;
	/** Null for a single lookup. */
	readonly wait: WaitRequest | null;
	/** Null if nothing is downloaded. */
	readonly download: DownloadRequest | null;
	readonly onTaskFailed: 'output' | 'error';
	readonly output: 'structured' | 'raw';
}

type TaskOptions = Omit<TaskRequest, 'taskId'>;

/** What an operation does with the task of an item. */
type TaskActions = Pick<TaskRequest, 'wait' | 'download' | 'onTaskFailed'>;

export type ReadActions = (
	context: IExecuteFunctions,
	itemIndex: number,
	mode: Mode,
) => TaskActions;

export type ParsedRequest =
	| { readonly kind: 'valid'; readonly request: TaskRequest }
	| { readonly kind: 'invalid'; readonly problem: Problem };

/** All parameters that are the options of a request. */
const TASK_OPTIONS = [
	'waitForCompletion',
	'polling',
	'downloadVideos',
	'downloadSource',
	'binaryProperty',
	'failedTask',
	'output',
] as const;

/** n8n evaluates expressions synchronously: thousands of items would block its event loop for seconds. */
const MAX_BLOCKING_MS = 10;

/** Reads the requests of all items. An invalid parameter only affects its own item. */
export async function readRequests(
	context: IExecuteFunctions,
	mode: Mode,
	readActions: ReadActions,
): Promise<ParsedRequest[]> {
	const readOptions = readOnceIfStatic(context, TASK_OPTIONS, (itemIndex) =>
		tryRead(context, () =>
			readTaskOptions(context, itemIndex, readActions(context, itemIndex, mode)),
		),
	);
	const requests: ParsedRequest[] = [];
	let yieldAt = performance.now() + MAX_BLOCKING_MS;
	for (const itemIndex of context.getInputData().keys()) {
		requests.push(readRequest(context, itemIndex, readOptions));
		if (performance.now() < yieldAt) continue;
		await sleep(0);
		yieldAt = performance.now() + MAX_BLOCKING_MS;
	}
	return requests;
}

function readRequest(
	context: IExecuteFunctions,
	itemIndex: number,
	readOptions: (itemIndex: number) => TaskOptions | InvalidParameterError,
): ParsedRequest {
	let value: unknown = null;
	const isExpression = String(context.getNode().parameters.taskId).startsWith('=');
	const taskId = tryRead(context, () => {
		value = readParameter(context, 'taskId', itemIndex, '');
		return parseTaskId(value, isExpression);
	});
	if (taskId instanceof InvalidParameterError) {
		return { kind: 'invalid', problem: invalidTaskId(value, taskId) };
	}
	const options = readOptions(itemIndex);
	if (options instanceof InvalidParameterError) {
		return { kind: 'invalid', problem: invalidRequest(taskId, options) };
	}
	return { kind: 'valid', request: { taskId, ...options } };
}

export type OnTaskFailed = TaskRequest['onTaskFailed'];

/** Reads what happens to a failed task. By status it always leaves on Failed. */
export function readOnTaskFailed(
	context: IExecuteFunctions,
	itemIndex: number,
	{ byStatus }: Mode,
	fallback: OnTaskFailed,
): OnTaskFailed {
	if (byStatus) return 'output';
	const other = fallback === 'output' ? 'error' : 'output';
	return readChoice(context, itemIndex, 'failedTask', [fallback, other]);
}

/** @throws InvalidParameterError */
function readTaskOptions(
	context: IExecuteFunctions,
	itemIndex: number,
	actions: TaskActions,
): TaskOptions {
	return {
		...actions,
		output: readChoice(context, itemIndex, 'output', ['structured', 'raw']),
	};
}
