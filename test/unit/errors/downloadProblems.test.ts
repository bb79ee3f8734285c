import {
	downloadFailed,
	noVideos,
	taskNotFinished,
} from '../../../nodes/ApikleyVeo/errors/downloadProblems';
import type { DownloadFailure, VideoDownload } from '../../../nodes/ApikleyVeo/output/binary';

const URL_OF_VIDEO = 'https://user:password@videos.example.com/a/1.mp4?sig=secret#x';
const stored: VideoDownload = { kind: 'stored', binary: { data: '', mimeType: 'video/mp4' } };
const failed = (failure: DownloadFailure, url = URL_OF_VIDEO): VideoDownload => ({
	kind: 'failed',
	url,
	failure,
});

const MIB = 2 ** 20;

test.each<[DownloadFailure, number | string, boolean, RegExp]>([
	[{ kind: 'linkExpired', code: 410 }, 410, false, /HTTP 410\. Links to videos live for 14 days/],
	[{ kind: 'rejected', code: 400 }, 400, false, /HTTP 400\. Open the link/],
	[
		{ kind: 'invalidUrl', reason: 'it redirects too often' },
		'INVALID_VIDEO_URL',
		false,
		/it redirects too often\. Only links that begin with https/,
	],
	[
		{ kind: 'tooLarge', length: 3.5 * MIB, limit: 2 * MIB },
		'VIDEO_TOO_LARGE',
		false,
		/it has 3\.5 MiB, which is more than the 2 MiB of Max Download Size\. Raise/,
	],
	[
		{ kind: 'tooLarge', length: null, limit: 2 * MIB },
		'VIDEO_TOO_LARGE',
		false,
		/it is larger than the 2 MiB/,
	],
	[
		{ kind: 'notAVideo', received: 'an empty file' },
		'NOT_A_VIDEO',
		false,
		/gave an empty file in place/,
	],
	[{ kind: 'fileChanged' }, 'VIDEO_CHANGED', true, /not go on with the same file/],
	[
		{ kind: 'retriesExhausted', attempts: 6, code: 503, reason: 'server error 503' },
		503,
		true,
		/server error 503\. Tried 6 times\. .* Max Retries/,
	],
	[
		{ kind: 'retriesExhausted', attempts: 1, code: null, reason: 'the connection was reset' },
		'VIDEO_UNREACHABLE',
		true,
		/the connection was reset\. Tried once\./,
	],
	[
		{ kind: 'notStored', reason: 'no space left' },
		'VIDEO_NOT_STORED',
		true,
		/n8n could not store it: no space left\./,
	],
])('%p', (failure, code, passes, words) => {
	expect(downloadFailed('veo_1', [failed(failure)])).toEqual({
		taskId: 'veo_1',
		code,
		passes,
		message: expect.stringMatching(words),
		description: null,
	});
});

test('says which video of which task, without what may be secret in its URL', () => {
	const { message } = downloadFailed('veo_1', [failed({ kind: 'linkExpired', code: 404 })]) ?? {};
	expect(message).toMatch(
		/^The video of task veo_1 could not be downloaded from https:\/\/videos\.example\.com\/a\/1\.mp4: /,
	);
});

test('a URL that is none, or very long, is shown as far as it helps', () => {
	const shown = (url: string) =>
		downloadFailed('t', [failed({ kind: 'linkExpired', code: 404 }, url)])?.message;
	expect(shown('videos/1.mp4?sig=secret')).toContain('from videos/1.mp4: ');
	expect(shown(`https://example.com/${'x'.repeat(500)}`)?.length).toBeLessThan(450);
});

test('of several: each that failed, by its number; the code of the first', () => {
	const problem = downloadFailed('veo_1', [
		stored,
		failed({ kind: 'linkExpired', code: 403 }),
		stored,
		failed({ kind: 'fileChanged' }),
	]);
	expect(problem).toMatchObject({
		code: 403,
		message: expect.stringMatching(/^Video 2 of 4 of task veo_1 .* Failed as well: video 4\.$/),
		description: expect.stringMatching(/^Video 4 of 4 of task veo_1 /),
		// One of them may come next time
		passes: true,
	});
});

test('none failed: no problem', () => {
	expect(downloadFailed('veo_1', [stored, stored])).toBeNull();
});

test('a task that has not ended: how to go on', () => {
	expect(taskNotFinished('veo_1', 'generating')).toMatchObject({
		code: 'TASK_NOT_FINISHED',
		message: expect.stringMatching(/veo_1 .*"generating".*Wait Until Complete/),
		passes: true,
	});
});

test.each([
	['originUrls', /no original videos.*not 16:9.*Result Videos/],
	['resultUrls', /has succeeded, but .*no result videos/],
] as const)('a task without %s', (source, words) => {
	expect(noVideos('veo_1', source)).toMatchObject({
		code: 'NO_VIDEOS',
		message: expect.stringMatching(words),
	});
});
