import { createRedactor } from '../../../nodes/ApikleyVeo/n8n/redactKey';
import { phpJson } from '../support/phpJson';

const KEY = 'sk/example+012345==';
const redact = createRedactor(KEY);

const base64 = (text: string) => Buffer.from(text).toString('base64');
const hex = (character: string) => character.charCodeAt(0).toString(16);
const escaped = (escape: (character: string) => string) => [...KEY].map(escape).join('');
/** JSON as PHP writes it, with escaped slashes. */
describe('the key is redacted', () => {
	test.each<[string, string]>([
		['unchanged', KEY],
		['in JSON that escapes slashes', phpJson(KEY).slice(1, -1)],
		['in JSON that escapes every character', escaped((c) => `\\u00${hex(c)}`)],
		['in JSON that escapes slashes, nested in such JSON', phpJson(phpJson(KEY)).slice(3, -3)],
		[
			'in JSON that escapes slashes, nested in other JSON',
			JSON.stringify(phpJson(KEY)).slice(3, -3),
		],
		['in a URL', encodeURIComponent(KEY)],
		['in a URL, in lower case', encodeURIComponent(KEY).toLowerCase()],
		['in a URL that keeps slashes', encodeURIComponent(KEY).replaceAll('%2F', '/')],
		['in a URL in a URL', encodeURIComponent(encodeURIComponent(KEY))],
		['in HTML', escaped((c) => (/\w/.test(c) ? c : `&#${c.charCodeAt(0)};`))],
		['in HTML, in hexadecimal', escaped((c) => (/\w/.test(c) ? c : `&#x${hex(c)};`))],
		[
			'in HTML, in hexadecimal in upper case',
			escaped((c) => (/\w/.test(c) ? c : `&#x${hex(c).toUpperCase()};`)),
		],
	])('%s', (_, form) => {
		expect(redact(`Bad key: ${form}, yes: ${form}.`)).toBe('Bad key: ***, yes: ***.');
	});

	test.each(['', ':', 'me', 'user:', 'user:password:'])('in base64, after %p', (before) => {
		for (const after of ['', ':', 'ab', ': and so on']) {
			const text = base64(before + KEY + after);
			const inner = base64(KEY).slice(4, -8);
			for (const form of [text, phpJson(text), encodeURIComponent(text)]) {
				expect(redact(form)).toContain('***');
				expect(redact(form).length).toBeLessThan(form.length - inner.length);
			}
		}
	});

	test('in base64url', () => {
		const key = 'sk-~~~???>>>~~~???';
		const form = Buffer.from(key).toString('base64url');
		expect(form).toMatch(/[-_]/);
		expect(createRedactor(key)(form)).toMatch(/^\*\*\*.?$/);
	});

	test.each(['sk-1', 'sk-12'])('even if it is as short as %j', (key) => {
		const redactShort = createRedactor(key);
		expect(redactShort(`Bad key: ${key}.`)).toBe('Bad key: ***.');
		expect(redactShort(base64(`me:${key}`))).not.toContain(base64(`${key}`).slice(0, 4));
		expect(redactShort(base64(`me:${key}`))).toContain('***');
	});

	test('even with characters that are special in a regular expression', () => {
		const key = 'a.b*c|d(e)[f]\\{g}^$?';
		expect(createRedactor(key)(JSON.stringify({ key, other: 'a-b*c' }))).toBe(
			'{"key":"***","other":"a-b*c"}',
		);
	});
});

describe('other text is unchanged', () => {
	test.each([
		'',
		'sk/example+012345=',
		'{"path":"C:\\\\u0041","quote":"\\u0022","snow":"\\u2603","slash":"\\/"}',
		'https://example.com/1.mp4?token=sk%2Fexample%2B',
		base64('user:another key'),
	])('%s', (text) => {
		expect(redact(text)).toBe(text);
	});

	test('as JSON it stays valid', () => {
		const text = JSON.stringify({ path: `C:\\${KEY}`, line: `\n${KEY}\n`, quoted: `"${KEY}"` });
		expect(JSON.parse(redact(text))).toEqual({
			path: 'C:\\***',
			line: '\n***\n',
			quoted: '"***"',
		});
	});

	test.each(['tas', ''])('if the key is as short as %j', (key) => {
		expect(createRedactor(key)('{"taskId":1}')).toBe('{"taskId":1}');
	});
});
