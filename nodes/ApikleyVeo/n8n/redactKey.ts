/** Puts *** in place of the key, in each form in which a server may repeat what was sent to it. */
export type Redactor = (text: string) => string;

/** Shorter than this, a "key" would also be found in words that have nothing to do with it. */
const MIN_KEY_LENGTH = 8;

export function createRedactor(key: string): Redactor {
	if (key.length < MIN_KEY_LENGTH) return (text) => text;
	const inBase64 = [0, 1, 2].map((before) => base64At(before, key));
	const forAddresses = inBase64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'));
	const forms = [key, ...inBase64, ...forAddresses].flatMap(encodingsOf);
	// Most keys are spelled the same everywhere
	const distinct = [...new Set(forms)];
	return (text) =>
		distinct.reduce((masked, form) => masked.replaceAll(form, '***'), decodeJsonEscapes(text));
}

/** As it stands in JSON, addresses and web pages, by the usual encoders, also with one of them within itself. */
function encodingsOf(text: string): string[] {
	const json = jsonEscape(text);
	const slashed = json.replaceAll('/', '\\/');
	const address = encodeURIComponent(text);
	return [
		text,
		json,
		slashed,
		jsonEscape(json),
		jsonEscape(slashed),
		jsonEscape(slashed).replaceAll('/', '\\/'),
		address,
		address.replace(/%../g, (escape) => escape.toLowerCase()),
		address.replaceAll('%2F', '/'),
		encodeURIComponent(address),
		htmlEscape(text, (code) => `&#${code};`),
		htmlEscape(text, (code) => `&#x${code.toString(16)};`),
		htmlEscape(text, (code) => `&#x${code.toString(16).toUpperCase()};`),
	];
}

function jsonEscape(text: string): string {
	return JSON.stringify(text).slice(1, -1);
}

function htmlEscape(text: string, write: (code: number) => string): string {
	return text.replace(/[^\w.-]/g, (character) => write(character.charCodeAt(0)));
}

/**
 * In base64 a key looks different by how many bytes come before it, of three. Without the characters that
 * tell of those as well, and without what ends it, as that depends on the text that follows.
 */
function base64At(before: number, key: string): string {
	const text = Buffer.from(' '.repeat(before) + key).toString('base64');
	return text.slice(Math.ceil((before * 8) / 6)).replace(/.?=*$/, '');
}

/**
 * JSON may escape any character, so a key could hide from a search. Means the same: only plain characters
 * that need no escape are written out.
 */
function decodeJsonEscapes(text: string): string {
	if (!text.includes('\\u00')) return text;
	return text.replace(/\\(?:\\|u00([2-7][0-9a-f]))/gi, (escape, hex: string | undefined) => {
		const character = hex === undefined ? '' : String.fromCharCode(parseInt(hex, 16));
		return /^[^"\\\x7f]$/.test(character) ? character : escape;
	});
}
