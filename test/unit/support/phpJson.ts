/** Returns the JSON as PHP writes it, with each slash escaped. */
export function phpJson(value: unknown): string {
	return JSON.stringify(value).replaceAll('/', '\\/');
}
