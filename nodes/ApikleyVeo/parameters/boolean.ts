import { InvalidParameterError } from './invalidParameter';

/** Reads a switch, whose value may be written as text. `label` as in the panel. Throws an InvalidParameterError. */
export function readBoolean(value: unknown, label: string): boolean {
	if (value === true || value === 'true') return true;
	if (value === false || value === 'false') return false;
	throw new InvalidParameterError(
		`${label} must be true or false. It is ${JSON.stringify(value)}.`,
		'Correct the expression.',
	);
}
