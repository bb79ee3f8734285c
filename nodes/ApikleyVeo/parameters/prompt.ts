import type { IExecuteFunctions } from 'n8n-workflow';

import { isToolExecution } from '../n8n/toolExecution';
import { trimInvisible } from '../veo/task/coerce';
import { InvalidParameterError, readParameter } from './invalidParameter';
import { describeValue, isExpression } from './text';

const ONLY_THE_TEXT =
	'Use an expression that returns the field with the text, such as {{ $json.prompt }}.';

/** What JavaScript makes of an object that is put into a text. It is never what was meant. */
const OBJECT_AS_TEXT = '[object Object]';

/** @throws InvalidParameterError */
export function readPrompt(context: IExecuteFunctions, itemIndex: number): string {
	const value = readParameter(context, 'prompt', itemIndex, '') ?? '';
	if (typeof value !== 'string') {
		throw new InvalidParameterError(
			`Prompt must be text. It is ${describeValue(value)}.`,
			ONLY_THE_TEXT,
		);
	}
	if (value.includes(OBJECT_AS_TEXT)) {
		throw new InvalidParameterError(
			`Prompt contains ${OBJECT_AS_TEXT}, because an expression in it returned an object.`,
			ONLY_THE_TEXT,
		);
	}
	// The end of a flag's emoji is invisible, too, and belongs to it
	if (trimInvisible(value) !== '') return value.trim();
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
		: new InvalidParameterError('Prompt is empty.', 'Describe the video in it.');
}
