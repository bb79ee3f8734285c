/** An address, also within JSON that escapes slashes or other characters, or encoded as part of another one. */
const ADDRESS = /https?(?::|%3A)(?:[^\s"'<>\\]|\\+(?:\/|u00(?!2[27]|3[CE])[\dA-F]{2}))+/gi;

/** n8n's path can be set to another one, but ours stays. */
const RESUME_ADDRESS = /webhook-waiting|apikley-veo.*(?:signature|creation)(?:=|%3D|\\+u003D)/i;

/**
 * Replaces each address that resumes an execution with ***. The API returns the request that created a task, and the
 * address could also resume a later node of the execution.
 */
export function redactAddresses(text: string): string {
	if (!RESUME_ADDRESS.test(text)) return text;
	return text.replace(ADDRESS, (address) => (RESUME_ADDRESS.test(address) ? '***' : address));
}
