import type { IExecuteFunctions } from 'n8n-workflow';

/**
 * What `read` makes of these parameters for an item. Those without an expression are the same for all items, and
 * read once: for thousands of items n8n takes seconds to read them for each.
 */
export function readOnceIfStatic<T>(
	context: IExecuteFunctions,
	parameters: readonly string[],
	read: (itemIndex: number) => T,
): (itemIndex: number) => T {
	const written = context.getNode().parameters;
	if (parameters.some((name) => hasExpression(written[name]))) return read;
	let first: { readonly value: T } | null = null;
	return (itemIndex) => (first ??= { value: read(itemIndex) }).value;
}

function hasExpression(value: unknown): boolean {
	if (typeof value === 'string') return value.startsWith('=');
	if (typeof value !== 'object' || value === null) return false;
	return Object.values(value).some(hasExpression);
}
