import {
	extensionFor,
	isPage,
	mimeTypeFor,
} from '../../../../nodes/ApikleyVeo/veo/download/mimeType';

test.each<[string | null, string | null, string]>([
	['video/mp4', 'mp4', 'video/mp4'],
	['Video/WebM; codecs="vp9"', 'mp4', 'video/webm'],
	['image/gif', null, 'image/gif'],
	['application/octet-stream', 'webm', 'video/webm'],
	['binary/octet-stream', null, 'video/mp4'],
	['text/plain', 'mov', 'video/quicktime'],
	['text/html', 'mp4', 'video/mp4'],
	['application/json', null, 'video/mp4'],
	['application/x-download', 'mkv', 'video/x-matroska'],
	[null, 'mp4', 'video/mp4'],
	[null, null, 'video/mp4'],
	['', 'php', 'video/mp4'],
	['application/mp4', null, 'application/mp4'],
	['application/mp4', 'mp4', 'video/mp4'],
	['audio/mpeg', 'mp4', 'audio/mpeg'],
	[' VIDEO/MP4 ; a=b', null, 'video/mp4'],
	['video/', 'webm', 'video/webm'],
	['application/video/mp4', 'mp4', 'video/mp4'],
	['application/download', null, 'video/mp4'],
	['application/force-download', null, 'video/mp4'],
	['application/x-force-download', null, 'video/mp4'],
	['application/octet-stream-of-mine', null, 'application/octet-stream-of-mine'],
	['text/plain-ish', null, 'text/plain-ish'],
	['application/downloadable', null, 'application/downloadable'],
	['application/xhtml+xml', null, 'video/mp4'],
	['text/xml', null, 'video/mp4'],
	['text/json', null, 'video/mp4'],
	['application/ld+json', null, 'video/mp4'],
	['application/jsonl', null, 'application/jsonl'],
	['text/htmlx', null, 'text/htmlx'],
	['x-text/html', null, 'x-text/html'],
])('the host says %p, the extension is %p: %s', (contentType, extension, type) => {
	expect(mimeTypeFor(contentType, extension)).toBe(type);
});

test.each([
	['mp4', 'video/mp4'],
	['m4v', 'video/x-m4v'],
	['mov', 'video/quicktime'],
	['webm', 'video/webm'],
	['mkv', 'video/x-matroska'],
	['avi', 'video/x-msvideo'],
	['mpg', 'video/mpeg'],
	['ogv', 'video/ogg'],
	['gif', 'image/gif'],
])('%s is the extension of %s, and the other way round', (extension, type) => {
	expect(mimeTypeFor(null, extension)).toBe(type);
	expect(extensionFor(type)).toBe(extension);
});

test('mpeg is another extension of video/mpeg', () => {
	expect(mimeTypeFor(null, 'mpeg')).toBe('video/mpeg');
});

describe('a page', () => {
	const begins = (text: string, type = 'text/html') => isPage(type, new TextEncoder().encode(text));

	test.each(['<html>', '{"code":1}', '[1]', '\ufeff<html>', ' \t\r\n<html>', '\n{'])(
		'is declared to be one and begins like one: %j',
		(text) => {
			expect(begins(text)).toBe(true);
		},
	);

	test.each(['', ' \n', 'moov', 'a<html>', '\0\0\0\x18ftypmp42<'])('is not %j', (text) => {
		expect(begins(text)).toBe(false);
	});

	test.each(['video/mp4', 'application/octet-stream', 'text/plain', ''])(
		'is not what is declared to be %p',
		(type) => {
			expect(begins('<html>', type)).toBe(false);
		},
	);
});
