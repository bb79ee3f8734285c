/** Returns the parsed JSON of a body, or its text if it is none. */
export function parseJson(body: Buffer): unknown {
	const text = body.toString();
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return text;
	}
}

/** Narrows to an object of JSON: not an array, not null. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
