import { Downloader } from '../../../nodes/ApikleyVeo/n8n/downloader';
import { FakeClock } from '../support/fakeClock';
import { bytes, fakeContext, FakeStream, response } from '../support/fakeContext';
import type { FakeRun } from '../support/fakeContext';

const VIDEO_URL = 'https://videos.example.com/1.mp4';
const video = { taskId: 'veo_1', url: VIDEO_URL, index: 0 };
const film = () => response(200, 'film', { 'content-type': 'video/mp4' });

interface Options extends FakeRun {
	readonly maxConcurrency?: number;
	readonly maxRetries?: number;
}

function createDownloader({ maxConcurrency = 10, maxRetries = 0, ...run }: Options = {}) {
	const clock = new FakeClock();
	const controller = new AbortController();
	const fake = fakeContext({ video: film, ...run });
	const limits = { maxConcurrency, requestTimeoutMs: 30_000, maxRetries, maxDownloadBytes: 100 };
	const downloader = new Downloader(fake.context, limits, clock, controller.signal);
	const download = async (url = VIDEO_URL, index = 0) =>
		await clock.finish(downloader.download({ ...video, url, index }));
	return { ...fake, clock, controller, downloader, download };
}

test.each([
	[VIDEO_URL, 'video/mp4', 0, 'veo_1.mp4', 'video/mp4'],
	['https://h/download.php', 'video/mp4', 0, 'veo_1.mp4', 'video/mp4'],
	['https://h/output.mp4', 'video/mp4', 3, 'veo_1_3.mp4', 'video/mp4'],
	['https://h/1.mov', '', 1, 'veo_1_1.mov', 'video/quicktime'],
	['https://h/1.mov', 'video/webm', 0, 'veo_1.webm', 'video/webm'],
])(
	'the video at %s of type "%s" is stored as number %i: %s',
	async (url, type, index, fileName, mimeType) => {
		const { download } = createDownloader({
			video: () => response(200, 'film', { 'content-type': type }),
		});
		expect(await download(url, index)).toEqual({
			kind: 'stored',
			binary: { data: 'film', fileName, mimeType },
		});
	},
);

test.each<[string, NonNullable<FakeRun['video']>, object]>([
	['before it starts', () => response(404), { kind: 'linkExpired', code: 404 }],
	[
		'in the middle',
		() => response(200, 'x'.repeat(101), { 'content-type': 'video/mp4' }),
		{ kind: 'tooLarge', length: null, limit: 100 },
	],
])('a download that fails %s has its failure', async (_, respond, failure) => {
	const { download } = createDownloader({ video: respond });
	expect(await download()).toEqual({ kind: 'failed', url: VIDEO_URL, failure });
});

describe('a download that its host does not resume', () => {
	/** Nothing shows that two responses have the same file. */
	const interrupted = () => {
		async function* chunks() {
			yield await Promise.resolve(bytes('fi'));
			throw new Error('aborted');
		}
		return { ...film(), body: new FakeStream(chunks()) };
	};

	test('is restarted', async () => {
		const replies = [interrupted(), film(), film()];
		const { download, fetched } = createDownloader({ video: () => replies.shift(), maxRetries: 2 });
		expect(await download()).toMatchObject({ kind: 'stored', binary: { data: 'film' } });
		expect(fetched.map(({ headers }) => headers?.Range)).toEqual([
			undefined,
			'bytes=2-',
			undefined,
		]);
	});

	test('is restarted until its retries are used up', async () => {
		const { download, fetched } = createDownloader({ video: interrupted, maxRetries: 6 });
		const failure = { kind: 'retriesExhausted', attempts: 7, reason: 'aborted' };
		expect(await download()).toMatchObject({ failure });
		expect(fetched).toHaveLength(7);
	});
});

test('a video that n8n cannot store has the reason', async () => {
	const store = async () =>
		await Promise.reject(new Error('ENOSPC: no space left on device, write'));
	const { download } = createDownloader({ store });
	expect(await download()).toEqual({
		kind: 'failed',
		url: VIDEO_URL,
		failure: { kind: 'notStored', reason: 'ENOSPC: no space left on device, write' },
	});
});

test('a link that is no URL is not requested', async () => {
	const { download, fetched } = createDownloader();
	expect(await download('1.mp4')).toMatchObject({ failure: { kind: 'invalidUrl' } });
	expect(fetched).toEqual([]);
});

test('downloads are limited to Max Concurrency at once', async () => {
	let active = 0;
	let maxActive = 0;
	const { clock, downloader, fetched } = createDownloader({
		maxConcurrency: 2,
		store: async () => {
			active += 1;
			maxActive = Math.max(maxActive, active);
			await clock.sleep(5_000, new AbortController().signal);
			active -= 1;
			return { data: '', mimeType: 'video/mp4' };
		},
	});
	await clock.finish(
		Promise.all([0, 1, 2, 3].map(async (index) => await downloader.download({ ...video, index }))),
	);
	expect([fetched.length, maxActive]).toEqual([4, 2]);
});

test('a download that is aborted in the queue is not requested', async () => {
	const { controller, download, fetched } = createDownloader();
	controller.abort();
	expect(await download()).toEqual({ kind: 'aborted' });
	expect(fetched).toEqual([]);
});
