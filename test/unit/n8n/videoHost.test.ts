import { N8nVideoHost } from '../../../nodes/ApikleyVeo/n8n/videoHost';
import type { VideoBody, VideoResult } from '../../../nodes/ApikleyVeo/veo/ports';
import { flushPromises } from '../support/fakeClock';
import { bytes, fakeContext, FakeStream, response } from '../support/fakeContext';
import type { FakeRun } from '../support/fakeContext';

const URL_OF_VIDEO = 'https://videos.example.com/1.mp4';

function createHost(video: FakeRun['video'] = () => response(200, 'film')) {
	const controller = new AbortController();
	const { context, fetched, sent, credentialReads } = fakeContext({ video });
	const host = new N8nVideoHost(context);
	const open = async (headers = {}) => await host.open(URL_OF_VIDEO, headers, controller.signal);
	return { host, open, controller, fetched, sent, credentialReads };
}

const streamed = (body: unknown) => ({ statusCode: 200, headers: {}, body });

function bodyOf(result: VideoResult): VideoBody {
	if (result.kind !== 'response') throw new Error(result.kind);
	return result.response.body;
}

test('a video is requested without the key, without compression and without redirects', async () => {
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

test('a response keeps only the headers that describe a video', async () => {
	const kept = {
		'content-length': '4',
		'content-range': 'bytes 0-3/4',
		'content-type': 'video/mp4',
		etag: '"v1"',
		'last-modified': 'Mon, 01 Jun 2026 00:00:00 GMT',
		location: '/2.mp4',
	};
	const headers = { ...kept, 'set-cookie': ['a=b'], server: 'x', 'retry-after': 7 };
	const { open } = createHost(() => response(206, 'film', headers));
	const result = await open();
	expect(result).toMatchObject({ kind: 'response', response: { status: 206 } });
	expect(result.kind === 'response' && result.response.headers).toEqual(kept);
});

test('a body comes in pieces, and ends', async () => {
	const stream = new FakeStream([bytes('fi'), bytes('lm')]);
	const { host, open } = createHost(() => streamed(stream));
	const body = bodyOf(await open());
	expect(await body.next()).toEqual({ kind: 'bytes', bytes: bytes('fi') });
	expect(await body.next()).toEqual({ kind: 'bytes', bytes: bytes('lm') });
	expect(await body.next()).toEqual({ kind: 'end' });
	expect(host.sampleStream).toBe(stream);
});

test('a network error is a result, before the response and within the body', async () => {
	const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
	const failed = { kind: 'failed', reason: 'the connection was reset' };
	async function* breaking(): AsyncGenerator<Uint8Array> {
		yield await Promise.resolve(bytes('fi'));
		throw reset;
	}
	const body = bodyOf(await createHost(() => streamed(new FakeStream(breaking()))).open());
	await body.next();
	expect(await body.next()).toEqual(failed);
	for (const [code, isPermanent] of [
		['ECONNRESET', false],
		['CERT_HAS_EXPIRED', true],
	] as const) {
		const error = Object.assign(new Error('x'), { code });
		const result = await createHost(async () => await Promise.reject(error)).open();
		expect(result).toMatchObject({ kind: 'failed', isPermanent });
	}
});

test('a response that is not a stream is an error', async () => {
	const { open } = createHost(() => streamed('film'));
	expect(await open()).toMatchObject({ kind: 'failed', isPermanent: false });
});

describe('an abort', () => {
	test('before a request prevents it', async () => {
		const { open, controller, fetched } = createHost();
		controller.abort();
		expect(await open()).toEqual({ kind: 'aborted' });
		expect(fetched).toEqual([]);
	});

	test('before the response ends the request at once, and a late body too', async () => {
		const stream = new FakeStream([bytes('film')]);
		let respond: (value: unknown) => void = () => {};
		const { open, controller } = createHost(
			async () =>
				await new Promise((resolve) => {
					respond = resolve;
				}),
		);
		const opening = open();
		controller.abort();
		expect(await opening).toEqual({ kind: 'aborted' });
		respond(streamed(stream));
		await flushPromises();
		expect(stream.destroyed).toBe(true);
	});

	test('after the response ends the body', async () => {
		const stream = new FakeStream([bytes('film')]);
		const { open, controller } = createHost(() => streamed(stream));
		await open();
		expect(stream.destroyed).toBe(false);
		controller.abort();
		expect(stream.destroyed).toBe(true);
	});
});
