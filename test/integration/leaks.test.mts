import { leaksOf } from '../chaos/leaks.mjs';

const SECRET = 'sk-3/f+7=0123456789';
const base64 = (text: string) => Buffer.from(text).toString('base64');

test.each<[string, string]>([
	['as it is', `Bearer ${SECRET}`],
	['in two halves', 'sk-3/f+7=0 and then 123456789'],
	['URL-encoded', `?key=${encodeURIComponent(SECRET)}`],
	['URL-encoded in lower case', `?key=${encodeURIComponent(SECRET).toLowerCase()}`],
	['in JSON with escaped slashes', JSON.stringify({ SECRET }).replaceAll('/', '\\/')],
	['backwards', [...SECRET].reverse().join('')],
	['in hexadecimal', Buffer.from(SECRET).toString('hex')],
	['in base64', base64(SECRET)],
	['in base64 behind a letter', base64(`a${SECRET}`)],
	['in base64 behind a user name, as in Basic', base64(`user:${SECRET}`)],
	['in base64 before more', base64(`me:${SECRET}:more`)],
	['in base64 for addresses', Buffer.from(`a:${SECRET}`).toString('base64url')],
])('a key is found %s', (_, text) => {
	expect(leaksOf(SECRET, [{ name: 'log', text: `before ${text} after` }])).not.toEqual([]);
});

test('nothing is found where there is nothing, and the place is named where there is', () => {
	const clean = { name: 'database', text: `Bearer *** ${base64('sk-4/f+7=0123456789')}` };
	expect(leaksOf(SECRET, [clean])).toEqual([]);
	const leaky = { name: 'log of main', text: SECRET };
	expect(leaksOf(SECRET, [clean, leaky])).toContain('log of main: as it is');
});
