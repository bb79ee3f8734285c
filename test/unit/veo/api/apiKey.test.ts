import { checkApiKey, cleanApiKey, KEYS_PAGE } from '../../../../nodes/ApikleyVeo/veo/api/apiKey';

test.each([
	...['sk-1', ' sk-1\n', 'Bearer sk-1', 'bearer  sk-1', ' BEARER\tsk-1 ', '\ufeffsk-1'],
	...['\u200bBearer \u2060sk-1\u200e', '"sk-1"', "'Bearer sk-1'", 'Bearer «sk-1»'],
])('the API key in %j is sk-1', (value) => {
	expect(cleanApiKey(value)).toBe('sk-1');
});

test.each(['Bearersk-1', 'sk-Bearer 1'])('the API key %j stays as it is', (key) => {
	expect(cleanApiKey(key)).toBe(key);
});

test.each([undefined, null, '', '  ', '\u200b', '""', 'Bearer', ' bearer \n', '"Bearer "'])(
	'a credential with the key %j has none',
	(value) => {
		expect(checkApiKey(value)).toMatchObject({
			message: expect.stringContaining('is empty'),
			advice: expect.stringContaining(KEYS_PAGE),
		});
	},
);

test('users get a key at the page of the provider', () => {
	expect(KEYS_PAGE).toBe('https://app.apikley.ru/keys');
});

test('a credential with a key has one', () => {
	expect(checkApiKey(' Bearer sk-1')).toBeNull();
});
