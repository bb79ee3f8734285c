import { N8nHttp } from '../../../nodes/ApikleyVeo/n8n/http';
import type { HttpResult } from '../../../nodes/ApikleyVeo/veo/ports';
import { bytes, CREDENTIAL, fakeContext, FakeStream, response } from '../support/fakeContext';
import type { FakeResponse, FakeRun } from '../support/fakeContext';
import { flushPromises, FakeClock } from '../support/fakeClock';
import { spyOnSignal } from '../support/spyOnSignal';

const URL_OF_TASK = 'https://api.example.com/api/v1/veo/record-info?taskId=veo_1';
const MIB = 2 ** 20;

function createHttp(run: FakeRun = {}) {
	const fake = fakeContext(run);
	const clock = new FakeClock();
	const http = new N8nHttp(fake.context, clock);
	const counted = spyOnSignal();
	const start = async (timeoutMs = 30_000, signal = counted.signal) =>
		await http.get(URL_OF_TASK, timeoutMs, signal);
	const get = async (timeoutMs?: number) => await clock.finish(start(timeoutMs));
	return { ...fake, ...counted, clock, start, get };
}

const forever = async (): Promise<FakeResponse> => await new Promise<FakeResponse>(() => {});
const bodyOf = (result: HttpResult) =>
	result.kind === 'response' ? result.response.body : result.kind;
const streamed = (chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, statusCode = 200) => {
	const body = new FakeStream(chunks);
	return { body, reply: { statusCode, headers: {}, body } };
};

describe('the request', () => {
	test("goes through n8n's helper with the credential, as one GET", async () => {
		const { context, sent, get } = createHttp({ respond: () => response(200) });
		await get(12_500);
		expect(sent).toHaveLength(1);
		expect(sent[0]).toMatchObject({ self: context, credentialType: 'apikleyApi' });
		expect(sent[0]?.options).toEqual({
			method: 'GET',
			url: URL_OF_TASK,
			headers: { Accept: 'application/json' },
			timeout: 12_500,
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		});
	});

	test('does not hold the key itself: the credential adds it', async () => {
		const { sent, get } = createHttp({ respond: () => response(200) });
		await get();
		expect(JSON.stringify(sent[0]?.options)).not.toContain(CREDENTIAL.apiKey);
		expect(sent[0]?.credential?.data).toEqual(CREDENTIAL);
	});
});

describe('a redirect is an answer, and nothing more is sent', () => {
	test.each([
		['to another host', 'https://login.example.com/'],
		['to another port', 'https://api.example.com:8443/'],
		['to plain http', URL_OF_TASK.replace('https:', 'http:')],
		['to another path', '/elsewhere'],
		['to itself', URL_OF_TASK],
	])('%s', async (_, location) => {
		const { sent, fetched, get } = createHttp({ respond: () => response(307, '', { location }) });
		expect(await get()).toMatchObject({ answer: { status: 307, headers: { location } } });
		expect([sent.length, fetched.length]).toEqual([1, 0]);
	});
});

describe('the answer', () => {
	test.each([200, 302, 401, 404, 429, 503])('HTTP %p is an answer', async (status) => {
		const { get } = createHttp({ respond: () => response(status, '{"code":1}') });
		expect(await get()).toEqual({
			kind: 'response',
			answer: { status, headers: {}, body: '{"code":1}' },
		});
	});

	test('only the headers that mean something are kept', async () => {
		const headers = {
			'retry-after': '7',
			location: 'https://login.example.com/',
			'set-cookie': ['a=b'],
			'content-type': 'application/json',
		};
		const { get } = createHttp({ respond: () => response(302, '', headers) });
		expect(await get()).toMatchObject({
			answer: { headers: { 'retry-after': '7', location: 'https://login.example.com/' } },
		});
		expect(await get()).not.toHaveProperty('answer.headers.set-cookie');
	});

	test('a header that is no text is left out', async () => {
		const headers = { 'retry-after': 7, location: ['a', 'b'] };
		const { get } = createHttp({ respond: () => response(503, '', headers) });
		expect(await get()).toMatchObject({ answer: { headers: {} } });
	});

	test('characters that are split between chunks', async () => {
		const whole = bytes('{"prompt":"кот 🎬"}');
		const chunks = [...whole].map((byte) => Uint8Array.of(byte));
		const { get } = createHttp({ respond: () => streamed(chunks).reply });
		expect(bodyOf(await get())).toBe('{"prompt":"кот 🎬"}');
	});

	test('a byte order mark is not part of the text', async () => {
		const { get } = createHttp({ respond: () => response(200, '\uFEFF{"code":200}') });
		expect(bodyOf(await get())).toBe('{"code":200}');
	});

	test('no body at all', async () => {
		const { get } = createHttp({ respond: () => streamed([]).reply });
		expect(bodyOf(await get())).toBe('');
	});

	test('10 MiB are read', async () => {
		const chunks = Array.from({ length: 10 }, () => new Uint8Array(MIB).fill(32));
		const { get } = createHttp({ respond: () => streamed(chunks).reply });
		expect(bodyOf(await get())).toHaveLength(10 * MIB);
	});

	test('one byte more is too much: not read to the end, and hung up', async () => {
		const chunks = [new Uint8Array(10 * MIB), Uint8Array.of(32), new Uint8Array(MIB)];
		const { body, reply } = streamed(chunks);
		const { get } = createHttp({ respond: () => reply });
		expect(await get()).toEqual({
			kind: 'failed',
			reason: 'the answer was larger than 10 MiB',
		});
		expect(body.read).toBe(10 * MIB + 1);
		expect(body.destroyed).toBe(true);
	});
});

describe('failures are data', () => {
	test('on the way', async () => {
		const error = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
		const { get } = createHttp({ respond: async () => await Promise.reject(error) });
		expect(await get()).toEqual({ kind: 'failed', reason: 'the connection was refused' });
	});

	test('in the middle of the body', async () => {
		async function* broken() {
			yield bytes('{"code":');
			await Promise.resolve();
			throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
		}
		const { get } = createHttp({ respond: () => streamed(broken()).reply });
		expect(await get()).toEqual({ kind: 'failed', reason: 'the connection was reset' });
	});

	test('of the credential', async () => {
		const credential = async () => await Promise.reject(new Error('Credential was deleted'));
		const { get, sent } = createHttp({ credential });
		expect(await get()).toEqual({ kind: 'failed', reason: 'Credential was deleted' });
		expect(sent).toEqual([]);
	});
});

describe('time', () => {
	test("no answer within the timeout, where n8n's own was quicker to notice", async () => {
		const { get } = createHttp({
			respond: async () => {
				throw Object.assign(new Error('timeout exceeded'), { code: 'ECONNABORTED' });
			},
		});
		expect(await get(2_500)).toEqual({ kind: 'failed', reason: 'no answer within 2.5 s' });
	});

	test('no answer within the timeout', async () => {
		const { clock, listeners, get } = createHttp({ respond: forever });
		expect(await get(2_500)).toEqual({ kind: 'failed', reason: 'no answer within 2.5 s' });
		expect(clock.seconds).toBe(2.5);
		expect([clock.sleeping, listeners()]).toEqual([0, 0]);
	});

	test('a body that never ends', async () => {
		const clock = new FakeClock();
		async function* drip() {
			for (;;) {
				await clock.sleep(1_000, new AbortController().signal);
				yield bytes(' ');
			}
		}
		const { body, reply } = streamed(drip());
		const { context } = fakeContext({ respond: () => reply });
		const http = new N8nHttp(context, clock);
		const result = await clock.finish(http.get(URL_OF_TASK, 4_500, new AbortController().signal));
		expect(result).toEqual({ kind: 'failed', reason: 'no answer within 4.5 s' });
		expect(clock.seconds).toBe(4.5);
		expect(body.destroyed).toBe(true);
	});

	test('an answer that comes later is hung up on, unread', async () => {
		const { body, reply } = streamed([bytes('late')]);
		const clock = new FakeClock();
		const respond = async () => {
			await clock.sleep(9_000, new AbortController().signal);
			return reply;
		};
		const { context } = fakeContext({ respond });
		const http = new N8nHttp(context, clock);
		await clock.finish(http.get(URL_OF_TASK, 2_000, new AbortController().signal));
		expect(body.destroyed).toBe(false);
		await clock.runAll();
		expect(body.destroyed).toBe(true);
		expect(body.read).toBe(0);
	});

	test('an answer in time leaves neither timer nor listener behind', async () => {
		const { clock, listeners, get } = createHttp({ respond: () => response(200) });
		await get();
		await flushPromises();
		expect(clock.seconds).toBe(0);
		expect([clock.sleeping, listeners()]).toEqual([0, 0]);
	});
});

describe('abort', () => {
	test('while the server is silent', async () => {
		const { clock, controller, listeners, start } = createHttp({ respond: forever });
		const result = start();
		await clock.advance(1);
		controller.abort();
		expect(await clock.finish(result)).toEqual({ kind: 'aborted' });
		expect(clock.seconds).toBe(1);
		expect([clock.sleeping, listeners()]).toEqual([0, 0]);
	});

	test('in the middle of a body, which is hung up on', async () => {
		async function* stuck() {
			yield bytes('{"code":');
			await new Promise<void>(() => {});
		}
		const { body, reply } = streamed(stuck());
		const { clock, controller, start } = createHttp({ respond: () => reply });
		const result = start();
		await clock.advance(1);
		controller.abort();
		expect(await clock.finish(result)).toEqual({ kind: 'aborted' });
		expect(body.destroyed).toBe(true);
	});

	test('beforehand: ends at once, and nothing is sent', async () => {
		const { clock, sent, start } = createHttp({ respond: forever });
		expect(await clock.finish(start(30_000, AbortSignal.abort()))).toEqual({ kind: 'aborted' });
		expect(clock.seconds).toBe(0);
		expect(sent).toEqual([]);
	});

	test('while the credential is read: nothing is sent afterwards', async () => {
		const clock = new FakeClock();
		const credential = async () => {
			await clock.sleep(1_000, new AbortController().signal);
			return CREDENTIAL;
		};
		const { context, sent } = fakeContext({ credential });
		const { controller, signal } = spyOnSignal();
		const result = new N8nHttp(context, clock).get(URL_OF_TASK, 30_000, signal);
		await clock.advance(0.5);
		controller.abort();
		expect(await clock.finish(result)).toEqual({ kind: 'aborted' });
		await clock.runAll();
		expect(sent).toEqual([]);
	});
});

describe('the credential', () => {
	test('is read once a minute, and then as it is by now', async () => {
		const keys = ['sk-first-000000', 'sk-second-00000', 'sk-third-000000'];
		const credential = () => ({ ...CREDENTIAL, apiKey: keys.shift() ?? '' });
		const { clock, sent, credentialReads, get } = createHttp({
			credential,
			respond: () => response(200),
		});
		for (const pause of [0, 30, 30, 0.001, 59, 1.001]) {
			await clock.advance(pause);
			await get();
		}
		expect(sent.map(({ credential: used }) => used?.data?.apiKey)).toEqual([
			'sk-first-000000',
			'sk-first-000000',
			'sk-first-000000',
			'sk-second-00000',
			'sk-second-00000',
			'sk-third-000000',
		]);
		expect(credentialReads).toEqual(['apikleyApi', 'apikleyApi', 'apikleyApi']);
	});

	test('is read once for lookups that start together', async () => {
		const { clock, credentialReads, start } = createHttp({ respond: () => response(200) });
		await clock.finish(Promise.all([start(), start(), start()]));
		expect(credentialReads).toHaveLength(1);
	});

	test('that could not be read is read again by the next request', async () => {
		let reads = 0;
		const credential = async () => {
			if ((reads += 1) === 1) throw new Error('database is locked');
			return await Promise.resolve(CREDENTIAL);
		};
		const { get } = createHttp({ credential, respond: () => response(200, 'ok') });
		expect(await get()).toMatchObject({ kind: 'failed', reason: 'database is locked' });
		expect(bodyOf(await get())).toBe('ok');
	});
});

describe('the key is masked', () => {
	const key = 'sk/example+012345==';
	const credential = () => ({ ...CREDENTIAL, apiKey: `  ${key}\n` });

	test('in a body that repeats it', async () => {
		const body = `{"msg":"Bad key ${key}, yes: ${key}"}`;
		const { get } = createHttp({ credential, respond: () => response(401, body) });
		expect(bodyOf(await get())).toBe('{"msg":"Bad key ***, yes: ***"}');
	});

	test('in a body that brings it in two chunks, wherever it is cut', async () => {
		const whole = bytes(`{"msg":"Bad key ${key}"}`);
		for (let cut = 1; cut < whole.length; cut++) {
			const chunks = [whole.subarray(0, cut), whole.subarray(cut)];
			const { get } = createHttp({ credential, respond: () => streamed(chunks, 401).reply });
			expect(bodyOf(await get())).toBe('{"msg":"Bad key ***"}');
		}
	});

	test('in the address that a redirect points at', async () => {
		const headers = { location: `https://login.example.com/?key=${key}` };
		const { get } = createHttp({ credential, respond: () => response(302, '', headers) });
		expect(JSON.stringify(await get())).not.toContain(key);
	});

	test('in the words of an error', async () => {
		const error = new Error(`Invalid header: Bearer ${key}`);
		const { get } = createHttp({ credential, respond: async () => await Promise.reject(error) });
		expect(await get()).toEqual({ kind: 'failed', reason: 'Invalid header: Bearer ***' });
	});

	test('in the words of an error that wraps another', async () => {
		const cause = new Error(`Parse Error: ${encodeURIComponent(key)}`);
		const error = new Error(`Invalid answer to Bearer ${key}`, { cause });
		const { get } = createHttp({ credential, respond: async () => await Promise.reject(error) });
		expect(await get()).toEqual({ kind: 'failed', reason: 'Invalid answer to Bearer ***' });
	});

	test('once it is another, in its new form', async () => {
		const keys = [key, 'sk-renewed-0123456789'];
		const { clock, get } = createHttp({
			credential: () => ({ ...CREDENTIAL, apiKey: keys.shift() ?? '' }),
			respond: () => response(401, 'Bad key sk-renewed-0123456789'),
		});
		expect(bodyOf(await get())).toBe('Bad key sk-renewed-0123456789');
		await clock.advance(60.001);
		expect(bodyOf(await get())).toBe('Bad key ***');
	});
});
