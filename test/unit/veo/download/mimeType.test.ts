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
	[null, 'mpeg', 'video/mpeg'],
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
	['x-text/plain', null, 'x-text/plain'],
	['x-application/download', null, 'x-application/download'],
])(
	'the type of a file declared as %p with the extension %p is %s',
	(contentType, extension, type) => {
		expect(mimeTypeFor(contentType, extension)).toBe(type);
	},
);

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
])('the extension %s belongs to the type %s, and vice versa', (extension, type) => {
	expect(mimeTypeFor(null, extension)).toBe(type);
	expect(extensionFor(type)).toBe(extension);
});

test.each<[string, string, boolean]>([
	['text/html', '<html>', true],
	['application/problem+json', '{"code":1}', true],
	['application/json', '[1]', true],
	['text/xml', '\ufeff<html>', true],
	['text/html', ' \t\r\n<html>', true],
	['text/html', '\n{', true],
	['text/html', '', false],
	['text/html', ' \n', false],
	['text/html', 'moov', false],
	['text/html', 'a<html>', false],
	['text/html', '\0\0\0\x18ftypmp42<', false],
	['video/mp4', '<html>', true],
	['application/octet-stream', '\ufeff\n<!DOCTYPE html>', true],
	['text/plain', '{"code":404}', true],
	['video/mp4', '[ {"code":404}]', true],
	['video/mp4', '[{"code":404}]', true],
	['video/mp4', '{ "code":404}', true],
	['x-text/csv', 'a'.repeat(64), false],
	['', '<Error><Code>', true],
	['video/mp4', '<?xml version="1.0"?>', true],
	['video/mp4', '<htmlx', false],
	['video/mp4', '<', false],
	['video/mp4', '{}', false],
	['video/mp4', '\0\0\0\x18ftypmp42<html>', false],
	['text/plain', 'Not found'.padEnd(63), false],
	['text/plain', 'Not found'.padEnd(64), true],
	['text/html', 'Not found'.padEnd(64), true],
	['video/mp4', 'Not found'.padEnd(64), false],
	['text/plain', '\0\0\0\x18ftypmp42'.padEnd(64), false],
])('a body declared as %p that starts with %j is a page: %p', (type, start, expected) => {
	expect(isPage(type, new TextEncoder().encode(start))).toBe(expected);
});

test.each<[string | null, string, boolean]>([
	['text/plain', 'Not found', true],
	['text/css; charset=utf-8', 'a', true],
	['application/json', '"gone"', true],
	['text/plain', 'RIFF\0', false],
	['application/octet-stream', 'Not found', false],
	['video/mp4', 'Not found', false],
	[null, 'Not found', false],
])('a whole body declared as %p that is %j is a page: %p', (type, body, expected) => {
	expect(isPage(type, new TextEncoder().encode(body), true)).toBe(expected);
});
