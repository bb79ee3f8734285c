import type { IExecuteFunctions } from 'n8n-workflow';

import { InvalidParameterError, readParameter } from './invalidParameter';
import { labelOf } from './labels';

type Choices<Choice extends string> = readonly [Choice, ...Choice[]];

/** Reads one of several values, of which the first is the default, or throws an InvalidParameterError. */
export function readChoice<Choice extends string>(
	context: IExecuteFunctions,
	itemIndex: number,
	name: string,
	choices: Choices<Choice>,
): Choice {
	return toChoice(readParameter(context, name, itemIndex, choices[0]), labelOf(name), choices);
}

/** Returns the value if it is one of those in the list, or throws an InvalidParameterError. */
export function toChoice<Choice extends string>(
	value: unknown,
	label: string,
	choices: Choices<Choice>,
): Choice {
	const choice = choices.find((known) => known === value);
	if (choice !== undefined) return choice;
	throw new InvalidParameterError(
		`${label} must be one of ${choices.join(', ')}. It is ${String(value)}.`,
		'Choose one from the list, or correct the expression.',
	);
}
