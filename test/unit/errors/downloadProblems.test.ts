import {
	downloadFailed,
	noVideos,
	taskNotFinished,
} from '../../../nodes/ApikleyVeo/errors/downloadProblems';
import type { DownloadFailure, DownloadResult } from '../../../nodes/ApikleyVeo/n8n/downloader';

const VIDEO_URL = 'https://user:password@videos.example.com/a/1.mp4?sig=secret#x';
const SHOWN_URL = 'https://videos.example.com/a/1.mp4';
const MIB = 2 ** 20;

const stored: DownloadResult = { kind: 'stored', binary: { data: '', mimeType: 'video/mp4' } };
const failed = (failure: DownloadFailure, url = VIDEO_URL): DownloadResult => ({
	kind: 'failed',
	url,
	failure,
});
const expired: DownloadFailure = { kind: 'linkExpired', code: 404 };

const tried = (attempts: number, code: number | null, reason: string): DownloadFailure => ({
	kind: 'retriesExhausted',
	attempts,
	code,
	reason,
});
const tooLarge = (length: number | null): DownloadFailure => ({
	kind: 'tooLarge',
	length,
	limit: 2 * MIB,
});

test('the link of a 1080p version that has expired can be renewed', () => {
	const { message, description } = downloadFailed('veo_1', [failed(expired)], 'upgrade')!;
	expect(`${message} ${description}`).toMatch(
		/the 1080p version of task veo_1 .*Run Get 1080p again/,
	);
	expect(description).not.toContain('create');
});

test.each<[DownloadFailure, number | string, RegExp]>([
	[expired, 404, /: the host responded with HTTP 404\. Links to videos work for 14 days\./],
	[{ kind: 'rejected', code: 400 }, 400, / HTTP 400\. Open the link in a browser to see why\.$/],
	[{ kind: 'invalidUrl', reason: 'no' }, 'INVALID_VIDEO_URL', /: no\. Only links that begin with/],
	[
		{ kind: 'redirectLoop', redirects: 20 },
		'INVALID_VIDEO_URL',
		/: the host redirects more than 20 times\. Open the link in a browser to see why\.$/,
	],
	[tooLarge(3.5 * MIB), 'VIDEO_TOO_LARGE', /: it is 3\.5 MiB, over the .* of 2 MiB\. Raise that/],
	[tooLarge(null), 'VIDEO_TOO_LARGE', /: it is over the Max Download Size of 2 MiB\. Raise that/],
	[{ kind: 'notAVideo', received: 'x' }, 'NOT_A_VIDEO', / x instead of a video\. .* 14 days\./],
	[
		{ kind: 'rejected', code: 407 },
		407,
		/: a proxy .* a login \(407\)\. Put the proxy's user name/,
	],
	[tried(6, 503, 'server error 503'), 503, /: server error 503\. Tried 6 times\. .* Max Retries /],
	[tried(1, null, 'no data'), 'VIDEO_UNREACHABLE', /: no data\. Tried once\. .* Max Retries /],
	[
		{ kind: 'notStored', reason: 'full' },
		'VIDEO_NOT_STORED',
		/ store it: full\. Check where this /,
	],
])('the problem after %p has the code %p, and may pass', (failure, code, text) => {
	const problem = downloadFailed('veo_1', [failed(failure)]);
	expect(problem).toMatchObject({ taskId: 'veo_1', code, retryable: true });
	const start = `Couldn't download the video of task veo_1 from ${SHOWN_URL}: `;
	expect(problem?.message.startsWith(start)).toBe(true);
	expect(`${problem?.message} ${problem?.description}`).toMatch(text);
});

test('a link that is no URL is shown without its query', () => {
	const problem = downloadFailed('veo_1', [failed(expired, 'videos/1.mp4?sig=secret')]);
	expect(problem?.message).toContain('from videos/1.mp4: ');
});

test('a very long link is cut', () => {
	const url = `https://example.com/${'x'.repeat(500)}`;
	expect(downloadFailed('t', [failed(expired, url)])?.message.length).toBeLessThan(300);
});

test('several failed videos are one problem, with the code of the first', () => {
	const results = [stored, failed(expired), stored, failed({ kind: 'rejected', code: 400 })];
	expect(downloadFailed('veo_1', results)).toMatchObject({
		code: 404,
		message: expect.stringMatching(/^Couldn't download video 2 of 4 .* Also failed: 4\.$/),
		description: expect.stringMatching(/\nCouldn't download video 4 of 4 of task veo_1 /),
		retryable: true,
	});
});

test('without a failed video there is no problem', () => {
	expect(downloadFailed('veo_1', [stored, stored])).toBeNull();
});

test('the problem of a task that is not complete names its status, and what to use instead', () => {
	expect(taskNotFinished('veo_1', 'generating')).toEqual({
		taskId: 'veo_1',
		code: 'TASK_NOT_FINISHED',
		message: expect.stringMatching(/veo_1 .*generating/),
		description: expect.stringMatching(/Wait Until Complete/),
		retryable: true,
	});
});

test.each([
	['originUrls', ['resultUrls'], /no original videos.*16:9/, /Result Videos/],
	['originUrls', ['resultUrls', 'fullResultUrls'], /no original videos/, /Result Videos/],
	['resultUrls', ['originUrls'], /no result videos/, /Original Videos/],
	['originUrls', ['fullResultUrls'], /full video/, /fullResultUrls/],
	['resultUrls', ['fullResultUrls'], /full video/, /fullResultUrls/],
	['originUrls', [], /no videos/, /^(?!.*Result Videos).*later/],
	['resultUrls', [], /no videos/, /^(?!.*Original Videos).*later/],
] as const)(
	'the problem of a task without %s that has %j',
	(source, lists, message, description) => {
		const task = { resultUrls: [], originUrls: [], fullResultUrls: [] };
		const listed = Object.fromEntries(lists.map((list) => [list, [VIDEO_URL]]));
		expect(noVideos('veo_1', source, { ...task, ...listed })).toEqual({
			taskId: 'veo_1',
			code: 'NO_VIDEOS',
			message: expect.stringMatching(message),
			description: expect.stringMatching(description),
			retryable: true,
		});
	},
);

test.each([
	{ kind: 'linkExpired', code: 404 },
	{ kind: 'notAVideo', received: 'text/html' },
] as const)(
	'a video of a new task is not called old, nor is the task to be created again: %j',
	(failure) => {
		const result = { kind: 'failed', url: 'https://example.com/1.mp4', failure } as const;
		const description = downloadFailed('veo_1', [result], 'newTask')?.description;
		expect(description).toMatch(/ use Download with this task ID\.$/);
		expect(description).not.toMatch(/14 days|create it again/);
		expect(downloadFailed('veo_1', [result])?.description).toMatch(/14 days/);
	},
);
