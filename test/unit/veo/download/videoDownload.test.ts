import { VideoDownload } from '../../../../nodes/ApikleyVeo/veo/download/videoDownload';
import type { DownloadLimits } from '../../../../nodes/ApikleyVeo/veo/download/videoDownload';
import { AdaptiveThrottle } from '../../../../nodes/ApikleyVeo/veo/limits/adaptiveThrottle';
import { FakeClock, flushPromises } from '../../support/fakeClock';
import { FakeVideoHost } from '../../support/fakeVideoHost';
import type { VideoReply } from '../../support/fakeVideoHost';
import { spyOnSignal } from '../../support/spyOnSignal';

const URL_OF_VIDEO = 'https://videos.example.com/a/1.mp4?sig=secret';
const FILE = new TextEncoder().encode('0123456789abcdefghij');
const ALL = new TextDecoder().decode(FILE);

type Headers = Record<string, string>;
const LENGTH: Headers = { 'content-length': String(FILE.length) };
const V1: Headers = { etag: '"v1"' };
const DATE: Headers = { 'last-modified': 'Mon, 01 Jun 2026 00:00:00 GMT' };
const LATER: Headers = { 'last-modified': 'Tue, 02 Jun 2026 00:00:00 GMT' };

/** The bytes of the file from `start` to before `end`. */
const part = (start: number, end = FILE.length) => FILE.subarray(start, end);

const whole = (headers: Headers = {}): VideoReply => ({
	headers: { ...LENGTH, ...headers },
	body: [part(0, 9), part(9)],
});

/** A partial response with the rest of the file. */
const rest = (start: number, headers: Headers = {}): VideoReply => ({
	status: 206,
	headers: {
		'content-length': String(FILE.length - start),
		'content-range': `bytes ${start}-${FILE.length - 1}/${FILE.length}`,
		...headers,
	},
	body: [part(start)],
});

/** A partial response that ends before `end`, as it says. */
const cut = (start: number, end: number): VideoReply => ({
	status: 206,
	headers: { 'content-range': `bytes ${start}-${end - 1}/${FILE.length}` },
	body: [part(start, end)],
});

/** A response that breaks off, stalls or ends after `at` bytes. */
const broken = (at: number, how: 'reset' | 'hang' | 'end', headers = LENGTH): VideoReply => ({
	headers,
	body: [part(0, at), ...(how === 'end' ? [] : [how])],
});

const redirect = (location: string, status = 302): VideoReply => ({
	status,
	headers: { location },
});

function createDownload(
	script: readonly VideoReply[],
	limits: Partial<DownloadLimits> = {},
	attempts = 0,
) {
	const clock = new FakeClock();
	const host = new FakeVideoHost(clock, script);
	const { controller, signal, listeners } = spyOnSignal();
	const throttle = new AdaptiveThrottle();
	const download = new VideoDownload(
		URL_OF_VIDEO,
		{ requestTimeoutMs: 30_000, maxRetries: 5, maxDownloadBytes: 1_000, ...limits },
		{ host, clock, random: () => 0.5, throttle, signal },
		attempts,
	);
	const chunks: string[] = [];
	const text = () => chunks.join('');
	/** The downloaded text, or the failure. */
	const read = async (onChunk = async () => {}) => {
		try {
			const opened = await download.open();
			if (opened.kind !== 'opened') return opened;
			for await (const chunk of download.bytes()) {
				chunks.push(new TextDecoder().decode(chunk));
				await onChunk();
			}
			return text();
		} catch {
			return download.failure;
		} finally {
			download.close();
		}
	};
	const run = async (onChunk?: () => Promise<void>) => await clock.finish(read(onChunk));
	const times = () => host.requests.map(({ at }) => at);
	const ranges = () => host.requests.map(({ headers }) => headers.Range);
	const leftovers = () => [clock.sleeping, host.connections, listeners()];
	const reads = { read, run, chunks, text };
	return { clock, host, controller, throttle, download, ...reads, times, ranges, leftovers };
}

afterEach(() => jest.restoreAllMocks());

describe('a download without interruption', () => {
	test('yields the pieces as they come, after the description of the file', async () => {
		const headers = { ...LENGTH, ...V1, 'content-type': 'video/mp4' };
		const { clock, host, download, leftovers } = createDownload([{ ...whole(), headers }]);
		expect(await clock.finish(download.open())).toEqual({
			kind: 'opened',
			file: { length: 20, etag: '"v1"', lastModified: null, contentType: 'video/mp4' },
		});
		const bytes = download.bytes();
		expect((await bytes.next()).value).toEqual(part(0, 9));
		expect((await bytes.next()).value).toEqual(part(9));
		expect(await bytes.next()).toMatchObject({ done: true });
		download.close();
		expect(host.requests).toEqual([{ url: URL_OF_VIDEO, headers: {}, at: 0 }]);
		expect(download.failure).toBeNull();
		expect(leftovers()).toEqual([0, 0, 0]);
	});

	test.each<[string, VideoReply]>([
		['has no length', broken(20, 'end', {})],
		[
			'is slow, but never idle for too long',
			{ headers: LENGTH, body: [part(0, 5), 29, part(5), 29] },
		],
		[
			'is longer than announced, because n8n decompresses it',
			broken(20, 'end', { 'content-length': '7' }),
		],
		['is sent as a part from the start', rest(0)],
	])('succeeds if the file %s', async (_, reply) => {
		expect(await createDownload([reply]).run()).toBe(ALL);
	});

	test('yields a long video as it is', async () => {
		const long = ALL.repeat(20);
		const pieces = long.match(/.{1,40}/g)!.map((piece) => new TextEncoder().encode(piece));
		expect(await createDownload([{ body: pieces }]).run()).toBe(long);
	});

	test('does not time out while its consumer is slow', async () => {
		const { clock, host, run } = createDownload([whole()]);
		const slowly = async () => await clock.sleep(600_000, new AbortController().signal);
		expect(await run(slowly)).toBe(ALL);
		expect(host.requests).toHaveLength(1);
	});
});

describe('an interrupted download', () => {
	test.each<['reset' | 'end' | 'hang', number]>([
		['reset', 1],
		['end', 1],
		['hang', 5],
	])('resumes where it stopped (%s)', async (how, at) => {
		const limits = { requestTimeoutMs: 4_000 };
		const { run, ranges, times, leftovers } = createDownload([broken(7, how), rest(7)], limits);
		expect(await run()).toBe(ALL);
		expect(ranges()).toEqual([undefined, 'bytes=7-']);
		expect(times()).toEqual([0, at]);
		expect(leftovers()).toEqual([0, 0, 0]);
	});

	test.each<[string, Headers, string | undefined]>([
		['the ETag', { ...LENGTH, ...V1, ...DATE }, '"v1"'],
		['the date if the ETag is weak', { ...LENGTH, etag: 'W/"v1"', ...DATE }, DATE['last-modified']],
		['nothing if there is neither', LENGTH, undefined],
	])('requires by %s that the file is the same', async (_, headers, validator) => {
		const { host, run } = createDownload([broken(7, 'reset', headers), rest(7)]);
		expect(await run()).toBe(ALL);
		expect(host.requests[1]?.headers['If-Range']).toBe(validator);
	});

	test.each<[string, Headers, VideoReply]>([
		['the same length', LENGTH, whole()],
		['the same ETag', V1, { headers: V1, body: [FILE] }],
		['the same date', DATE, { headers: DATE, body: [FILE] }],
		['smaller pieces', LENGTH, { headers: LENGTH, body: [part(0, 3), part(3, 9), part(9)] }],
	])('skips what it has if the whole file comes again, with %s', async (_, headers, again) => {
		expect(await createDownload([broken(7, 'reset', headers), again]).run()).toBe(ALL);
	});

	test('yields no empty piece, which could end a stream, where it skips what it has', async () => {
		const again = { headers: LENGTH, body: [part(0, 7), part(7, 7), part(7)] };
		const { run, chunks } = createDownload([broken(7, 'reset'), again]);
		await run();
		expect(chunks).toEqual([ALL.slice(0, 7), ALL.slice(7)]);
	});

	test.each([0, 12])(
		'retries if the file starts over and ends after %i of 20 bytes',
		async (at) => {
			const replies = [broken(20, 'reset'), broken(at, 'end'), whole()];
			const { host, run } = createDownload(replies);
			expect(await run()).toBe(ALL);
			expect(host.requests).toHaveLength(3);
		},
	);

	test('learns the length of the file from its rest', async () => {
		const cutOff = { ...rest(7, V1), body: [part(7, 15)] };
		const { ranges, run } = createDownload([broken(7, 'reset', V1), cutOff, rest(15, V1)]);
		expect(await run()).toBe(ALL);
		expect(ranges()).toEqual([undefined, 'bytes=7-', 'bytes=15-']);
	});

	test.each<[string, VideoReply]>([
		['from the start', cut(0, 3)],
		['after the whole file broke off', broken(3, 'reset')],
	])('requests part after part without a retry, %s', async (_, first) => {
		const replies = [first, cut(3, 9), cut(9, 10), cut(10, 19), rest(19)];
		const { ranges, run, times, leftovers } = createDownload(replies, { maxRetries: 1 });
		expect(await run()).toBe(ALL);
		expect(ranges()).toEqual([undefined, 'bytes=3-', 'bytes=9-', 'bytes=10-', 'bytes=19-']);
		expect(new Set(times()).size).toBeLessThanOrEqual(2);
		expect(leftovers()).toEqual([0, 0, 0]);
	});

	test.each<[string, VideoReply[]]>([
		['breaks off', [cut(0, 3), { ...cut(3, 9), body: [part(3, 5), 'reset'] }]],
		['is shorter than announced', [cut(0, 3), { ...cut(3, 9), body: [part(3, 5)] }]],
		['is empty', [cut(0, 3), { ...cut(3, 9), body: [] }]],
	])('counts a part that %s as an attempt', async (_, replies) => {
		const { run } = createDownload(replies, { maxRetries: 0 });
		expect(await run()).toMatchObject({ kind: 'retriesExhausted', attempts: 1 });
	});

	test.each<[string, Headers, VideoReply]>([
		[
			'a rest in Bytes',
			V1,
			{ status: 206, headers: { 'content-range': ' Bytes 7-19/20 ', ...V1 }, body: [part(7)] },
		],
		[
			'a rest with the same ETag and date',
			{ ...LENGTH, ...V1, ...DATE },
			rest(7, { ...V1, ...DATE }),
		],
		['a rest with the same date and no length before', DATE, rest(7, DATE)],
	])('accepts %s', async (_, headers, reply) => {
		expect(await createDownload([broken(7, 'reset', headers), reply]).run()).toBe(ALL);
	});

	test('is complete if a file of unknown length has no more bytes', async () => {
		const noMore = { status: 416, headers: { 'content-range': 'bytes */20' } };
		expect(await createDownload([broken(20, 'reset', {}), noMore]).run()).toBe(ALL);
	});

	const unknown = (start: number, end: number): VideoReply => ({
		status: 206,
		headers: { 'content-range': `bytes ${start}-${end - 1}/*`, ...V1 },
		body: [part(start, end)],
	});

	test.each<[string, VideoReply[], Array<string | undefined>]>([
		['was requested whole', [unknown(0, 7), rest(7, V1)], [undefined, 'bytes=7-']],
		['is its rest', [broken(7, 'reset', V1), unknown(7, 20)], [undefined, 'bytes=7-', 'bytes=20-']],
		[
			'is one of many',
			[unknown(0, 7), unknown(7, 15), unknown(15, 20)],
			[undefined, 'bytes=7-', 'bytes=15-', 'bytes=20-'],
		],
	])('requests more after a part of a file of unknown length that %s', async (_, parts, sent) => {
		const noMore = { status: 416, headers: { 'content-range': 'bytes */20' } };
		const { ranges, run } = createDownload([...parts, noMore]);
		expect(await run()).toBe(ALL);
		expect(ranges()).toEqual(sent);
	});

	test('retries a part of a file of unknown length that is shorter than announced', async () => {
		const short = { ...unknown(0, 9), body: [part(0, 7)] };
		expect(await createDownload([short, rest(7, V1)]).run()).toBe(ALL);
		expect(await createDownload([short], { maxRetries: 0 }).run()).toMatchObject({ attempts: 1 });
	});

	test.each([
		['the whole file', whole({ etag: '"new"' })],
		['the whole file as a part', rest(0, { etag: '"new"' })],
	])('starts again without a byte so far, and accepts %s', async (_, second) => {
		const first = broken(0, 'reset', { ...LENGTH, etag: '"old"' });
		const { ranges, run } = createDownload([first, second]);
		expect(await run()).toBe(ALL);
		expect(ranges()).toEqual([undefined, undefined]);
	});

	test.each<[string, Headers, VideoReply]>([
		['another ETag', { ...LENGTH, ...V1 }, whole({ etag: '"v2"' })],
		['another date', { ...LENGTH, ...DATE }, whole(LATER)],
		['another length', LENGTH, { headers: { 'content-length': '21' }, body: [FILE] }],
		[
			'another length and the same date',
			{ ...LENGTH, ...DATE },
			whole({ 'content-length': '21', ...DATE }),
		],
		['invalid lengths', { 'content-length': 'x' }, whole({ 'content-length': 'x' })],
		['nothing to compare', {}, { body: [FILE] }],
		['a part in another unit', LENGTH, rest(7, { 'content-range': 'items 7-19/20' })],
		['text after the range', LENGTH, rest(7, { 'content-range': 'bytes 7-19/20;' })],
		['text before the range', LENGTH, rest(7, { 'content-range': 'x bytes 7-19/20' })],
		['a part with another ETag', { ...LENGTH, ...V1 }, rest(7, { etag: '"v2"' })],
		['a part with another date', { ...LENGTH, ...DATE }, rest(7, LATER)],
		['a part without anything to compare', {}, rest(7)],
		['a part of unknown length', LENGTH, rest(7, { 'content-range': 'bytes 7-29/*' })],
		['a part of another length', LENGTH, rest(7, { 'content-range': 'bytes 7-29/30' })],
		['another part', LENGTH, rest(7, { 'content-range': 'bytes 5-19/20' })],
		['a part that ends before it starts', LENGTH, rest(7, { 'content-range': 'bytes 7-6/20' })],
		['a part without a range', LENGTH, { status: 206, body: [part(7)] }],
		['a shorter file', V1, { headers: V1, body: [part(0, 5)] }],
		['no such part', LENGTH, { status: 416, headers: { 'content-range': 'bytes */5' } }],
		[
			'no such part, though the length is known',
			LENGTH,
			{ status: 416, headers: { 'content-range': 'bytes */7' } },
		],
		[
			'no such part of a shorter file',
			{},
			{ status: 416, headers: { 'content-range': 'bytes */5' } },
		],
		['no such part of an unknown file', {}, { status: 416 }],
	])('has to be restarted if the file may have changed: %s', async (_, headers, second) => {
		const { run, text, times } = createDownload([broken(7, 'reset', headers), second]);
		expect(await run()).toEqual({ kind: 'restart', attempts: 2 });
		expect([text(), times()]).toEqual([ALL.slice(0, 7), [0, 1]]);
	});

	test.each<[string, Headers, VideoReply, RegExp]>([
		['led to another file', V1, whole({ etag: '"v2"' }), /another file/],
		['led to a shorter file', LENGTH, { headers: LENGTH, body: [part(0, 5)] }, /after 5 of 20/],
		['had nothing to compare', {}, { body: [FILE] }, /couldn't resume/],
		[
			'led to a shorter file of the same version',
			V1,
			{ headers: V1, body: [part(0, 5)] },
			/shorter/,
		],
	])('fails without further retries if its link %s', async (_, headers, second, reason) => {
		const replies = [broken(7, 'reset', headers), second];
		expect(await createDownload(replies, { maxRetries: 1 }).run()).toEqual({
			kind: 'retriesExhausted',
			attempts: 2,
			code: null,
			reason: expect.stringMatching(reason),
		});
	});

	test('has to be restarted if the first response is not its start', async () => {
		const { run, times } = createDownload([rest(7), whole()]);
		expect([await run(), times()]).toEqual([{ kind: 'restart', attempts: 1 }, [0]]);
	});

	test('is restarted after the attempts before it', async () => {
		const { run } = createDownload([broken(7, 'reset')], { maxRetries: 3 }, 3);
		expect(await run()).toMatchObject({ kind: 'retriesExhausted', attempts: 4 });
	});
});

describe('a transient error', () => {
	test.each<[string, VideoReply]>([
		['500', { status: 500 }],
		['503', { status: 503 }],
		['407', { status: 407 }],
		['408', { status: 408 }],
		['202, as the file is not ready', { status: 202 }],
		['425', { status: 425 }],
		['no connection', { networkError: 'the connection was refused' }],
	])('(%s) is retried with growing pauses', async (_, reply) => {
		const { run, times } = createDownload([reply, reply, reply, whole()]);
		expect(await run()).toBe(ALL);
		expect(times()).toEqual([0, 1, 3, 7]);
	});

	test('(no response in time) is retried', async () => {
		const { run, times } = createDownload([{ neverResponds: true }, whole()]);
		expect(await run()).toBe(ALL);
		expect(times()).toEqual([0, 31]);
	});

	test('is retried after its Retry-After, if that is at most two minutes', async () => {
		const busy = (seconds: string) => ({ status: 503, headers: { 'retry-after': seconds } });
		const { run, times, throttle } = createDownload([busy('120'), whole()]);
		expect(await run()).toBe(ALL);
		expect(times()[1]).toBeGreaterThanOrEqual(120);
		expect([throttle.intervalMs, throttle.pausedUntil]).toEqual([0, 0]);
		expect(await createDownload([busy('121')]).run()).toMatchObject({
			kind: 'retriesExhausted',
			attempts: 1,
		});
	});

	test('is retried a limited number of times for one video', async () => {
		const { host, run } = createDownload(
			[broken(3, 'reset'), { ...rest(3), body: [part(3, 5), 'reset'] }, { status: 502 }],
			{ maxRetries: 2 },
		);
		expect(await run()).toEqual({
			kind: 'retriesExhausted',
			attempts: 3,
			code: 502,
			reason: 'server error 502',
		});
		expect(host.requests).toHaveLength(3);
	});

	test.each<[VideoReply, string]>([
		[broken(7, 'reset'), 'the connection was reset'],
		[broken(7, 'end'), 'the connection was closed after 7 of 20 bytes'],
		[broken(7, 'hang'), 'no data for 30 s'],
		[{ neverResponds: true }, 'no response within 30 s'],
		[{ status: 429 }, 'too many requests (429)'],
		[{ status: 202 }, "the file isn't ready yet (202)"],
	])('fails the download if there are no retries: %j, %s', async (reply, reason) => {
		const { run } = createDownload([reply], { maxRetries: 0 });
		expect(await run()).toMatchObject({ kind: 'retriesExhausted', attempts: 1, reason });
	});
});

describe('a 429', () => {
	test('throttles other downloads too, until requests succeed', async () => {
		const busy = { status: 429, headers: { 'retry-after': '8' } };
		const { throttle, clock, run } = createDownload([busy, whole()]);
		const throttled = jest.spyOn(throttle, 'onThrottled');
		const succeeded = jest.spyOn(throttle, 'onSuccess');
		expect(await run()).toBe(ALL);
		expect(throttled.mock.calls).toEqual([[clock.at(0), clock.at(0), 8_000]]);
		expect(succeeded).toHaveBeenCalledTimes(1);
	});

	test.each<[string, Headers, number]>([
		['1 s without a Retry-After', {}, 1_000],
		['at most 2 min', { 'retry-after': '500' }, 120_000],
	])('pauses other downloads for %s', async (_, headers, pause) => {
		const { throttle, clock, run } = createDownload([{ status: 429, headers }], { maxRetries: 0 });
		await run();
		expect(throttle.pausedUntil).toBe(clock.at(0) + pause);
	});
});

describe('a permanent failure', () => {
	test.each<[VideoReply, object]>([
		[{ status: 401 }, { kind: 'linkExpired', code: 401 }],
		[
			{ status: 403, body: [part(0, 5), 'hang'] },
			{ kind: 'linkExpired', code: 403 },
		],
		[{ status: 404 }, { kind: 'linkExpired', code: 404 }],
		[{ status: 410 }, { kind: 'linkExpired', code: 410 }],
		[{ status: 400 }, { kind: 'rejected', code: 400 }],
		[{ status: 416 }, { kind: 'rejected', code: 416 }],
		[redirect('/2.mp4', 300), { kind: 'rejected', code: 300 }],
		[redirect('/2.mp4', 304), { kind: 'rejected', code: 304 }],
		[redirect('/2.mp4', 305), { kind: 'rejected', code: 305 }],
		[{ status: 302 }, { kind: 'rejected', code: 302 }],
		[
			{ networkError: 'the certificate', isPermanent: true },
			{
				kind: 'retriesExhausted',
				attempts: 1,
				code: null,
				reason: 'the certificate',
				isPermanent: true,
			},
		],
		[{ status: 204 }, { kind: 'notAVideo', received: 'an empty response' }],
		[{ headers: { 'content-length': '0' } }, { kind: 'notAVideo', received: 'an empty file' }],
		[{ headers: {} }, { kind: 'notAVideo', received: 'an empty file' }],
	])('is not retried, and its connection is closed: %j', async (reply, failure) => {
		const { host, leftovers, run } = createDownload([reply, whole()]);
		expect(await run()).toMatchObject(failure);
		expect(host.requests).toHaveLength(1);
		expect(leftovers()).toEqual([0, 0, 0]);
	});

	test('closes the connection before the download is closed', async () => {
		const { clock, download, leftovers } = createDownload([{ status: 403, body: ['hang'] }]);
		await clock.finish(download.open());
		expect(leftovers().slice(0, 2)).toEqual([0, 0]);
		download.close();
	});

	test.each(['<!doctype html>', '\ufeff\n {"error":1}', '[1]'])(
		'is a page instead of a video: %j',
		async (start) => {
			const headers = { 'content-type': 'text/html; charset=utf-8' };
			const { run } = createDownload([{ headers, body: [new TextEncoder().encode(start)] }]);
			const received = 'a web page or an error message';
			expect(await run()).toEqual({ kind: 'notAVideo', received });
		},
	);

	test.each(['video/mp4', 'application/octet-stream', ''])(
		'is a page of the type "%s", however short its pieces are',
		async (type) => {
			for (const page of ['<!DOCTYPE html><p>', '{"code":404}', ' <?xml version="1.0"?>']) {
				const body = [...page].map((letter) => new TextEncoder().encode(letter));
				const { run } = createDownload([{ headers: { 'content-type': type }, body }]);
				expect(await run()).toMatchObject({ kind: 'notAVideo' });
			}
		},
	);

	describe.each(['text/html', 'text/plain; charset=utf-8', 'application/json'])(
		'of the type "%s"',
		(type) => {
			const headers = { 'content-type': type };
			const encode = (text: string) => [...text].map((letter) => new TextEncoder().encode(letter));

			test.each([
				['short', 'File not found'],
				['longer than what shows it', `The link has expired. ${'Ask for a new one. '.repeat(9)}`],
				['not in English', 'Файл не найден'],
			])('is text instead of a video: %s', async (_, text) => {
				const { run } = createDownload([{ headers, body: encode(text) }]);
				expect(await run()).toMatchObject({ kind: 'notAVideo' });
			});

			test.each([
				['an MP4', '\0\0\0\x18ftypmp42'],
				['a WebM', '\x1aE'],
				['an AVI', 'RIFF\xf0\0\0\0AVI LIST'],
				['an Ogg', 'OggS\0\x02'],
				['a file that only looks like a page later on', '\0\0\0\x18<html>'],
			])('is not %s, however short its pieces are', async (_, start) => {
				const text = `${start}${'x'.repeat(99)}`;
				const { run } = createDownload([{ headers, body: encode(text) }]);
				expect(await run()).toBe(text);
			});
		},
	);
});

describe('the size limit', () => {
	const tooLarge = (length: number | null) => ({ kind: 'tooLarge', length, limit: 19 });

	test('is checked against the length before any byte is yielded', async () => {
		const { run, text } = createDownload([whole()], { maxDownloadBytes: 19 });
		expect([await run(), text()]).toEqual([tooLarge(20), '']);
	});

	test('is checked against the bytes received if there is no length', async () => {
		const body = [part(0, 10), part(10, 19), part(19), FILE];
		const { host, run, text } = createDownload([{ body }], { maxDownloadBytes: 19 });
		expect([await run(), text()]).toEqual([tooLarge(null), ALL.slice(0, 19)]);
		expect(host.connections).toBe(0);
	});

	test('may be reached exactly', async () => {
		expect(await createDownload([whole()], { maxDownloadBytes: 20 }).run()).toBe(ALL);
	});
});

describe('a redirect', () => {
	test('is followed with a new request, also when resuming', async () => {
		const { host, run } = createDownload([
			redirect('/b/2.mp4', 301),
			redirect('/b/3.mp4', 303),
			redirect('https://cdn.example.net/c'),
			broken(7, 'reset'),
			redirect('/e', 308),
			redirect('http://other.example.net/d', 307),
			rest(7),
		]);
		expect(await run()).toBe(ALL);
		expect(host.requests.map(({ url, headers }) => [url, headers])).toEqual([
			[URL_OF_VIDEO, {}],
			['https://videos.example.com/b/2.mp4', {}],
			['https://videos.example.com/b/3.mp4', {}],
			['https://cdn.example.net/c', {}],
			[URL_OF_VIDEO, { Range: 'bytes=7-' }],
			['https://videos.example.com/e', { Range: 'bytes=7-' }],
			['http://other.example.net/d', { Range: 'bytes=7-' }],
		]);
	});

	test('is followed up to twenty times', async () => {
		const hops = Array.from({ length: 21 }, () => redirect(URL_OF_VIDEO));
		expect(await createDownload([...hops.slice(1), whole()]).run()).toBe(ALL);
		const { host, run } = createDownload([...hops, whole()]);
		expect(await run()).toEqual({ kind: 'redirectLoop', redirects: 20 });
		expect(host.requests).toHaveLength(21);
	});

	test.each(['file:///etc/passwd', 'ftp://example.com/', 'http://'])(
		'to %p is not followed',
		async (location) => {
			const { host, run } = createDownload([redirect(location), whole()]);
			expect(await run()).toEqual({
				kind: 'invalidUrl',
				reason: 'it redirects to an address that is not http(s)',
			});
			expect([host.requests.length, host.connections]).toEqual([1, 0]);
		},
	);
});

describe('an aborted run', () => {
	test.each<[string, VideoReply]>([
		['before the response', { neverResponds: true }],
		['within the body', broken(7, 'hang')],
		['in a pause before a retry', { status: 503, headers: { 'retry-after': '60' } }],
		['in a pause after an interruption', broken(7, 'reset')],
	])('ends the download %s', async (_, reply) => {
		const { controller, host, read, leftovers } = createDownload([reply]);
		const reading = read();
		await flushPromises();
		controller.abort();
		await flushPromises();
		expect(await reading).toEqual({ kind: 'aborted' });
		expect(host.requests).toHaveLength(1);
		expect(leftovers()).toEqual([0, 0, 0]);
	});

	test('is no failure of the video, even if that may not be retried', async () => {
		const { controller, read } = createDownload([broken(7, 'hang')], { maxRetries: 0 });
		const reading = read();
		await flushPromises();
		controller.abort();
		expect(await reading).toEqual({ kind: 'aborted' });
	});

	test('does not restart the download', async () => {
		const replies = [broken(7, 'reset', {}), { body: [FILE] }];
		const { clock, controller, read } = createDownload(replies);
		const reading = read();
		await clock.advance(1.5);
		controller.abort();
		expect(await reading).toEqual({ kind: 'aborted' });
	});

	test('sends no request', async () => {
		const { controller, host, run } = createDownload([whole()]);
		controller.abort();
		expect(await run()).toEqual({ kind: 'aborted' });
		expect(host.requests).toEqual([]);
	});
});

describe('a consumer', () => {
	test.each(['before', 'after'])(
		'that returns early, %s the first byte, ends the download',
		async (when) => {
			const { download, leftovers } = createDownload([broken(7, 'hang')]);
			await download.open();
			const bytes = download.bytes();
			if (when === 'after') await bytes.next();
			await bytes.return();
			download.close();
			await flushPromises();
			expect(leftovers()).toEqual([0, 0, 0]);
		},
	);

	test('that closes a resumed download ends its request at once', async () => {
		const replies = [broken(7, 'reset', { ...LENGTH, ...V1 }), rest(7, V1)];
		const { clock, host, download } = createDownload(replies);
		await download.open();
		const bytes = download.bytes();
		await bytes.next();
		await clock.finish(bytes.next());
		expect(host.connections).toBe(1);
		download.close();
		expect(host.connections).toBe(0);
	});

	test('that closes a stalled download gets no retry', async () => {
		const { clock, host, download } = createDownload([broken(7, 'hang'), whole()]);
		await download.open();
		const bytes = download.bytes();
		await bytes.next();
		const next = bytes.next();
		download.close();
		await expect(next).rejects.toThrow();
		await clock.advance(600_000);
		expect([host.requests.length, clock.sleeping]).toEqual([1, 0]);
	});
});
