import type { IExecuteFunctions } from 'n8n-workflow';

/**
 * Returns a reader that calls `read` once, and reuses the result, if none of the parameters has an expression: they are
 * then the same for all items. For thousands of items n8n takes seconds to read them one by one.
 */
export function readOnceIfStatic<T>(
	context: IExecuteFunctions,
	parameters: readonly string[],
	read: (itemIndex: number) => T,
): (itemIndex: number) => T {
	const saved = context.getNode().parameters;
	if (parameters.some((name) => hasExpression(saved[name]))) return read;
	let first: { readonly value: T } | null = null;
	return (itemIndex) => (first ??= { value: read(itemIndex) }).value;
}

function hasExpression(value: unknown): boolean {
	if (typeof value === 'string') return value.startsWith('=');
	if (typeof value !== 'object' || value === null) return false;
	return Object.values(value).some(hasExpression);
}
