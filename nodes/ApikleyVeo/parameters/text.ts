import type { IExecuteFunctions } from 'n8n-workflow';

import { trimInvisible } from '../veo/task/coerce';
import { InvalidParameterError, readParameter } from './invalidParameter';
import { labelOf } from './labels';

/** Reads text that isn't blank. Throws an InvalidParameterError. */
export function readText(
	context: IExecuteFunctions,
	itemIndex: number,
	name: string,
	fallback: string,
): string {
	return parseText(readParameter(context, name, itemIndex, fallback), labelOf(name));
}

/** Returns the text if it isn't blank, or throws an InvalidParameterError. */
export function parseText(value: unknown, label: string): string {
	if (typeof value !== 'string') {
		throw new InvalidParameterError(
			`${label} must be text. It is ${describeValue(value)}.`,
			'Correct the expression.',
		);
	}
	const text = trimInvisible(value);
	if (text !== '') return text;
	throw new InvalidParameterError(
		`${label} is empty.`,
		'Choose one from the list, or correct the expression.',
	);
}

/** What a value is if it isn't text. */
export function describeValue(value: unknown): string {
	if (value === undefined || value === null) return 'empty';
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'object') return 'an object';
	return `${String(value)} (a ${typeof value})`;
}

/** Whether the parameter is an expression in the workflow's JSON. */
export function isExpression(context: IExecuteFunctions, name: string): boolean {
	return String(context.getNode().parameters[name]).startsWith('=');
}
