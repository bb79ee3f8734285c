import { leaksOf } from '../chaos/leaks.mjs';

const SECRET = 'sk-3/f+7=0123456789';
const base64 = (text: string) => Buffer.from(text).toString('base64');

test.each<[string, string]>([
	['unchanged', `Bearer ${SECRET}`],
	['in two halves', 'sk-3/f+7=0 and then 123456789'],
	['URL-encoded', `?key=${encodeURIComponent(SECRET)}`],
	['URL-encoded in lower case', `?key=${encodeURIComponent(SECRET).toLowerCase()}`],
	['in JSON with escaped slashes', JSON.stringify({ SECRET }).replaceAll('/', '\\/')],
	['backwards', [...SECRET].reverse().join('')],
	['in hexadecimal', Buffer.from(SECRET).toString('hex')],
	['in base64', base64(SECRET)],
	['in base64 after a letter', base64(`a${SECRET}`)],
	['in base64 after a user name, as in Basic authentication', base64(`user:${SECRET}`)],
	['in base64 before more text', base64(`me:${SECRET}:more`)],
	['in base64 for URLs', Buffer.from(`a:${SECRET}`).toString('base64url')],
])('a key is found %s', (_, text) => {
	expect(leaksOf(SECRET, [{ name: 'log', text: `before ${text} after` }])).not.toEqual([]);
});

test('a place with the key is named, and one with another key is not', () => {
	const clean = { name: 'database', text: `Bearer *** ${base64('sk-4/f+7=0123456789')}` };
	expect(leaksOf(SECRET, [clean])).toEqual([]);
	const leaky = { name: 'log of main', text: SECRET };
	expect(leaksOf(SECRET, [clean, leaky])).toContain('log of main: as it is');
});
