import type { IExecuteFunctions } from 'n8n-workflow';

import { isToolExecution } from '../n8n/toolExecution';
import { trimInvisible } from '../veo/task/coerce';
import { InvalidParameterError, readParameter } from './invalidParameter';
import { labelOf } from './labels';
import { describeValue, isExpression } from './text';

const ONLY_THE_TEXT =
	'Use an expression that returns the field with the text, such as {{ $json.prompt }}.';

const DESCRIBE_THE_VIDEO = 'Describe the video in it.';

/** What JavaScript makes of an object that is put into a text. It is never what was meant. */
const OBJECT_AS_TEXT = '[object Object]';

/** @throws InvalidParameterError */
export function readPrompt(context: IExecuteFunctions, itemIndex: number): string {
	const value = readParameter(context, 'prompt', itemIndex, '') ?? '';
	if (!isBlankText(value)) return parsePrompt(value, labelOf('prompt'));
	if (isToolExecution(context)) {
		throw new InvalidParameterError(
			'Prompt is empty: this tool was called without it.',
			'Call it again with a prompt that describes the video.',
		);
	}
	throw isExpression(context, 'prompt')
		? new InvalidParameterError(
				'Prompt is empty: its expression found nothing in this item.',
				'Look at the input of this node for the field that has the text.',
			)
		: new InvalidParameterError('Prompt is empty.', DESCRIBE_THE_VIDEO);
}

/** Returns the prompt in a value, or throws an InvalidParameterError. */
export function parsePrompt(value: unknown, label: string): string {
	if (typeof value !== 'string') {
		throw new InvalidParameterError(
			`${label} must be text. It is ${describeValue(value)}.`,
			ONLY_THE_TEXT,
		);
	}
	if (value.includes(OBJECT_AS_TEXT)) {
		throw new InvalidParameterError(
			`${label} contains ${OBJECT_AS_TEXT}, because an expression in it returned an object.`,
			ONLY_THE_TEXT,
		);
	}
	if (isBlankText(value)) throw new InvalidParameterError(`${label} is empty.`, DESCRIBE_THE_VIDEO);
	// The end of a flag's emoji is invisible, too, and belongs to it
	return value.trim();
}

function isBlankText(value: unknown): boolean {
	return typeof value === 'string' && trimInvisible(value) === '';
}
