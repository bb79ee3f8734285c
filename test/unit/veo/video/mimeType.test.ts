import { mimeTypeFor } from '../../../../nodes/ApikleyVeo/veo/video/mimeType';

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
])('the host says %p, the extension is %p: %s', (contentType, extension, type) => {
	expect(mimeTypeFor(contentType, extension)).toBe(type);
});
