import type { JsonObject } from '../../task/coerce';

/** The fields of a body that creates a task, as the provider's document spells them. */
const BODY_FIELDS = [
	'taskId',
	'prompt',
	'model',
	'generationType',
	'imageUrls',
	'aspectRatio',
	'seeds',
	'watermark',
	'callBackUrl',
	'enableTranslation',
] as const;

export type BodyField = (typeof BODY_FIELDS)[number];

const FIELDS_BY_LETTERS = new Map<string, BodyField>(
	BODY_FIELDS.map((field) => [field.toLowerCase(), field]),
);

/** Returns the field that a name means in any spelling, as other documents of this API have `aspect_ratio`; null if none. */
export function bodyFieldOf(name: string): BodyField | null {
	return FIELDS_BY_LETTERS.get(name.replaceAll('_', '').toLowerCase()) ?? null;
}

/** Returns the body with each field in the spelling of the provider's document. */
export function respell(body: JsonObject): JsonObject {
	return Object.fromEntries(
		Object.entries(body).map(([name, value]) => [bodyFieldOf(name) ?? name, value]),
	);
}

/**
 * Lays `additional` over `fields`. A field is only sent in one spelling, as the API may refuse one that it doesn't know, and
 * not at all if it is null in `additional`.
 */
export function mergeFields(fields: JsonObject, additional: JsonObject): JsonObject {
	const replaced = respell(additional);
	const kept = Object.entries(fields).filter(([name]) => !Object.hasOwn(replaced, name));
	const added = Object.entries(additional).filter(
		([name, value]) => value !== null || bodyFieldOf(name) === null,
	);
	return Object.fromEntries([...kept, ...added]);
}
