/** As the value of a key it says: leave this key out. A string, so that it survives JSON. */
export const ABSENT = '__absent__';

/** Lays `over` over `base`, objects key by key; a key whose value is `ABSENT` is gone. Changes neither. */
export function layOver(base: unknown, over: unknown): unknown {
	if (!isPlainObject(over)) return over;
	const result = isPlainObject(base) ? { ...base } : {};
	for (const [key, value] of Object.entries(over)) {
		if (value === ABSENT) delete result[key];
		else result[key] = layOver(result[key], value);
	}
	return result;
}

/** Narrows to an object of JSON: no array, not null. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
