/**
 * Readers for the forms in which the API is known to send one and the same thing. Each takes what came
 * and gives the value, or null (a list: empty) where it can't be read. None of them throws.
 */

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON text as a value; undefined where it isn't JSON, as null is a JSON value of its own. */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

/** A number, or a number written as a string. */
export function toNumber(value: unknown): number | null {
	if (typeof value === 'number') return Number.isFinite(value) ? value : null;
	if (typeof value !== 'string' || value.trim() === '') return null;
	const number = Number(value);
	return Number.isFinite(number) ? number : null;
}

export function toBoolean(value: unknown): boolean | null {
	if (value === true || value === 'true' || value === 1) return true;
	if (value === false || value === 'false' || value === 0) return false;
	return null;
}

/** A string that says something: `""` and null both mean none. */
export function toText(value: unknown): string | null {
	return typeof value === 'string' && value.trim() !== '' ? value : null;
}

/** An object, or an object written as JSON text. */
export function toObject(value: unknown): JsonObject | null {
	const parsed = typeof value === 'string' ? parseJson(value) : value;
	return isObject(parsed) ? parsed : null;
}

/** A list of strings, such a list written as JSON text, or a single string that isn't JSON. */
export function toTexts(value: unknown): string[] {
	if (typeof value === 'string') {
		const parsed = parseJson(value);
		return toTexts(parsed === undefined ? [value] : parsed);
	}
	if (!Array.isArray(value)) return [];
	return value.filter((entry): entry is string => toText(entry) !== null);
}
