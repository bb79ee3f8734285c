import { extensionOf, fileNameFor } from '../../../../nodes/ApikleyVeo/veo/download/fileName';

const nameOf = (path: string, index = 0, mimeType = 'video/mp4', taskId = 'veo_1') =>
	fileNameFor(`https://videos.example.com${path}`, taskId, index, mimeType);

test.each([
	['/a/video1.mp4', 'video1.mp4'],
	['/a/video1.mp4?sig=a/b.webm#c.mov', 'video1.mp4'],
	['/a/My%20film%20%E2%84%961.MOV', 'My film №1.MOV'],
	['/%D0%B2%D0%B8%D0%B4%D0%B5%D0%BE.mp4', 'видео.mp4'],
	['/a/100%.mp4', '100%.mp4'],
	['/a/v1.2', 'v1.2.mp4'],
	['/a/movie.3gp', 'movie.3gp'],
	['/a/v.b', 'v.b.mp4'],
	['/a/v.ts', 'v.ts'],
	['/a/v.abcde', 'v.abcde'],
	['/a/v.abcdef', 'v.abcdef.mp4'],
	['/a/v.720', 'v.720.mp4'],
	['/a/v.m-4', 'v.m-4.mp4'],
	['/a/film.part.1.mp4', 'film.part.1.mp4'],
	['/a/two%20%20%09blanks.mp4', 'two blanks.mp4'],
	['/a/control.mp4', 'control.mp4'],
	['/a/falcon.mp4', 'falcon.mp4'],
])('the file name of %s is %s', (path, name) => {
	expect(nameOf(path)).toBe(name);
});

test.each([
	['/..%2F..%2Fetc%2Fpasswd', '_.._etc_passwd.mp4'],
	['/a%5Cb%3Ac%2A%3F%22%3C%3E%7C.mp4', 'a_b_c______.mp4'],
	['/a%00%0D%0A%1Bb%E2%80%AEgpj.mp4', 'abgpj.mp4'],
	['/.htaccess.mp4', 'htaccess.mp4'],
	['/CON.mp4', '_CON.mp4'],
	['/prn.mp4', '_prn.mp4'],
	['/aux.mp4', '_aux.mp4'],
	['/nul.mp4', '_nul.mp4'],
	['/com7.mp4', '_com7.mp4'],
	['/lpt1.mp4', '_lpt1.mp4'],
	['/a%20.mp4', 'a.mp4'],
	['/%20..a.%20..mp4', 'a.mp4'],
	[`/${'x'.repeat(59)}%20y.mp4`, `${'x'.repeat(59)}.mp4`],
	[`/${'x'.repeat(500)}.mp4`, `${'x'.repeat(60)}.mp4`],
])('the file name of %s is made safe: %s', (path, name) => {
	expect(nameOf(path)).toBe(name);
});

test.each(['', '/', '/videos/', '/%20', '/...', '/.mp4'])(
	'the file name of %p is the task ID and the number of the video',
	(path) => {
		expect(nameOf(path)).toBe('veo_1.mp4');
		expect(nameOf(path, 2)).toBe('veo_1_2.mp4');
		expect(nameOf(path, 1, 'video/mp4', '../a:b')).toBe('_a_b_1.mp4');
	},
);

test('a long file name is not cut in the middle of a character', () => {
	expect(nameOf(`/${encodeURIComponent('🎬'.repeat(80))}.mp4`)).toBe(`${'🎬'.repeat(30)}.mp4`);
	expect(nameOf(`/a${encodeURIComponent('🎬'.repeat(80))}.mp4`)).toBe(`a${'🎬'.repeat(29)}.mp4`);
});

test.each([
	['/clip', 'video/webm', 'clip.webm'],
	['/clip', 'video/quicktime', 'clip.mov'],
	['/clip', 'video/x-unheard-of', 'clip.mp4'],
])('the file name of %s with the type %s is %s', (path, mimeType, name) => {
	expect(nameOf(path, 0, mimeType)).toBe(name);
});

test.each([
	['/a.MP4', 'mp4'],
	['/a', null],
	['/a.', null],
	['/a.webm?b.mp4', 'webm'],
])('the extension of %s is %p', (path, extension) => {
	expect(extensionOf(`https://videos.example.com${path}`)).toBe(extension);
});
