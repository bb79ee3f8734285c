import { isHttpUrl, toHttpUrl } from '../../../nodes/ApikleyVeo/veo/httpUrl';

test.each<[string, string]>([
	['https://example.com/1.png', 'https://example.com/1.png'],
	['http://example.com', 'http://example.com/'],
	['HTTPS://example.com/кот 1.png', 'https://example.com/%D0%BA%D0%BE%D1%82%201.png'],
])('%j is an address of the web, which is sent as %j', (text, url) => {
	expect(isHttpUrl(text)).toBe(true);
	expect(toHttpUrl(text)).toBe(url);
});

test.each(['', '1.png', 'example.com/1.png', 'ftp://example.com/', 'xhttp://example.com/'])(
	'%j is no address of the web',
	(text) => {
		expect(isHttpUrl(text)).toBe(false);
		expect(toHttpUrl(text)).toBeNull();
	},
);
