import { extensionOf, fileNameFor } from '../../../../nodes/ApikleyVeo/veo/download/fileName';

const stemOf = (taskId: string) => fileNameFor(taskId, 0, 'video/mp4').replace(/\.mp4$/, '');

test.each([
	['veo_task_abcdef123456', 'veo_task_abcdef123456'],
	['film №1', 'film №1'],
	['видео', 'видео'],
	['v1.2', 'v1.2'],
	['two   \tblanks', 'two blanks'],
	['control', 'control'],
	['../../etc/passwd', '_.._etc_passwd'],
	['a\\b:c*?"<>|', 'a_b_c______'],
	['a\0\r\n\x1bb\u202egpj', 'abgpj'],
	['.htaccess', 'htaccess'],
	['CON', '_CON'],
	['prn', '_prn'],
	['aux', '_aux'],
	['nul', '_nul'],
	['com7', '_com7'],
	['lpt1', '_lpt1'],
	['falcon', 'falcon'],
	['console', 'console'],
	[' ..a. ..', 'a'],
	['...', 'video'],
	[`${'x'.repeat(59)} y`, 'x'.repeat(59)],
	['x'.repeat(500), 'x'.repeat(60)],
	['🎬'.repeat(80), '🎬'.repeat(30)],
	[`a${'🎬'.repeat(80)}`, `a${'🎬'.repeat(29)}`],
])('the file of task %j is called %j', (taskId, stem) => {
	expect(stemOf(taskId)).toBe(stem);
});

test.each([
	[0, 'video/mp4', 'veo_1.mp4'],
	[1, 'video/mp4', 'veo_1_1.mp4'],
	[19, 'video/mp4', 'veo_1_19.mp4'],
	[0, 'video/webm', 'veo_1.webm'],
	[2, 'video/quicktime', 'veo_1_2.mov'],
	[0, 'video/x-unheard-of', 'veo_1.mp4'],
	[0, 'application/x-php', 'veo_1.mp4'],
])('video %i of type %s is called %s', (index, mimeType, name) => {
	expect(fileNameFor('veo_1', index, mimeType)).toBe(name);
});

test.each(['veo_1', 'x'.repeat(500), '...', 'con'])(
	'the videos of task %j all have names of their own',
	(taskId) => {
		const types = ['video/mp4', 'video/webm', 'video/x-unheard-of'];
		const names = Array.from({ length: 20 }, (_, index) =>
			fileNameFor(taskId, index, types[index % 3] ?? ''),
		);
		expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(20);
	},
);

test.each([
	['/a.MP4', 'mp4'],
	['/a', null],
	['/a.', null],
	['/a.b', null],
	['/a.ts', 'ts'],
	['/a.3gp', '3gp'],
	['/a.abcdef', null],
	['/a.720', null],
	['/a.m-4', null],
	['/a.webm?b.mp4', 'webm'],
])('the extension of %s is %p', (path, extension) => {
	expect(extensionOf(`https://videos.example.com${path}`)).toBe(extension);
});
