import { createRedactor } from '../../../nodes/ApikleyVeo/n8n/redactKey';

const KEY = 'sk/example+012345==';
const mask = createRedactor(KEY);

const base64 = (text: string) => Buffer.from(text).toString('base64');
const hex = (character: string) => character.charCodeAt(0).toString(16);
const escaped = (write: (character: string) => string) => [...KEY].map(write).join('');
/** As PHP does it, which escapes slashes. */
const phpJson = (value: unknown) => JSON.stringify(value).replaceAll('/', '\\/');

describe('the key is masked', () => {
	test.each<[string, string]>([
		['as it is', KEY],
		['in JSON that escapes slashes', phpJson(KEY).slice(1, -1)],
		['in JSON that escapes every character', escaped((c) => `\\u00${hex(c)}`)],
		['in JSON that escapes slashes, within such JSON', phpJson(phpJson(KEY)).slice(3, -3)],
		['in JSON that escapes slashes, within other JSON', JSON.stringify(phpJson(KEY)).slice(3, -3)],
		['in an address', encodeURIComponent(KEY)],
		['in an address, in lower case', encodeURIComponent(KEY).toLowerCase()],
		['in an address that keeps slashes', encodeURIComponent(KEY).replaceAll('%2F', '/')],
		['in an address within an address', encodeURIComponent(encodeURIComponent(KEY))],
		['on a web page', escaped((c) => (/\w/.test(c) ? c : `&#${c.charCodeAt(0)};`))],
		['on a web page, in hexadecimal', escaped((c) => (/\w/.test(c) ? c : `&#x${hex(c)};`))],
		[
			'on a web page, in hexadecimal of upper case',
			escaped((c) => (/\w/.test(c) ? c : `&#x${hex(c).toUpperCase()};`)),
		],
	])('%s', (_, form) => {
		expect(mask(`Bad key: ${form}, yes: ${form}.`)).toBe('Bad key: ***, yes: ***.');
	});

	test.each(['', ':', 'me', 'user:', 'user:password:'])('in base64, behind %p', (before) => {
		for (const after of ['', ':', 'ab', ': and so on']) {
			const text = base64(before + KEY + after);
			const inner = base64(KEY).slice(4, -8);
			for (const form of [text, phpJson(text), encodeURIComponent(text)]) {
				expect(mask(form)).toContain('***');
				expect(mask(form).length).toBeLessThan(form.length - inner.length);
			}
		}
	});

	test('in base64 for addresses', () => {
		const key = 'sk-~~~???>>>~~~???';
		const form = Buffer.from(key).toString('base64url');
		expect(form).toMatch(/[-_]/);
		expect(createRedactor(key)(form)).toMatch(/^\*\*\*.?$/);
	});

	test('with characters that mean something to a search', () => {
		const key = 'a.b*c|d(e)[f]\\{g}^$?';
		expect(createRedactor(key)(JSON.stringify({ key, other: 'a-b*c' }))).toBe(
			'{"key":"***","other":"a-b*c"}',
		);
	});
});

describe('nothing else is touched', () => {
	test.each([
		'',
		'sk/example+012345=',
		'{"path":"C:\\\\u0041","quote":"\\u0022","snow":"\\u2603","slash":"\\/"}',
		'https://example.com/1.mp4?token=sk%2Fexample%2B',
		base64('user:another key'),
	])('%s', (text) => {
		expect(mask(text)).toBe(text);
	});

	test('JSON stays JSON', () => {
		const text = JSON.stringify({ path: `C:\\${KEY}`, line: `\n${KEY}\n`, quoted: `"${KEY}"` });
		expect(JSON.parse(mask(text))).toEqual({
			path: 'C:\\***',
			line: '\n***\n',
			quoted: '"***"',
		});
	});

	test('where the key is too short to be told from other words', () => {
		expect(createRedactor('task')('{"taskId":1}')).toBe('{"taskId":1}');
		expect(createRedactor('')('{"taskId":1}')).toBe('{"taskId":1}');
	});
});
