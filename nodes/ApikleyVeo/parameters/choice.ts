import type { IExecuteFunctions } from 'n8n-workflow';

import { InvalidParameterError, readParameter } from './invalidParameter';
import { labelOf } from './labels';

/** Reads one of several values, of which the first is the default, or throws an InvalidParameterError. */
export function readChoice<Choice extends string>(
	context: IExecuteFunctions,
	itemIndex: number,
	name: string,
	choices: readonly [Choice, ...Choice[]],
): Choice {
	const value = readParameter(context, name, itemIndex, choices[0]);
	const choice = choices.find((known) => known === value);
	if (choice !== undefined) return choice;
	throw new InvalidParameterError(
		`${labelOf(name)} must be one of ${choices.join(', ')}. It is ${String(value)}.`,
		'Choose one from the list, or correct the expression.',
	);
}
