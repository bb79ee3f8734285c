/** Converters for values that the API sends in several forms. Each returns null, or an empty list, for any other value. */

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Without blanks and invisible characters (such as U+200B) at both ends, which get copied along with a text. */
export function trimInvisible(text: string): string {
	return text.replace(/^[\s\p{Cc}\p{Cf}]+|[\s\p{Cc}\p{Cf}]+$/gu, '');
}

const QUOTES = ['""', "''", '``', '“”', '„“', '‘’', '«»'];

/** Without what gets copied along with a text: blanks, invisible characters and a pair of quotes around it. */
export function trimCopied(text: string): string {
	const trimmed = trimInvisible(text);
	const isQuoted = QUOTES.some(
		(pair) => trimmed.length > 1 && trimmed[0] === pair[0] && trimmed.at(-1) === pair[1],
	);
	return isQuoted ? trimInvisible(trimmed.slice(1, -1)) : trimmed;
}

/** The value of JSON text with all digits of its IDs, or undefined if it isn't JSON: null is a JSON value itself. */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(quoteLongIds(text)) as unknown;
	} catch {
		return undefined;
	}
}

/** JavaScript would take the last digits from a long number. */
function quoteLongIds(json: string): string {
	return json.replace(/("(?:task[_-]?)?id"\s*:\s*)(\d{16,})(?=\s*[,}])/gi, '$1"$2"');
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

/** A string that isn't blank: the API sends both `""` and null for no text. */
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
