import {
	DEFAULT_BASE_URL,
	parseBaseUrl,
	recordInfoUrl,
} from '../../../../nodes/ApikleyVeo/veo/api/baseUrl';

describe('a valid base URL', () => {
	test.each<[string, string, string]>([
		[DEFAULT_BASE_URL, 'https://api.apikley.ru', 'https://api.apikley.ru'],
		['https://api.apikley.ru/', 'https://api.apikley.ru', 'https://api.apikley.ru'],
		['https://api.apikley.ru///', 'https://api.apikley.ru', 'https://api.apikley.ru'],
		['  https://api.apikley.ru \n', 'https://api.apikley.ru', 'https://api.apikley.ru'],
		['HTTPS://API.Apikley.RU', 'https://api.apikley.ru', 'https://api.apikley.ru'],
		['https://api.apikley.ru:443', 'https://api.apikley.ru', 'https://api.apikley.ru'],
		['https://veo.example:8443/', 'https://veo.example:8443', 'https://veo.example:8443'],
		['https://example.com/veo/', 'https://example.com', 'https://example.com/veo'],
		['https://example.com/a/b', 'https://example.com', 'https://example.com/a/b'],
		['https://[2001:db8::1]/', 'https://[2001:db8::1]', 'https://[2001:db8::1]'],
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
			problem: expect.stringMatching(/https:\/\/.*unencrypted/),
		});
	});
});

describe('an invalid base URL', () => {
	test.each<[unknown, RegExp]>([
		['', /empty.*https:\/\/api\.apikley\.ru/],
		['   ', /empty/],
		[undefined, /empty/],
		[7, /empty/],
		['api.apikley.ru', /must begin with https:\/\/.*https:\/\/api\.apikley\.ru/],
		['//api.apikley.ru', /must begin with https:\/\//],
		['javascript:alert(1)', /must begin with https:\/\//],
		['localhost:5678', /must begin with https:\/\//],
		['see https://api.apikley.ru', /must begin with https:\/\//],
		['https://', /can't be read/],
		['https://api apikley.ru', /can't be read/],
		['https://[::1', /can't be read/],
		['https://user@api.apikley.ru', /user name or password/],
		['https://user:hunter22@api.apikley.ru', /user name or password/],
		['https://:hunter22@api.apikley.ru', /user name or password/],
		['https://api.apikley.ru?region=eu', /before any "\?" or "#"/],
		['https://api.apikley.ru/#veo', /before any "\?" or "#"/],
	])('%j has a problem that says what to change, without any password', (value, problem) => {
		const parsed = parseBaseUrl(value);
		expect(parsed).toEqual({ kind: 'invalid', problem: expect.stringMatching(problem) });
		expect(JSON.stringify(parsed)).not.toContain('hunter22');
	});
});

describe('the URL of a lookup', () => {
	test('has the documented path after the base URL', () => {
		expect(recordInfoUrl('https://example.com/veo', 'veo_task_abcdef123456')).toBe(
			'https://example.com/veo/api/v1/veo/record-info?taskId=veo_task_abcdef123456',
		);
	});

	test.each(['a&b=c#d?e/f', 'a b+c%20d', 'задача-№1', '任务🎬', '"quoted"\\'])(
		'encodes the task ID %j',
		(taskId) => {
			const url = new URL(recordInfoUrl('https://example.com', taskId));
			expect(url.pathname).toBe('/api/v1/veo/record-info');
			expect([...url.searchParams]).toEqual([['taskId', taskId]]);
			expect(url.hash).toBe('');
		},
	);

	test('replaces a lone surrogate in the task ID', () => {
		const url = new URL(recordInfoUrl('https://example.com', 'a\ud83cb'));
		expect(url.searchParams.get('taskId')).toBe('a\ufffdb');
	});
});
