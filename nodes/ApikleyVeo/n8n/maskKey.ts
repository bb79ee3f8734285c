/** Shorter than this, a "key" would also be found in words that have nothing to do with it. */
const SHORTEST_KEY_TO_MASK = 8;

/** Puts *** in place of the key, in each form in which a server may repeat what was sent to it. */
export function maskKey(text: string, key: string): string {
	if (key.length < SHORTEST_KEY_TO_MASK) return text;
	return formsOf(key).reduce((masked, form) => masked.replaceAll(form, '***'), unescapeJson(text));
}

function formsOf(key: string): string[] {
	const inJson = JSON.stringify(key).slice(1, -1);
	const inAddress = encodeURIComponent(key);
	const lowerCase = inAddress.replace(/%../g, (escape) => escape.toLowerCase());
	const inBase64 = [0, 1, 2].map((before) => base64After(before, key));
	return [
		key,
		inJson,
		inJson.replaceAll('/', '\\/'),
		inAddress,
		lowerCase,
		...inBase64,
		...inBase64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
	];
}

/**
 * In base64 a key looks different by how many bytes come before it, of three. Without the characters that
 * tell of those as well, and without what ends it, as that depends on the text that follows.
 */
function base64After(before: number, key: string): string {
	const text = Buffer.from(' '.repeat(before) + key).toString('base64');
	return text.slice(Math.ceil((before * 8) / 6)).replace(/.?=*$/, '');
}

/**
 * JSON may escape any character, so a key could hide from a search. Means the same: only plain characters
 * that need no escape are written out.
 */
function unescapeJson(text: string): string {
	if (!text.includes('\\u00')) return text;
	return text.replace(/\\(?:\\|u00([2-7][0-9a-f]))/gi, (escape, hex: string | undefined) => {
		const character = hex === undefined ? '' : String.fromCharCode(parseInt(hex, 16));
		return /^[^"\\\x7f]$/.test(character) ? character : escape;
	});
}
