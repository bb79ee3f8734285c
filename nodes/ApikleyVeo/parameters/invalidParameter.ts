import { NodeOperationError } from 'n8n-workflow';
import type { IExecuteFunctions } from 'n8n-workflow';

import { trimFullStop } from '../errors/problem';
import { labelOf } from './labels';

/** A parameter, an option or the credential's Base URL that can't be used. */
export class InvalidParameterError extends Error {
	/** `message`: what is wrong; `advice`: what to change. Each is one or more whole sentences. */
	constructor(
		message: string,
		readonly advice: string,
	) {
		super(message);
	}
}

/** Returns what `read` returns, or the first invalid parameter that it meets. Any other error is a bug, and is thrown. */
export function tryRead<T>(
	context: Pick<IExecuteFunctions, 'getNode'>,
	read: () => T,
): T | InvalidParameterError {
	try {
		return read();
	} catch (error) {
		if (error instanceof InvalidParameterError) return error;
		throw new NodeOperationError(context.getNode(), error as Error);
	}
}

/**
 * Returns the value of a parameter for an item, or throws an InvalidParameterError if its expression fails. n8n throws an
 * ExpressionError then, and in some versions a UserError for a syntax error.
 */
export function readParameter(
	context: IExecuteFunctions,
	name: string,
	itemIndex: number,
	fallback: unknown,
): unknown {
	try {
		return context.getNodeParameter(name, itemIndex, fallback);
	} catch (error) {
		throw expressionFailed(name, error as Error);
	}
}

function expressionFailed(name: string, { message }: Error): InvalidParameterError {
	return new InvalidParameterError(
		`The expression in ${labelOf(name)} failed: ${trimFullStop(message)}.`,
		'Correct the expression, or check the data of this item.',
	);
}
