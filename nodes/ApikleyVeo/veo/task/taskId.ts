import { isObject, parseJson, toText, trimCopied } from './coerce';
import type { JsonObject } from './coerce';

/** The field with the ID of a task, in every spelling. */
const NAME = /^task[_-]?id$/i;

/** Text, or a number that has not lost digits. */
export function toTaskId(value: unknown): string | null {
	const text = Number.isSafeInteger(value) ? String(value) : value;
	return typeof text === 'string' ? toText(trimCopied(text)) : null;
}

/** The `data` of a body. It may come as JSON text, or as the only entry of a list. */
export function dataOf({ data }: JsonObject): unknown {
	const parsed = typeof data === 'string' ? parseJson(data) : data;
	if (isObject(parsed)) return parsed;
	return Array.isArray(parsed) && parsed.length === 1 ? (parsed[0] as unknown) : data;
}

/** Returns the IDs that a response or a callback names as those of tasks, in its data and then next to it. */
export function taskIdsIn(body: JsonObject): string[] {
	return [dataOf(body), body].flatMap(namedIn);
}

/** Returns the IDs that are named one level deeper. */
export function nestedTaskIdsIn(body: JsonObject): string[] {
	return [dataOf(body), body].filter(isObject).flatMap(Object.values).flatMap(namedIn);
}

function namedIn(value: unknown): string[] {
	const fields = isObject(value) ? Object.entries(value) : [];
	return fields.flatMap(([name, field]) => (NAME.test(name) ? (toTaskId(field) ?? []) : []));
}
