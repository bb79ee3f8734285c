/** Replaces the key with ***, in every encoding in which a server may repeat it. */
export type Redactor = (text: string) => string;

/**
 * Real keys are far longer. One of three characters, such as "msg" or "url", would be found in so many words that no
 * response could be read any more, and would be no secret either.
 */
const MIN_KEY_LENGTH = 4;

export function createRedactor(key: string): Redactor {
	if (key.length < MIN_KEY_LENGTH) return (text) => text;
	const base64 = [0, 1, 2].map((offset) => base64At(offset, key));
	const base64Url = base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'));
	const forms = [key, ...base64, ...base64Url].flatMap(encodingsOf);
	// Most keys look the same in most encodings
	const distinct = [...new Set(forms)];
	return (text) =>
		distinct.reduce((redacted, form) => redacted.replaceAll(form, '***'), decodeJsonEscapes(text));
}

/** The text as JSON, URL and HTML encoders write it, and as JSON nested in JSON or a URL in a URL. */
function encodingsOf(text: string): string[] {
	const json = jsonEscape(text);
	const slashed = json.replaceAll('/', '\\/');
	const url = encodeURIComponent(text);
	return [
		text,
		json,
		slashed,
		jsonEscape(json),
		jsonEscape(slashed),
		jsonEscape(slashed).replaceAll('/', '\\/'),
		url,
		url.replace(/%../g, (escape) => escape.toLowerCase()),
		url.replaceAll('%2F', '/'),
		encodeURIComponent(url),
		htmlEscape(text, (code) => `&#${code};`),
		htmlEscape(text, (code) => `&#x${code.toString(16)};`),
		htmlEscape(text, (code) => `&#x${code.toString(16).toUpperCase()};`),
	];
}

function jsonEscape(text: string): string {
	return JSON.stringify(text).slice(1, -1);
}

function htmlEscape(text: string, escape: (code: number) => string): string {
	return text.replace(/[^\w.-]/g, (character) => escape(character.charCodeAt(0)));
}

/**
 * The base64 form of a key depends on its offset in a group of three bytes. The characters at both ends are left out,
 * because they also depend on the text around the key.
 */
function base64At(offset: number, key: string): string {
	const text = Buffer.from(' '.repeat(offset) + key).toString('base64');
	return text.slice(Math.ceil((offset * 8) / 6)).replace(/.?=*$/, '');
}

/**
 * JSON may escape any character, which would hide a key from a search. The result means the same: only characters that
 * need no escape are decoded.
 */
function decodeJsonEscapes(text: string): string {
	if (!text.includes('\\u00')) return text;
	return text.replace(/\\(?:\\|u00([2-7][0-9a-f]))/gi, (escape, hex: string | undefined) => {
		const character = hex === undefined ? '' : String.fromCharCode(parseInt(hex, 16));
		return /^[^"\\\x7f]$/.test(character) ? character : escape;
	});
}
