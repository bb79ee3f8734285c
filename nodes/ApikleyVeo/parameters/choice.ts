import type { IExecuteFunctions } from 'n8n-workflow';

import { InvalidParameterError } from './number';

/**
 * Reads one of several values, the first of which is the default.
 * @throws InvalidSetting
 */
export function readChoice<Choice extends string>(
	context: IExecuteFunctions,
	itemIndex: number,
	name: string,
	choices: readonly [Choice, ...Choice[]],
): Choice {
	const value = context.getNodeParameter(name, itemIndex, choices[0]);
	const choice = choices.find((known) => known === value);
	if (choice !== undefined) return choice;
	throw new InvalidParameterError(
		`${name} must be one of ${choices.join(', ')}, but is ${String(value)}.`,
	);
}
