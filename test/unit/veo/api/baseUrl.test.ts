import {
	DEFAULT_BASE_URL,
	isLocalHost,
	parseBaseUrl,
} from '../../../../nodes/ApikleyVeo/veo/api/baseUrl';
import { COPIED_PATHS, OTHER_PATHS } from '../../support/paths';

describe('a valid base URL', () => {
	test.each<[string, string, string]>([
		[DEFAULT_BASE_URL, 'https://api.apikley.ru', 'https://api.apikley.ru'],
		['https://api.apikley.ru/', 'https://api.apikley.ru', 'https://api.apikley.ru'],
		['https://api.apikley.ru///', 'https://api.apikley.ru', 'https://api.apikley.ru'],
		['  https://api.apikley.ru \n', 'https://api.apikley.ru', 'https://api.apikley.ru'],
		['\u200b"https://api.apikley.ru/"\u2060', 'https://api.apikley.ru', 'https://api.apikley.ru'],
		['HTTPS://API.Apikley.RU', 'https://api.apikley.ru', 'https://api.apikley.ru'],
		['https://api.apikley.ru:443', 'https://api.apikley.ru', 'https://api.apikley.ru'],
		['https://veo.example:8443/', 'https://veo.example:8443', 'https://veo.example:8443'],
		['https://example.com/veo/', 'https://example.com', 'https://example.com/veo'],
		['https://example.com/a/b', 'https://example.com', 'https://example.com/a/b'],
		['https://[2001:db8::1]/', 'https://[2001:db8::1]', 'https://[2001:db8::1]'],
		...COPIED_PATHS.flatMap(
			(path): Array<[string, string, string]> => [
				[`https://api${path}`, 'https://api', 'https://api'],
				[`https://h.io/proxy${path}`, 'https://h.io', 'https://h.io/proxy'],
			],
		),
		...OTHER_PATHS.map((path): [string, string, string] => [
			`https://h.io${path}`,
			'https://h.io',
			`https://h.io${path}`,
		]),
	])('%j has origin %s and becomes %s', (value, origin, url) => {
		expect(parseBaseUrl(value)).toEqual({ kind: 'valid', origin, url });
	});
});

describe('plain http', () => {
	test.each([
		'http://localhost',
		'http://localhost:5678/veo',
		'http://veo.localhost',
		'http://LOCALHOST',
		'http://127.0.0.1:8080',
		'http://127.1.2.3',
		'http://127.1',
		'http://0x7f000001',
		'http://10.0.0.1',
		'http://10.255.255.255',
		'http://172.16.0.1',
		'http://172.31.255.255',
		'http://192.168.0.1',
		'http://[::1]:8080',
		'http://[fc00::1]',
		'http://[fd12:3456::1]',
		'http://[fdff::1]',
	])('is accepted for %s, on this machine or a private network', (value) => {
		expect(parseBaseUrl(value)).toMatchObject({ kind: 'valid', origin: new URL(value).origin });
	});

	test.each([
		'HTTP://api.apikley.ru',
		'http://8.8.8.8',
		'http://11.0.0.1',
		'http://126.0.0.1',
		'http://128.0.0.1',
		'http://172.15.0.1',
		'http://172.32.0.1',
		'http://192.167.0.1',
		'http://192.169.0.1',
		'http://193.168.0.1',
		'http://169.254.169.254',
		'http://0.0.0.0',
		'http://10.example.com',
		'http://127.0.0.1.example.com',
		'http://10.0.0.1.nip.io',
		'http://localhost.example.com',
		'http://notlocalhost',
		'http://api',
		'http://[2001:db8::1]',
		'http://[fe80::1]',
		'http://[fb00::1]',
		'http://[fe00::1]',
		'http://[fc::1]',
		'http://[fc1::1]',
		'http://[2001:fd12::1]',
		'http://[::1:1]',
		'http://[1::1]',
		'http://[::2]',
		'http://[::ffff:8.8.8.8]',
	])('is rejected for %s', (value) => {
		expect(parseBaseUrl(value)).toEqual({
			kind: 'invalid',
			message: expect.stringContaining('unencrypted'),
			advice: expect.stringContaining('localhost'),
		});
	});
});

test.each<[unknown, RegExp]>([
	['', / is empty\.$/],
	['   ', / is empty\.$/],
	[undefined, / is empty\.$/],
	[7, / is empty\.$/],
	['api.apikley.ru', / doesn't begin with https:\/\/\.$/],
	['//api.apikley.ru', / doesn't begin with https:\/\/\.$/],
	['javascript:alert(1)', / doesn't begin with https:\/\/\.$/],
	['localhost:5678', / doesn't begin with https:\/\/\.$/],
	['see https://api.apikley.ru', / doesn't begin with https:\/\/\.$/],
	['https://', / isn't an address\.$/],
	['https://api apikley.ru', / isn't an address\.$/],
	['https://[::1', / isn't an address\.$/],
	['https://user@api.apikley.ru', / user name or password\.$/],
	['https://user:hunter22@api.apikley.ru', / user name or password\.$/],
	['https://:hunter22@api.apikley.ru', / user name or password\.$/],
	['https://api.apikley.ru?region=eu', / contains a "\?" or "#"\.$/],
	['https://api.apikley.ru/#veo', / contains a "\?" or "#"\.$/],
])(
	'the base URL %j is invalid, which says what to change, without any password',
	(value, problem) => {
		const parsed = parseBaseUrl(value);
		expect(parsed).toEqual({
			kind: 'invalid',
			message: expect.stringMatching(problem),
			advice: expect.stringMatching(/\.$/),
		});
		expect(JSON.stringify(parsed)).not.toContain('hunter22');
	},
);

describe('a host that the internet reaches:', () => {
	test.each([
		'api.apikley.ru',
		'local.example.com',
		'internal.example.com',
		'example.locals',
		'8.8.8.8',
		'100.63.255.255',
		'100.128.0.1',
		'10.100.64.0.1.example.com',
		'169.253.0.1',
		'1.169.254.1',
		'0.0.0.1',
		'0.0.0.0.example.com',
		'[2001:db8::fe80:1]',
		'[2001:db8::1]',
	])('%s', (hostname) => {
		expect(isLocalHost(hostname)).toBe(false);
	});
});

describe('a host that the internet does not reach:', () => {
	test.each([
		...['localhost', 'mylocal', 'n8n', 'n8n.local', 'n8n.internal', 'n8n.home.arpa'],
		...['127.0.0.1', '10.0.0.1', '169.254.1.1', '0.0.0.0'],
		...['100.64.0.1', '100.69.0.1', '100.70.0.1', '100.99.0.1'],
		...['100.100.0.1', '100.119.0.1', '100.120.0.1', '100.127.255.255'],
		...['[::1]', '[fd12::1]', '[fe80::1]'],
	])('%s', (hostname) => {
		expect(isLocalHost(hostname)).toBe(true);
	});
});
