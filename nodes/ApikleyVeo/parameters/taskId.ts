import type { IExecuteFunctions } from 'n8n-workflow';

import { isToolExecution } from '../n8n/toolExecution';
import { trimCopied } from '../veo/task/coerce';
import { InvalidParameterError, readParameter } from './invalidParameter';
import { isExpression } from './text';

/** Far longer than any task ID, and short enough for every server's limit on addresses. */
const MAX_TASK_ID_LENGTH = 1024;

const EXAMPLE = '{{ $json.data.taskId }}';
const ONLY_THE_ID = `Use an expression that returns only the ID, such as ${EXAMPLE}.`;

/** @throws InvalidParameterError */
export function readTaskId(context: IExecuteFunctions, itemIndex: number): string {
	const value = readParameter(context, 'taskId', itemIndex, '');
	return parseTaskId(value, () => originOf(context));
}

/** Where the value comes from: a call of the tool, an expression, or the panel. */
export type TaskIdOrigin = 'tool' | 'expression' | 'panel';

export function originOf(context: IExecuteFunctions): TaskIdOrigin {
	if (isToolExecution(context)) return 'tool';
	return isExpression(context, 'taskId') ? 'expression' : 'panel';
}

/**
 * Returns the task ID in the value of Task ID, or throws an InvalidParameterError. `getOrigin` is only called for an empty one,
 * as n8n copies the whole node for it.
 */
export function parseTaskId(value: unknown, getOrigin: () => TaskIdOrigin = () => 'panel'): string {
	if (Array.isArray(value)) {
		throw new InvalidParameterError(
			'Task ID is a list.',
			'Put one task ID on each item, for example with a Split Out node before this one.',
		);
	}
	if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
		throw new InvalidParameterError(
			`Task ID is the number ${value}. It is too large to be stored exactly, so it has already lost digits.`,
			'Pass the ID as text: put it in quotes, or use the field of the response without converting it.',
		);
	}
	if (typeof value === 'number' && Number.isFinite(value)) return parseTaskId(String(value));
	if (value !== undefined && value !== null && typeof value !== 'string') {
		throw new InvalidParameterError(`Task ID must be text. It is ${describe(value)}.`, ONLY_THE_ID);
	}
	const taskId = trimCopied(value ?? '');
	if (taskId === '') {
		const origin = getOrigin();
		if (origin === 'tool') {
			throw new InvalidParameterError(
				'Task ID is empty: this tool was called without it.',
				'Call it again with the ID that Apikley returned when the task was created.',
			);
		}
		if (origin === 'expression') {
			throw new InvalidParameterError(
				'Task ID is empty: its expression found nothing in this item.',
				'Look at the input of this node for the field that has the ID. If the request that creates the task failed, its response has none.',
			);
		}
		throw new InvalidParameterError(
			'Task ID is empty.',
			`Enter the ID that Apikley returned when the task was created, or an expression such as ${EXAMPLE}.`,
		);
	}
	if (taskId.length > MAX_TASK_ID_LENGTH) {
		throw new InvalidParameterError(
			`Task ID has ${taskId.length} characters, so it isn't a task ID (it begins "${taskId.slice(0, 40)}…").`,
			ONLY_THE_ID,
		);
	}
	return taskId;
}

function describe(value: unknown): string {
	if (typeof value === 'object') return 'an object';
	return Number.isNaN(value) ? 'not a number (NaN)' : `${String(value)} (a ${typeof value})`;
}
