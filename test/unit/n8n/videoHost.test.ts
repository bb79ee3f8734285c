import { N8nVideoHost } from '../../../nodes/ApikleyVeo/n8n/videoHost';
import type { VideoBody, VideoResult } from '../../../nodes/ApikleyVeo/veo/ports';
import { bytes, fakeContext, FakeStream, response } from '../support/fakeContext';
import { flushPromises } from '../support/fakeClock';
import type { FakeRun } from '../support/fakeContext';

const URL_OF_VIDEO = 'https://videos.example.com/1.mp4';

function createHost(video: FakeRun['video'] = () => response(200, 'film')) {
	const controller = new AbortController();
	const { context, fetched, sent, credentialReads } = fakeContext({ video });
	const host = new N8nVideoHost(context);
	const open = async (headers = {}) => await host.open(URL_OF_VIDEO, headers, controller.signal);
	return { host, open, controller, fetched, sent, credentialReads };
}

function bodyOf(result: VideoResult): VideoBody {
	if (result.kind !== 'response') throw new Error(result.kind);
	return result.response.body;
}

test('one GET that carries no key, follows no redirect and takes nothing packed', async () => {
	const { open, controller, fetched, sent, credentialReads } = createHost();
	await open({ Range: 'bytes=7-' });
	expect(fetched).toEqual([
		{
			method: 'GET',
			url: URL_OF_VIDEO,
			headers: { Accept: '*/*', 'Accept-Encoding': 'identity', Range: 'bytes=7-' },
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			abortSignal: controller.signal,
			timeout: 0,
		},
	]);
	expect([sent, credentialReads]).toEqual([[], []]);
});

test('the headers that say something of a video are kept', async () => {
	const headers = {
		'content-length': '4',
		'content-type': 'video/mp4',
		etag: '"v1"',
		'set-cookie': ['a=b'],
		server: 'x',
		'retry-after': 7,
	};
	const { open } = createHost(() => response(206, 'film', headers));
	expect(await open()).toMatchObject({
		kind: 'response',
		answer: {
			status: 206,
			headers: { 'content-length': '4', 'content-type': 'video/mp4', etag: '"v1"' },
		},
	});
	expect(Object.keys((await open()) as object)).not.toContain('server');
});

test('the body comes piece by piece, and ends', async () => {
	const stream = new FakeStream([bytes('fi'), bytes('lm')]);
	const { host, open } = createHost(() => ({ statusCode: 200, headers: {}, body: stream }));
	const body = bodyOf(await open());
	expect(await body.next()).toEqual({ kind: 'bytes', bytes: bytes('fi') });
	expect(await body.next()).toEqual({ kind: 'bytes', bytes: bytes('lm') });
	expect(await body.next()).toEqual({ kind: 'end' });
	expect(host.sample).toBe(stream);
});

test('trouble on the way is told in words', async () => {
	const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
	async function* breaking(): AsyncGenerator<Uint8Array> {
		yield await Promise.resolve(bytes('fi'));
		throw reset;
	}
	const { open } = createHost(() => ({
		statusCode: 200,
		headers: {},
		body: new FakeStream(breaking()),
	}));
	const body = bodyOf(await open());
	await body.next();
	expect(await body.next()).toEqual({ kind: 'failed', reason: 'the connection was reset' });
	const failing = createHost(async () => await Promise.reject(reset));
	expect(await failing.open()).toEqual({ kind: 'failed', reason: 'the connection was reset' });
});

test('an answer that is no stream', async () => {
	const { open } = createHost(() => ({ statusCode: 200, headers: {}, body: 'film' }));
	expect(await open()).toEqual({ kind: 'failed', reason: 'the answer was no stream' });
});

describe('the end of its signal', () => {
	test('before: nothing is asked', async () => {
		const { open, controller, fetched } = createHost();
		controller.abort();
		expect(await open()).toEqual({ kind: 'aborted' });
		expect(fetched).toEqual([]);
	});

	test('on the way: does not wait for an answer', async () => {
		const { open, controller } = createHost(async () => await new Promise(() => {}));
		const opening = open();
		controller.abort();
		expect(await opening).toEqual({ kind: 'aborted' });
	});

	test('behind the answer: ends the body', async () => {
		const stream = new FakeStream([bytes('film')]);
		const { open, controller } = createHost(() => ({ statusCode: 200, headers: {}, body: stream }));
		await open();
		expect(stream.destroyed).toBe(false);
		controller.abort();
		expect(stream.destroyed).toBe(true);
	});

	test('before an answer that comes all the same: its body is let go', async () => {
		const stream = new FakeStream([bytes('film')]);
		let answer: (value: unknown) => void = () => {};
		const { open, controller } = createHost(
			async () =>
				await new Promise((resolve) => {
					answer = resolve;
				}),
		);
		const opening = open();
		controller.abort();
		await opening;
		answer({ statusCode: 200, headers: {}, body: stream });
		await flushPromises();
		expect(stream.destroyed).toBe(true);
	});
});
