import { N8nHttp } from '../../../nodes/ApikleyVeo/n8n/http';
import type { HttpRequest, HttpResult } from '../../../nodes/ApikleyVeo/veo/ports';
import { FakeClock, flushPromises } from '../support/fakeClock';
import { bytes, CREDENTIAL, fakeContext, FakeStream, response } from '../support/fakeContext';
import type { FakeResponse, FakeRun, Respond } from '../support/fakeContext';
import { spyOnSignal } from '../support/spyOnSignal';

const REQUEST: HttpRequest = {
	method: 'GET',
	url: 'https://api.example.com/api/v1/veo/record-info?taskId=veo_1',
};
const MIB = 2 ** 20;

function createHttp(run: FakeRun = {}, clock = new FakeClock(), request = REQUEST) {
	const fake = fakeContext(run);
	const http = new N8nHttp(fake.context, clock);
	const spy = spyOnSignal();
	const start = async (timeoutMs = 30_000, signal = spy.signal) =>
		await http.send(request, timeoutMs, signal);
	const send = async (timeoutMs?: number) => await clock.finish(start(timeoutMs));
	const leftovers = () => [clock.sleeping, spy.listeners()];
	return { ...fake, ...spy, clock, start, send, leftovers };
}

const never = async (): Promise<FakeResponse> => await new Promise<FakeResponse>(() => {});
const fail = (error: Error) => async () => await Promise.reject(error);
const bodyOf = (result: HttpResult) =>
	result.kind === 'response' ? result.response.body : result.kind;
const streamed = (chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, statusCode = 200) => {
	const body = new FakeStream(chunks);
	return { body, reply: { statusCode, headers: {}, body } };
};
const sleep = async (clock: FakeClock, ms: number) =>
	await clock.sleep(ms, new AbortController().signal);

describe('a request', () => {
	test("is sent once, with n8n's helper and the credential", async () => {
		const { clock, context, sent, send, leftovers } = createHttp({ respond: () => response(200) });
		await send(12_500);
		expect(sent).toHaveLength(1);
		expect(sent[0]).toMatchObject({ self: context, credentialType: 'apikleyApi' });
		expect(sent[0]?.options).toEqual({
			...REQUEST,
			headers: { Accept: 'application/json' },
			timeout: 12_500,
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		});
		expect(sent[0]?.credential?.data).toEqual(CREDENTIAL);
		await flushPromises();
		expect([clock.seconds, ...leftovers()]).toEqual([0, 0, 0]);
	});
});

test('a timeout that is too long for a timer does not end a request at once', async () => {
	const { sent, send } = createHttp({ respond: () => response(200) });
	expect(await send(3_000_000_000)).toMatchObject({ kind: 'response' });
	expect(sent[0]?.options).toMatchObject({ timeout: 2 ** 31 - 1 });
});

describe('a file', () => {
	const never = async () => await new Promise<never>(() => {});
	/** A request with a file of 250 kB, and the streams that were opened for it. */
	function withFile(open?: () => Promise<FakeStream>) {
		const opened: FakeStream[] = [];
		const openFile = async () => {
			opened.push(new FakeStream([bytes('a'.repeat(250_000))]));
			return await Promise.resolve(opened.at(-1) ?? new FakeStream([]));
		};
		const fileBody = {
			contentType: 'application/json',
			before: '{"data":"',
			file: { size: 250_000, open: open ?? openFile },
			encoding: 'binary',
			after: '"}',
		} as const;
		const request: HttpRequest = { ...REQUEST, method: 'POST', fileBody };
		return { request, opened };
	}

	test('is sent as a stream, with its type and length', async () => {
		const { request } = withFile();
		let received = 0;
		const respond: Respond = async (_id, _nth, { body }) => {
			for await (const chunk of body as unknown as FakeStream) received += chunk.byteLength;
			return response(200);
		};
		const { sent, send } = createHttp({ respond }, new FakeClock(), request);
		expect(await send()).toMatchObject({ kind: 'response' });
		expect(sent[0]?.options).toMatchObject({
			method: 'POST',
			headers: { 'Content-Type': 'application/json', 'Content-Length': 250_011 },
			disableFollowRedirect: true,
		});
		expect(received).toBe(250_011);
	});

	test('is opened anew for each attempt, and closed if the server does not read it', async () => {
		const { request, opened } = withFile();
		const { send } = createHttp({ respond: () => response(503) }, new FakeClock(), request);
		await send();
		await send();
		expect(opened.map(({ destroyed }) => destroyed)).toEqual([true, true]);
	});

	test('has the timeout, and the time that it takes at one megabit per second', async () => {
		const { request, opened } = withFile();
		const { clock, sent, send, leftovers } = createHttp(
			{ respond: never },
			new FakeClock(),
			request,
		);
		const reason = 'no response within 7 s';
		expect(await send(5_000)).toMatchObject({ kind: 'failed', reason });
		expect([clock.seconds, sent[0]?.options.timeout]).toEqual([7, 5_000]);
		expect([opened[0]?.destroyed, ...leftovers()]).toEqual([true, 0, 0]);
	});

	test('that cannot be read is a failure before anything is sent', async () => {
		const { request } = withFile(async () => await Promise.reject(new Error('File not found')));
		const { sent, send } = createHttp({}, new FakeClock(), request);
		expect(await send()).toMatchObject({
			kind: 'failed',
			reason: 'File not found',
			neverSent: true,
		});
		expect(sent).toEqual([]);
	});

	test('that is opened when the request is aborted is closed, and not sent', async () => {
		const clock = new FakeClock();
		const stream = new FakeStream([bytes('a')]);
		const { request } = withFile(async () => {
			await sleep(clock, 1_000);
			return stream;
		});
		const { controller, sent, start } = createHttp({}, clock, request);
		const result = start();
		await clock.advance(0.5);
		controller.abort();
		expect(await clock.finish(result)).toEqual({ kind: 'aborted' });
		await clock.runAll();
		expect([stream.destroyed, sent]).toEqual([true, []]);
	});
});

describe('a response', () => {
	test.each([200, 302, 401, 404, 429, 503])('may have status %p', async (status) => {
		const { sent, fetched, send } = createHttp({ respond: () => response(status, '{"code":1}') });
		expect(await send()).toEqual({
			kind: 'response',
			response: { status, headers: {}, body: '{"code":1}' },
		});
		expect([sent.length, fetched.length]).toEqual([1, 0]);
	});

	test('keeps only the headers that are needed and are text', async () => {
		const headers = { 'retry-after': '7', location: 'https://login.example.com/' };
		const all = { ...headers, 'set-cookie': ['a=b'], 'content-type': 'application/json' };
		const { send } = createHttp({ respond: () => response(302, '', all) });
		expect(await send()).toMatchObject({ response: { headers } });
		expect(await send()).not.toHaveProperty('response.headers.set-cookie');
		const invalid = { 'retry-after': 7, location: ['a', 'b'] };
		const { send: next } = createHttp({ respond: () => response(503, '', invalid) });
		expect(await next()).toMatchObject({ response: { headers: {} } });
	});

	const russian = '{"prompt":"кот 🎬"}';
	test.each<[string, Uint8Array[], string]>([
		['characters split between chunks', [...bytes(russian)].map((b) => Uint8Array.of(b)), russian],
		['a byte order mark', [bytes('\uFEFF{"code":200}')], '{"code":200}'],
		['no body', [], ''],
		['10 MiB', Array.from({ length: 10 }, () => new Uint8Array(MIB)), '\0'.repeat(10 * MIB)],
	])('may have %s', async (_, chunks, text) => {
		const { send } = createHttp({ respond: () => streamed(chunks).reply });
		expect(bodyOf(await send())).toBe(text);
	});

	test('of more than 10 MiB is an error, and is not read to its end', async () => {
		const chunks = [new Uint8Array(10 * MIB), Uint8Array.of(32), new Uint8Array(MIB)];
		const { body, reply } = streamed(chunks);
		const { send } = createHttp({ respond: () => reply });
		expect(await send()).toEqual({
			kind: 'failed',
			reason: 'the response was larger than 10 MiB',
			isPermanent: false,
			neverSent: false,
		});
		expect([body.read, body.destroyed]).toEqual([10 * MIB + 1, true]);
	});
});

describe('an error', () => {
	async function* broken() {
		yield bytes('{"code":');
		await Promise.resolve();
		throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
	}
	const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
	const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

	test.each<[string, FakeRun, string, boolean]>([
		['before it is sent', { respond: fail(refused) }, 'the connection was refused', true],
		['before the response', { respond: fail(reset) }, 'the connection was reset', false],
		[
			'within the body',
			{ respond: () => streamed(broken()).reply },
			'the connection was reset',
			false,
		],
		[
			'of the credential',
			{ credential: fail(new Error('It was deleted')) },
			'It was deleted',
			true,
		],
	])('%s is a result, which says if the request was sent', async (_, run, reason, neverSent) => {
		const failure = { kind: 'failed', reason, isPermanent: false, neverSent };
		expect(await createHttp(run).send()).toEqual(failure);
	});

	test('that no retry changes is a permanent result', async () => {
		const expired = Object.assign(new Error('certificate'), { code: 'CERT_HAS_EXPIRED' });
		expect(await createHttp({ respond: fail(expired) }).send()).toMatchObject({
			isPermanent: true,
		});
	});
});

describe('a timeout', () => {
	const timedOut = Object.assign(new Error('timeout exceeded'), { code: 'ECONNABORTED' });

	test.each<[string, Respond, number]>([
		["n8n's own timeout comes first", fail(timedOut), 0],
		['there is no response', never, 2.5],
	])('has the same reason if %s', async (_, respond, seconds) => {
		const { clock, send, leftovers } = createHttp({ respond });
		const reason = 'no response within 2.5 s';
		expect(await send(2_500)).toMatchObject({ kind: 'failed', reason, isPermanent: false });
		expect(clock.seconds).toBe(seconds);
		expect(leftovers()).toEqual([0, 0]);
	});

	test('ends a body that never ends', async () => {
		const clock = new FakeClock();
		async function* drip() {
			for (;;) {
				await sleep(clock, 1_000);
				yield bytes(' ');
			}
		}
		const { body, reply } = streamed(drip());
		const { send } = createHttp({ respond: () => reply }, clock);
		const reason = 'no response within 4.5 s';
		expect(await send(4_500)).toMatchObject({ kind: 'failed', reason, isPermanent: false });
		expect(clock.seconds).toBe(4.5);
		expect(body.destroyed).toBe(true);
	});

	test('closes a response that comes later, without reading it', async () => {
		const { body, reply } = streamed([bytes('late')]);
		const clock = new FakeClock();
		const respond = async () => {
			await sleep(clock, 9_000);
			return reply;
		};
		await createHttp({ respond }, clock).send(2_000);
		expect(body.destroyed).toBe(false);
		await clock.runAll();
		expect([body.destroyed, body.read]).toEqual([true, 0]);
	});
});

describe('an abort', () => {
	test('ends a request without a response at once', async () => {
		const { clock, controller, start, leftovers } = createHttp({ respond: never });
		const result = start();
		await clock.advance(1);
		controller.abort();
		expect(await clock.finish(result)).toEqual({ kind: 'aborted' });
		expect(clock.seconds).toBe(1);
		expect(leftovers()).toEqual([0, 0]);
	});

	test('closes a body that is being read', async () => {
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

	test('before a request prevents it', async () => {
		const { clock, sent, credentialReads, start } = createHttp({ respond: never });
		expect(await clock.finish(start(30_000, AbortSignal.abort()))).toEqual({ kind: 'aborted' });
		expect([sent, credentialReads]).toEqual([[], []]);
	});

	test('while the credential is read prevents the request', async () => {
		const clock = new FakeClock();
		const credential = async () => {
			await sleep(clock, 1_000);
			return CREDENTIAL;
		};
		const { controller, sent, start } = createHttp({ credential }, clock);
		const result = start();
		await clock.advance(0.5);
		controller.abort();
		expect(await clock.finish(result)).toEqual({ kind: 'aborted' });
		await clock.runAll();
		expect(sent).toEqual([]);
	});
});

describe('the credential', () => {
	test('is read again after a minute', async () => {
		const keys = ['sk-first-000000', 'sk-second-00000', 'sk-third-000000'];
		const credential = () => ({ ...CREDENTIAL, apiKey: keys.shift() ?? '' });
		const respond = () => response(200);
		const { clock, sent, credentialReads, send } = createHttp({ credential, respond });
		for (const pause of [0, 30, 30, 0.001, 59, 1.001]) {
			await clock.advance(pause);
			await send();
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

	test('is read once for requests that start together', async () => {
		const { clock, credentialReads, start } = createHttp({ respond: () => response(200) });
		await clock.finish(Promise.all([start(), start(), start()]));
		expect(credentialReads).toHaveLength(1);
	});

	test('is read again by the next request if it could not be read', async () => {
		let reads = 0;
		const credential = async () => {
			if ((reads += 1) === 1) throw new Error('database is locked');
			return await Promise.resolve(CREDENTIAL);
		};
		const { send } = createHttp({ credential, respond: () => response(200, 'ok') });
		expect(await send()).toMatchObject({ kind: 'failed', reason: 'database is locked' });
		expect(bodyOf(await send())).toBe('ok');
	});
});

describe('the key is redacted', () => {
	const key = 'sk/example+012345==';
	const credential = () => ({ ...CREDENTIAL, apiKey: ` \u200bBearer ${key}\n` });

	test('in a body, even if it is split between two chunks', async () => {
		const whole = bytes(`{"msg":"Bad key ${key}, yes: ${key}"}`);
		for (let cut = 1; cut < whole.length; cut++) {
			const chunks = [whole.subarray(0, cut), whole.subarray(cut)];
			const { send } = createHttp({ credential, respond: () => streamed(chunks, 401).reply });
			expect(bodyOf(await send())).toBe('{"msg":"Bad key ***, yes: ***"}');
		}
	});

	test('in the location of a redirect', async () => {
		const headers = { location: `https://login.example.com/?key=${key}` };
		const { send } = createHttp({ credential, respond: () => response(302, '', headers) });
		expect(JSON.stringify(await send())).not.toContain(key);
	});

	test('in the message of an error that wraps another', async () => {
		const cause = new Error(`Parse Error: ${encodeURIComponent(key)}`);
		const respond = fail(new Error(`Invalid header: Bearer ${key}`, { cause }));
		expect(await createHttp({ credential, respond }).send()).toEqual({
			kind: 'failed',
			reason: 'Invalid header: Bearer ***',
			isPermanent: false,
			neverSent: false,
		});
	});

	test('after it was renewed', async () => {
		const keys = [key, 'sk-renewed-0123456789'];
		const { clock, send } = createHttp({
			credential: () => ({ ...CREDENTIAL, apiKey: keys.shift() ?? '' }),
			respond: () => response(401, 'Bad key sk-renewed-0123456789'),
		});
		expect(bodyOf(await send())).toBe('Bad key sk-renewed-0123456789');
		await clock.advance(60.001);
		expect(bodyOf(await send())).toBe('Bad key ***');
	});
});
