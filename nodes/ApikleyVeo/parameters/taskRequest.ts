import { sleep } from 'n8n-workflow';
import type { IExecuteFunctions } from 'n8n-workflow';

import { invalidRequest, invalidTaskId } from '../errors/lookupProblems';
import type { Problem } from '../errors/problem';
import type { Image } from '../n8n/images';
import { readChoice } from './choice';
import type { CreationRequest, CreationSummary } from './creationRequest';
import { inspectImage } from './imageField';
import type { DownloadRequest } from './downloadRequest';
import { InvalidParameterError, readParameter, tryRead } from './invalidParameter';
import type { Mode } from './mode';
import type { WaitRequest } from './polling';
import { readOnceIfStatic } from './staticParameters';
import { originOf, parseTaskId } from './taskId';

/** What one input item requests. */
export interface TaskRequest {
	readonly taskId: string;
	/** The video of the task whose 1080p version is wanted, from 0. Null or absent: the task itself is. */
	readonly videoIndex?: number | null;
	/** Null for a single lookup. */
	readonly wait: WaitRequest | null;
	/** Null if nothing is downloaded. */
	readonly download: DownloadRequest | null;
	readonly onTaskFailed: 'output' | 'error';
	readonly output: 'structured' | 'raw';
	/** Null, or absent in a run that an older version saved, for a task that the node didn't create. */
	readonly creation?: CreationSummary | null;
}

export type TaskOptions = Omit<TaskRequest, 'taskId' | 'creation'>;

/** What an operation does with the task of an item. */
type TaskActions = Pick<TaskRequest, 'wait' | 'download' | 'onTaskFailed' | 'videoIndex'>;

export type ReadActions = (
	context: IExecuteFunctions,
	itemIndex: number,
	mode: Mode,
) => TaskActions;

/** Reads the request for a new task, or throws an InvalidParameterError. */
export type ReadCreation = (context: IExecuteFunctions, itemIndex: number) => CreationRequest;

export type ParsedRequest =
	| { readonly kind: 'task'; readonly request: TaskRequest }
	/** The options are for the task that will be created. */
	| {
			readonly kind: 'creation';
			readonly creation: CreationRequest;
			/** In the binary fields that the creation names. */
			readonly images: readonly Image[];
			readonly options: TaskOptions;
	  }
	| { readonly kind: 'invalid'; readonly problem: Problem };

/**
 * A creation whose options are wrong, or one of its images. It isn't sent, but an earlier attempt with right ones may have
 * created its task.
 */
export interface InvalidCreation {
	readonly kind: 'invalidCreation';
	readonly creation: CreationRequest;
	/** As far as they are right. */
	readonly images: readonly Image[];
	readonly error: InvalidParameterError;
}

/** All parameters that are the options of a request. */
const TASK_OPTIONS = [
	'videoIndex',
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

/** How an operation reads its parameters. */
export interface RequestReaders {
	readonly readActions: ReadActions;
	/** Null for an operation on a task that exists. */
	readonly readCreation: ReadCreation | null;
}

/** Reads the requests of all items. An invalid parameter only affects its own item. */
export async function readRequests(
	context: IExecuteFunctions,
	mode: Mode,
	{ readActions, readCreation }: RequestReaders,
): Promise<Array<ParsedRequest | InvalidCreation>> {
	const readOptions = readOnceIfStatic(context, TASK_OPTIONS, (itemIndex) =>
		tryRead(context, () =>
			readTaskOptions(context, itemIndex, readActions(context, itemIndex, mode)),
		),
	);
	const requests: Array<ParsedRequest | InvalidCreation> = [];
	let yieldAt = performance.now() + MAX_BLOCKING_MS;
	for (const itemIndex of context.getInputData().keys()) {
		requests.push(
			readCreation === null
				? readRequest(context, itemIndex, readOptions)
				: await readCreationRequest(context, itemIndex, readCreation, readOptions),
		);
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
	const taskId = tryRead(context, () => {
		value = readParameter(context, 'taskId', itemIndex, '');
		return parseTaskId(value, () => originOf(context));
	});
	if (taskId instanceof InvalidParameterError) {
		return { kind: 'invalid', problem: invalidTaskId(value, taskId) };
	}
	const options = readOptions(itemIndex);
	if (options instanceof InvalidParameterError) {
		return { kind: 'invalid', problem: invalidRequest(taskId, options) };
	}
	return { kind: 'task', request: { taskId, ...options } };
}

async function readCreationRequest(
	context: IExecuteFunctions,
	itemIndex: number,
	readCreation: ReadCreation,
	readOptions: (itemIndex: number) => TaskOptions | InvalidParameterError,
): Promise<ParsedRequest | InvalidCreation> {
	const creation = tryRead(context, () => readCreation(context, itemIndex));
	if (creation instanceof InvalidParameterError) {
		return { kind: 'invalid', problem: invalidRequest(null, creation) };
	}
	const images: Image[] = [];
	for (const field of creation.imageFields) {
		const image = await inspectImage(context, itemIndex, field);
		if (image instanceof InvalidParameterError) {
			return { kind: 'invalidCreation', creation, images, error: image };
		}
		images.push(image);
	}
	const options = readOptions(itemIndex);
	return options instanceof InvalidParameterError
		? { kind: 'invalidCreation', creation, images, error: options }
		: { kind: 'creation', creation, images, options };
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
