import { AdaptiveThrottle } from '../../../../nodes/ApikleyVeo/veo/limits/adaptiveThrottle';
import { VideoDownload } from '../../../../nodes/ApikleyVeo/veo/download/videoDownload';
import type { DownloadLimits } from '../../../../nodes/ApikleyVeo/veo/download/videoDownload';
import { flushPromises, FakeClock } from '../../support/fakeClock';
import { FakeVideoHost } from '../../support/fakeVideoHost';
import type { VideoReply } from '../../support/fakeVideoHost';
import { spyOnSignal } from '../../support/spyOnSignal';

const URL_OF_VIDEO = 'https://videos.example.com/a/1.mp4?sig=secret';
const FILE = new TextEncoder().encode('0123456789abcdefghij');
const LENGTH = { 'content-length': String(FILE.length) };

/** The file from one byte up to, not including, another. */
const part = (start: number, end = FILE.length) => FILE.subarray(start, end);
const rest = (start: number, headers: Record<string, string> = {}): VideoReply => ({
	status: 206,
	headers: {
		'content-length': String(FILE.length - start),
		'content-range': `bytes ${start}-${FILE.length - 1}/${FILE.length}`,
		...headers,
	},
	body: [part(start)],
});
const whole = (headers: Record<string, string> = {}): VideoReply => ({
	headers: { ...LENGTH, ...headers },
	body: [part(0, 9), part(9)],
});
/** Comes to an end, one way or the other, behind `at` bytes. */
const brokenAt = (
	at: number,
	how: 'reset' | 'hang' | 'end' = 'reset',
	headers: Record<string, string> = LENGTH,
): VideoReply => ({ headers, body: [part(0, at), ...(how === 'end' ? [] : [how])] });

function rig(script: readonly VideoReply[], limits: Partial<DownloadLimits> = {}) {
	const clock = new FakeClock();
	const host = new FakeVideoHost(clock, script);
	const { controller, signal, listeners } = spyOnSignal();
	const throttle = new AdaptiveThrottle();
	const transfer = new VideoDownload(
		URL_OF_VIDEO,
		{ requestTimeoutMs: 30_000, maxRetries: 5, maxDownloadBytes: 1_000, ...limits },
		{ host, clock, random: () => 0.5, throttle: throttle, signal },
	);
	const chunks: Uint8Array[] = [];
	/** What came of it: the text, or why there is none. */
	const read = async (onChunk = async () => {}) => {
		try {
			const begun = await transfer.open();
			if (begun.kind !== 'opened') return begun;
			for await (const chunk of transfer.bytes()) {
				chunks.push(chunk.slice());
				await onChunk();
			}
			return text();
		} catch {
			return transfer.failure;
		} finally {
			transfer.close();
		}
	};
	const text = () => chunks.map((chunk) => new TextDecoder().decode(chunk)).join('');
	const run = async (onChunk?: () => Promise<void>) => await clock.finish(read(onChunk));
	return { clock, host, controller, listeners, throttle, transfer, read, run, text };
}

const ALL = new TextDecoder().decode(FILE);
const rangesOf = ({ requests }: FakeVideoHost) => requests.map(({ headers }) => headers.Range);

afterEach(() => jest.restoreAllMocks());

describe('a video that comes', () => {
	test('is handed on piece by piece, with what the host says of it', async () => {
		const headers = { ...LENGTH, 'content-type': 'video/mp4', etag: '"v1"' };
		const { clock, host, transfer, listeners } = rig([{ ...whole(), headers }]);
		expect(await clock.finish(transfer.open())).toEqual({
			kind: 'opened',
			file: { length: 20, etag: '"v1"', lastModified: null, contentType: 'video/mp4' },
		});
		const bytes = transfer.bytes();
		expect((await bytes.next()).value).toEqual(part(0, 9));
		expect((await bytes.next()).value).toEqual(part(9));
		expect(await bytes.next()).toMatchObject({ done: true });
		transfer.close();
		expect(host.requests).toEqual([{ url: URL_OF_VIDEO, headers: {}, at: 0 }]);
		expect([transfer.failure, listeners(), clock.sleeping, host.connections]).toEqual([
			null,
			0,
			0,
			0,
		]);
	});

	test('without a length: its end is the end', async () => {
		expect(await rig([brokenAt(20, 'end', {})]).run()).toBe(ALL);
	});

	test('slowly, but never silent for too long', async () => {
		const body = [part(0, 5), 29, part(5, 10), 29, part(10)];
		expect(await rig([{ headers: LENGTH, body }]).run()).toBe(ALL);
	});

	test('however slow those are who take it', async () => {
		const { clock, host, run } = rig([whole()]);
		const slowly = async () => await clock.sleep(600_000, new AbortController().signal);
		expect(await run(slowly)).toBe(ALL);
		expect(host.requests).toHaveLength(1);
	});

	test('more of it than was announced, as when n8n unpacks it on the way', async () => {
		expect(await rig([brokenAt(20, 'end', { 'content-length': '7' })]).run()).toBe(ALL);
	});
});

describe('what breaks off goes on where it stopped', () => {
	test.each<['reset' | 'end', number]>([
		['reset', 1],
		['end', 1],
	])('%s', async (how, pause) => {
		const { host, run } = rig([brokenAt(7, how), rest(7)]);
		expect(await run()).toBe(ALL);
		expect(rangesOf(host)).toEqual([undefined, 'bytes=7-']);
		expect(host.requests[1]?.at).toBe(pause);
	});

	test('a stall, once nothing has come for the timeout', async () => {
		const { host, run } = rig([brokenAt(7, 'hang'), rest(7)], { requestTimeoutMs: 4_000 });
		expect(await run()).toBe(ALL);
		expect(host.requests.map(({ at }) => at)).toEqual([0, 5]);
		expect(host.connections).toBe(0);
	});

	test('two cut-offs and one stall', async () => {
		const again = (start: number, end: number, how: 'reset' | 'hang'): VideoReply => ({
			...rest(start),
			body: [part(start, end), how],
		});
		const { host, run } = rig([brokenAt(3), again(3, 8, 'hang'), again(8, 15, 'reset'), rest(15)]);
		expect(await run()).toBe(ALL);
		expect(rangesOf(host)).toEqual([undefined, 'bytes=3-', 'bytes=8-', 'bytes=15-']);
	});

	test('asks for the rest of the same file only', async () => {
		const modified = { 'last-modified': 'Mon, 01 Jun 2026 00:00:00 GMT' };
		for (const [headers, validator] of [
			[{ ...LENGTH, etag: '"v1"', ...modified }, '"v1"'],
			[{ ...LENGTH, etag: 'W/"v1"', ...modified }, modified['last-modified']],
			[LENGTH, undefined],
		] as const) {
			const { host, run } = rig([brokenAt(7, 'reset', headers), rest(7)]);
			expect(await run()).toBe(ALL);
			expect(host.requests[1]?.headers['If-Range']).toBe(validator);
		}
	});

	test.each<[string, Record<string, string>, VideoReply]>([
		['the length', LENGTH, whole()],
		['the ETag', { etag: '"v1"' }, { headers: { etag: '"v1"' }, body: [FILE] }],
		[
			'the date',
			{ 'last-modified': 'Mon, 01 Jun 2026 00:00:00 GMT' },
			{ headers: { 'last-modified': 'Mon, 01 Jun 2026 00:00:00 GMT' }, body: [FILE] },
		],
	])(
		'a host that takes no ranges: leaves out what has come, if %s shows it is the same',
		async (_, headers, second) => {
			expect(await rig([brokenAt(7, 'reset', headers), second]).run()).toBe(ALL);
		},
	);

	test('a host that takes no ranges, in pieces smaller than what has come', async () => {
		const body = [part(0, 3), part(3, 9), part(9)];
		expect(await rig([brokenAt(7), { headers: LENGTH, body }]).run()).toBe(ALL);
	});

	test.each([0, 12])(
		'a host that starts over, and ends within what has come, behind byte %p',
		async (at) => {
			const { host, run } = rig([brokenAt(20), brokenAt(at, 'end'), whole()]);
			expect(await run()).toBe(ALL);
			expect(host.requests).toHaveLength(3);
		},
	);

	test('a host that sends a part at once', async () => {
		expect(await rig([rest(0)]).run()).toBe(ALL);
	});

	test('a file whose length is told with its rest: it is the end where that has come', async () => {
		const same = { etag: '"v1"' };
		const cutOff = { ...rest(7, same), body: [part(7, 15)] };
		const { host, run } = rig([brokenAt(7, 'reset', same), cutOff, rest(15, same)]);
		expect(await run()).toBe(ALL);
		expect(rangesOf(host)).toEqual([undefined, 'bytes=7-', 'bytes=15-']);
	});

	test('a rest of a file whose length the host never tells', async () => {
		const same = { etag: '"v1"' };
		const range = { 'content-range': ' bytes 7-19/* ', ...same };
		const { run } = rig([
			brokenAt(7, 'reset', same),
			{ status: 206, headers: range, body: [part(7)] },
		]);
		expect(await run()).toBe(ALL);
	});

	test('a rest that shows by its ETag and its date that it is of the same file', async () => {
		const headers = { etag: '"v1"', 'last-modified': 'Mon, 01 Jun 2026 00:00:00 GMT' };
		const { run } = rig([brokenAt(7, 'reset', { ...LENGTH, ...headers }), rest(7, headers)]);
		expect(await run()).toBe(ALL);
	});

	test('a break behind the last byte of a file of unknown length', async () => {
		const none = { status: 416, headers: { 'content-range': 'bytes */20' } };
		expect(await rig([brokenAt(20, 'reset', {}), none]).run()).toBe(ALL);
	});

	test.each([
		['the whole', whole({ etag: '"new"' })],
		['all of it as a part', rest(0, { etag: '"new"' })],
	])('one that had not begun begins anew, whatever comes: %s', async (_, second) => {
		const { host, run } = rig([brokenAt(0, 'reset', { ...LENGTH, etag: '"old"' }), second]);
		expect(await run()).toBe(ALL);
		expect(rangesOf(host)).toEqual([undefined, undefined]);
	});
});

describe('another file in place of the rest', () => {
	test.each<[string, Record<string, string>, VideoReply]>([
		['by its ETag', { ...LENGTH, etag: '"v1"' }, whole({ etag: '"v2"' })],
		[
			'by its date',
			{ ...LENGTH, 'last-modified': 'Mon, 01 Jun 2026 00:00:00 GMT' },
			whole({ 'last-modified': 'Tue, 02 Jun 2026 00:00:00 GMT' }),
		],
		[
			'by its length, though the date is the same',
			{ ...LENGTH, 'last-modified': 'Mon, 01 Jun 2026 00:00:00 GMT' },
			whole({ 'content-length': '21', 'last-modified': 'Mon, 01 Jun 2026 00:00:00 GMT' }),
		],
		['by lengths that are no numbers', { 'content-length': 'x' }, whole({ 'content-length': 'x' })],
		['part of another unit', LENGTH, rest(7, { 'content-range': 'items 7-19/20' })],
		['part of a range with more behind it', LENGTH, rest(7, { 'content-range': 'bytes 7-19/20;' })],
		[
			'part of a range with more before it',
			LENGTH,
			rest(7, { 'content-range': 'x bytes 7-19/20' }),
		],
		['by its length', LENGTH, { headers: { 'content-length': '21' }, body: [FILE] }],
		['with nothing to tell', {}, { body: [FILE] }],
		['a part with another ETag', { ...LENGTH, etag: '"v1"' }, rest(7, { etag: '"v2"' })],
		[
			'a part with another date',
			{ ...LENGTH, 'last-modified': 'Mon, 01 Jun 2026 00:00:00 GMT' },
			rest(7, { 'last-modified': 'Tue, 02 Jun 2026 00:00:00 GMT' }),
		],
		['a part, where the host had told nothing', {}, rest(7)],
		['a part of unknown length', LENGTH, rest(7, { 'content-range': 'bytes 7-29/*' })],
		['a part of another length', LENGTH, rest(7, { 'content-range': 'bytes 7-29/30' })],
		['another part', LENGTH, rest(7, { 'content-range': 'bytes 5-19/20' })],
		['a part without a range', LENGTH, { status: 206, body: [part(7)] }],
		[
			'started over, and shorter',
			{ etag: '"v1"' },
			{ headers: { etag: '"v1"' }, body: [part(0, 5)] },
		],
		[
			'no such part of a shorter file',
			{},
			{ status: 416, headers: { 'content-range': 'bytes */5' } },
		],
		['no such part of who knows what', {}, { status: 416 }],
		[
			'no such part, though the length is known',
			LENGTH,
			{ status: 416, headers: { 'content-range': 'bytes */7' } },
		],
		['no such part', LENGTH, { status: 416, headers: { 'content-range': 'bytes */5' } }],
	])('%s is not taken for it', async (_, headers, second) => {
		const { host, run, text } = rig([brokenAt(7, 'reset', headers), second]);
		expect(await run()).toEqual({ kind: 'fileChanged' });
		expect([text(), host.requests.length]).toEqual([ALL.slice(0, 7), 2]);
	});
});

describe('trouble that passes', () => {
	test.each<[string, VideoReply]>([
		['a host in trouble', { status: 500 }],
		['a busy host', { status: 503 }],
		['408', { status: 408 }],
		['no connection', { networkError: 'the connection was refused' }],
	])('%s: tried again, with longer and longer pauses', async (_, reply) => {
		const { host, run } = rig([reply, reply, reply, whole()]);
		expect(await run()).toBe(ALL);
		expect(host.requests.map(({ at }) => at)).toEqual([0, 1, 3, 7]);
	});

	test('no answer: for no longer than the timeout', async () => {
		const { host, run } = rig([{ neverResponds: true }, whole()]);
		expect(await run()).toBe(ALL);
		expect(host.requests.map(({ at }) => at)).toEqual([0, 31]);
	});

	test('Retry-After is obeyed, up to two minutes', async () => {
		const busy = (seconds: string) => ({ status: 503, headers: { 'retry-after': seconds } });
		const patient = rig([busy('120'), whole()]);
		expect(await patient.run()).toBe(ALL);
		expect(patient.host.requests[1]?.at).toBeGreaterThanOrEqual(120);
		expect(await rig([busy('121')]).run()).toMatchObject({ kind: 'retriesExhausted', attempts: 1 });
	});

	test('429 brakes the other downloads too, and a good answer eases that', async () => {
		const { throttle, clock, run } = rig([
			{ status: 429, headers: { 'retry-after': '8' } },
			whole(),
		]);
		const pulled = jest.spyOn(throttle, 'pull');
		const eased = jest.spyOn(throttle, 'ease');
		expect(await run()).toBe(ALL);
		expect(pulled.mock.calls).toEqual([[clock.at(0), clock.at(0), 8_000]]);
		expect(eased).toHaveBeenCalledTimes(1);
	});

	test.each<[string, Record<string, string>, number]>([
		['names no time', {}, 1_000],
		['names more than two minutes', { 'retry-after': '500' }, 120_000],
	])('429 that %s brakes the others for as long as is sensible', async (_, headers, pause) => {
		const { throttle, clock, run } = rig([{ status: 429, headers }], { maxRetries: 0 });
		await run();
		expect(throttle.pausedUntil).toBe(clock.at(0) + pause);
	});

	test('a busy host brakes nobody else', async () => {
		const { throttle, run } = rig([{ status: 503, headers: { 'retry-after': '9' } }], {
			maxRetries: 0,
		});
		await run();
		expect([throttle.intervalMs, throttle.pausedUntil]).toEqual([0, 0]);
	});

	test('retries are counted over the whole of a video', async () => {
		const { host, run } = rig(
			[brokenAt(3), { ...rest(3), body: [part(3, 5), 'reset'] }, { status: 502 }],
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

	test.each<[VideoReply, RegExp]>([
		[brokenAt(7, 'reset'), /^the connection was reset$/],
		[brokenAt(7, 'end'), /^the connection was closed after 7 of 20 bytes$/],
		[brokenAt(7, 'hang'), /^nothing came for 30 s$/],
		[{ neverResponds: true }, /^no answer within 30 s$/],
		[{ status: 429 }, /^too many requests \(429\)$/],
		[{ status: 408 }, /^the host gave up waiting \(408\)$/],
	])('without retries the reason is told', async (reply, reason) => {
		expect(await rig([reply], { maxRetries: 0 }).run()).toMatchObject({
			kind: 'retriesExhausted',
			attempts: 1,
			reason: expect.stringMatching(reason),
		});
	});
});

describe('trouble that does not pass is not tried again', () => {
	test.each<[VideoReply, object]>([
		[{ status: 401 }, { kind: 'linkExpired', code: 401 }],
		[{ status: 403 }, { kind: 'linkExpired', code: 403 }],
		[{ status: 404 }, { kind: 'linkExpired', code: 404 }],
		[{ status: 410 }, { kind: 'linkExpired', code: 410 }],
		[{ status: 400 }, { kind: 'rejected', code: 400 }],
		[{ status: 416 }, { kind: 'rejected', code: 416 }],
		[{ status: 304 }, { kind: 'rejected', code: 304 }],
		[{ status: 204 }, { kind: 'notAVideo', got: 'an empty answer' }],
		[{ headers: { 'content-length': '0' } }, { kind: 'notAVideo', got: 'an empty file' }],
		[{ headers: {} }, { kind: 'notAVideo', got: 'an empty file' }],
	])('%p', async (reply, failure) => {
		const { host, listeners, run } = rig([reply, whole()]);
		expect(await run()).toEqual(failure);
		expect([host.requests.length, host.connections, listeners()]).toEqual([1, 0, 0]);
	});

	test('nor is its answer held open', async () => {
		const { clock, host, transfer } = rig([{ status: 403, body: [part(0, 5), 'hang'] }]);
		expect(await clock.finish(transfer.open())).toMatchObject({ kind: 'linkExpired' });
		expect([host.connections, clock.sleeping]).toEqual([0, 0]);
		transfer.close();
	});

	test.each([
		'text/html; charset=utf-8',
		'application/json',
		'application/problem+json',
		'text/xml',
	])('a page (%s) is no video', async (type) => {
		for (const start of ['<!doctype html>', '\ufeff\n {"error":1}', '[1]']) {
			const body = [new TextEncoder().encode(start)];
			const { run } = rig([{ headers: { 'content-type': type }, body }]);
			expect(await run()).toEqual({ kind: 'notAVideo', got: expect.stringContaining('page') });
		}
	});

	test('a video that is only said to be a page is one', async () => {
		expect(await rig([whole({ 'content-type': 'text/html' })]).run()).toBe(ALL);
	});

	test('nor is one that has a mark where a later piece begins', async () => {
		const body = [part(0, 5), new TextEncoder().encode('<html>')];
		const { run } = rig([{ headers: { 'content-type': 'text/html' }, body }]);
		expect(await run()).toBe(`${ALL.slice(0, 5)}<html>`);
	});
});

describe('the largest size', () => {
	const tooLarge = (length: number | null) => ({ kind: 'tooLarge', length, limit: 19 });

	test('is told from the length before anything comes', async () => {
		const { run, text } = rig([whole()], { maxDownloadBytes: 19 });
		expect([await run(), text()]).toEqual([tooLarge(20), '']);
	});

	test('is counted where there is no length', async () => {
		const body = [part(0, 10), part(10, 19), part(19), FILE];
		const { host, run, text } = rig([{ body }], { maxDownloadBytes: 19 });
		expect([await run(), text()]).toEqual([tooLarge(null), ALL.slice(0, 19)]);
		expect(host.connections).toBe(0);
	});

	test('may be reached', async () => {
		expect(await rig([whole()], { maxDownloadBytes: 20 }).run()).toBe(ALL);
	});
});

describe('redirects', () => {
	const to = (location: string, status = 302): VideoReply => ({ status, headers: { location } });

	test('are followed, each hop asked as if it were the first', async () => {
		const { host, run } = rig([
			to('/b/2.mp4', 301),
			to('https://cdn.example.net/c'),
			brokenAt(7),
			to('http://other.example.net/d', 307),
			rest(7),
		]);
		expect(await run()).toBe(ALL);
		expect(host.requests.map(({ url, headers }) => [url, headers])).toEqual([
			[URL_OF_VIDEO, {}],
			['https://videos.example.com/b/2.mp4', {}],
			['https://cdn.example.net/c', {}],
			[URL_OF_VIDEO, { Range: 'bytes=7-' }],
			['http://other.example.net/d', { Range: 'bytes=7-' }],
		]);
	});

	test.each([301, 302, 303, 307, 308])('%p is one', async (status) => {
		const { host, run } = rig([to('/2.mp4', status), whole()]);
		expect(await run()).toBe(ALL);
		expect(host.requests).toHaveLength(2);
	});

	test.each([300, 304, 305])('%p is none', async (status) => {
		expect(await rig([to('/2.mp4', status), whole()]).run()).toEqual({
			kind: 'rejected',
			code: status,
		});
	});

	test('may be as many as browsers follow', async () => {
		const hops = Array.from({ length: 20 }, () => to(URL_OF_VIDEO));
		expect(await rig([...hops, whole()]).run()).toBe(ALL);
	});

	test('tell why they are not followed', async () => {
		expect(await rig([to('file:///etc/passwd')]).run()).toEqual({
			kind: 'invalidUrl',
			reason: 'it redirects to what is no http(s) address',
		});
	});

	test.each(['file:///etc/passwd', 'ftp://example.com/', 'http://'])(
		'to %p are not followed',
		async (location) => {
			const { host, run } = rig([to(location), whole()]);
			expect(await run()).toMatchObject({ kind: 'invalidUrl' });
			expect([host.requests.length, host.connections]).toEqual([1, 0]);
		},
	);

	test('in a circle come to an end', async () => {
		const { host, run } = rig(Array.from({ length: 50 }, () => to(URL_OF_VIDEO)));
		expect(await run()).toEqual({ kind: 'invalidUrl', reason: 'it redirects too often' });
		expect(host.requests).toHaveLength(21);
	});

	test('that lead nowhere are an answer like any other', async () => {
		expect(await rig([{ status: 302 }]).run()).toEqual({ kind: 'rejected', code: 302 });
	});
});

describe('the end of the run', () => {
	test.each<[string, VideoReply]>([
		['before an answer', { neverResponds: true }],
		['in the middle', brokenAt(7, 'hang')],
		['in a pause', { status: 503, headers: { 'retry-after': '60' } }],
		['in a pause after a break', brokenAt(7, 'reset')],
	])('%s ends it, too', async (_, reply) => {
		const { clock, controller, host, read } = rig([reply]);
		const reading = read();
		await flushPromises();
		controller.abort();
		await flushPromises();
		expect(await reading).toEqual({ kind: 'aborted' });
		expect([clock.sleeping, host.connections, host.requests.length]).toEqual([0, 0, 1]);
	});

	test('has come before: nothing is asked', async () => {
		const { controller, run } = rig([{ neverResponds: true }]);
		controller.abort();
		expect(await run()).toEqual({ kind: 'aborted' });
	});

	test.each(['before', 'behind'])(
		'whoever leaves early, %s the first byte, ends it',
		async (when) => {
			const { clock, host, listeners, transfer } = rig([brokenAt(7, 'hang')]);
			await transfer.open();
			const bytes = transfer.bytes();
			if (when === 'behind') await bytes.next();
			await bytes.return();
			transfer.close();
			await flushPromises();
			expect([clock.sleeping, host.connections, listeners()]).toEqual([0, 0, 0]);
		},
	);

	test('whoever gives up without a word ends it at once, also where it had broken off before', async () => {
		const { clock, host, transfer } = rig([
			brokenAt(7, 'reset', { ...LENGTH, etag: '"v1"' }),
			rest(7, { etag: '"v1"' }),
		]);
		await transfer.open();
		const bytes = transfer.bytes();
		await bytes.next();
		await clock.finish(bytes.next());
		expect(host.connections).toBe(1);
		transfer.close();
		expect(host.connections).toBe(0);
	});

	test('and nothing more is tried for whoever has given up', async () => {
		const { clock, host, transfer } = rig([brokenAt(7, 'hang'), whole()]);
		await transfer.open();
		const bytes = transfer.bytes();
		await bytes.next();
		const rest = bytes.next();
		transfer.close();
		await expect(rest).rejects.toThrow();
		await clock.advance(600_000);
		expect([host.requests.length, clock.sleeping]).toEqual([1, 0]);
	});
});
