import { noResponse, parseResponse } from '../../../../nodes/ApikleyVeo/veo/api/envelope';
import type { Answer } from '../../../../nodes/ApikleyVeo/veo/api/envelope';
import { EXAMPLE, RUNNING } from '../../support/records';

const NOW = Date.UTC(2025, 5, 6, 10, 25, 0);
const PAGE = '<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>';

function read(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return parseResponse({ status, headers, body: text }, NOW);
}

/** A code comes as HTTP status with the body's own code, as status alone, or in the body alone. */
const WAYS: ReadonlyArray<[string, (code: number, msg: string) => Answer]> = [
	['as HTTP status', (code, msg) => read(code, { code, msg, data: null })],
	['in the body of an HTTP 200', (code, msg) => read(200, { code, msg, data: null })],
	['in the body, as a string', (code, msg) => read(200, { code: String(code), msg, data: null })],
];

describe('a task', () => {
	test('is read from code 200', () => {
		const answer = read(200, { code: 200, msg: 'success', data: EXAMPLE });
		expect(answer).toMatchObject({ kind: 'task', task: { status: 'succeeded', record: EXAMPLE } });
	});

	test.each<[string, unknown]>([
		['code as a string', { code: '200', msg: 'success', data: RUNNING }],
		['no code', { data: RUNNING }],
		['code null', { code: null, data: RUNNING }],
		['msg: success, which describes the query', { code: 200, msg: 'success', data: RUNNING }],
		['msg that reads like a failure', { code: 200, msg: 'failed', data: RUNNING }],
	])('%s: a running task still runs', (_, body) => {
		expect(read(200, body)).toMatchObject({ kind: 'task', task: { status: 'generating' } });
	});

	test('an empty record is a task of unknown status', () => {
		const answer = read(200, { code: 200, data: {} });
		expect(answer).toMatchObject({ kind: 'task', task: { status: 'unknown' } });
	});

	test('any other 2xx counts as HTTP 200', () => {
		expect(read(206, { code: 200, data: RUNNING })).toMatchObject({ kind: 'task' });
	});
});

describe.each(WAYS)('a code %s', (_, answerFor) => {
	test('401: the key was rejected', () => {
		expect(answerFor(401, 'Unauthorized')).toEqual({
			kind: 'unauthorized',
			message: 'Unauthorized',
		});
	});

	test.each([
		[404, 'Not Found'],
		[422, 'record is null'],
		[422, 'Record not found for taskId: veo_1'],
	])('%p %p: the task is not known', (code, message) => {
		expect(answerFor(code, message)).toEqual({ kind: 'notFound', code, message });
	});

	test.each([
		[400, 'Only English prompts are supported at this time.'],
		[403, 'Forbidden'],
		[405, 'Method not allowed'],
		[414, 'URI too long'],
		[451, 'Failed to fetch the image.'],
		[499, 'Client closed request'],
		[600, 'What is this'],
		[1001, 'What is this'],
	])('%p: refused for good', (code, message) => {
		expect(answerFor(code, message)).toEqual({ kind: 'rejected', code, message });
	});

	test.each([
		[408, 'Timeout', 'the server gave up waiting (408)'],
		[429, 'slow down', 'too many requests (429)'],
		[455, 'maintenance', 'the API is under maintenance (455)'],
		[500, 'Internal Error', 'server error 500: Internal Error'],
		[501, 'Not implemented', 'server error 501: Not implemented'],
		[502, 'Bad Gateway', 'server error 502: Bad Gateway'],
		[503, 'Unavailable', 'server error 503: Unavailable'],
		[504, 'Gateway Timeout', 'server error 504: Gateway Timeout'],
		[599, 'Whatever', 'server error 599: Whatever'],
	])('%p: may pass', (code, message, reason) => {
		expect(answerFor(code, message)).toEqual({
			kind: 'transient',
			code,
			reason,
			throttled: code === 429,
			retryAfterMs: null,
		});
	});
});

describe('HTTP errors of a gateway, with a body that says nothing', () => {
	const bodies: Array<[string, string]> = [
		['a web page', PAGE],
		['nothing', ''],
		['truncated JSON', '{"code":422,"msg":"rec'],
		['JSON that is no object', '"error"'],
		['a list', '[]'],
	];

	test.each(bodies)('401 with %s', (_, body) => {
		expect(read(401, body)).toEqual({ kind: 'unauthorized', message: null });
	});

	test.each(bodies)('404 with %s', (_, body) => {
		expect(read(404, body)).toEqual({ kind: 'notFound', code: 404, message: null });
	});

	test.each(bodies)('403 with %s', (_, body) => {
		expect(read(403, body)).toEqual({ kind: 'rejected', code: 403, message: null });
	});

	test.each(bodies)('429 with %s', (_, body) => {
		expect(read(429, body)).toMatchObject({ kind: 'transient', code: 429, throttled: true });
	});

	test.each(bodies)('502 with %s', (_, body) => {
		expect(read(502, body)).toMatchObject({ reason: 'server error 502', throttled: false });
	});

	test('the HTTP status counts, even where the body claims success', () => {
		expect(read(503, { code: 200, msg: 'success', data: EXAMPLE })).toMatchObject({
			kind: 'transient',
			code: 503,
		});
	});
});

describe('HTTP 200 that tells nothing of the task may pass', () => {
	test.each<[string, string, string]>([
		['a web page', PAGE, 'a web page instead of JSON'],
		['a web page after blank lines', `\n\n ${PAGE}`, 'a web page instead of JSON'],
		['nothing', '', 'empty'],
		['blanks', ' \n', 'empty'],
		['truncated JSON', '{"code":200,"data":{"successFl', 'not JSON'],
		['plain text', 'OK', 'not JSON'],
		['a text with a mark in it', 'a < b', 'not JSON'],
		['a list', '[]', 'not JSON'],
		['null', 'null', 'not JSON'],
	])('%s', (_, body, what) => {
		expect(read(200, body)).toEqual({
			kind: 'transient',
			code: null,
			reason: `the answer was ${what}`,
			throttled: false,
			retryAfterMs: null,
		});
	});

	test.each<[string, unknown]>([
		['absent', { code: 200, msg: 'success' }],
		['a text', { code: 200, data: 'done' }],
		['a list', { code: 200, data: [EXAMPLE] }],
		['a number', { code: 200, data: 1 }],
		['a boolean', { code: 200, data: true }],
	])('data: %s', (_, body) => {
		expect(read(200, body)).toMatchObject({
			kind: 'transient',
			code: null,
			reason: 'the answer held no task record',
		});
	});

	test('HTTP 204', () => {
		expect(read(204, '')).toMatchObject({ kind: 'transient', reason: 'the answer was empty' });
	});
});

test('code 200 with data null: the task is not known', () => {
	const answer = read(200, { code: 200, msg: 'success', data: null });
	expect(answer).toEqual({ kind: 'notFound', code: 404, message: null });
});

test('the message may stand under "message"', () => {
	expect(read(200, { code: 400, message: 'Only English' })).toMatchObject({
		message: 'Only English',
	});
});

test.each([[''], [null], [undefined], [7]])('msg %p is no message', (msg) => {
	expect(read(200, { code: 422, msg, data: null })).toMatchObject({ message: null });
});

describe('a redirect', () => {
	test.each([301, 302, 303, 307, 308])('%p is refused and says where it points', (status) => {
		const answer = read(status, '', { location: 'https://login.example.com/' });
		expect(answer).toEqual({
			kind: 'rejected',
			code: status,
			message: expect.stringMatching(
				/redirects to https:\/\/login\.example\.com\/.*key is not sent there.*Base URL/,
			),
		});
	});

	test.each([300, 399])('%p is one as well, whatever its body says', (status) => {
		const answer = read(status, { code: 200, msg: 'success', data: EXAMPLE });
		expect(answer).toMatchObject({
			kind: 'rejected',
			code: status,
			message: expect.stringContaining('redirects'),
		});
	});

	test.each([299, 400])('%p in a body is none', (code) => {
		const answer = read(200, { code, msg: 'What is this', data: null });
		expect(answer).toEqual({ kind: 'rejected', code, message: 'What is this' });
	});

	test('without a target', () => {
		const answer = read(302, PAGE);
		expect(answer).toMatchObject({ message: expect.stringMatching(/^The server redirects\. /) });
	});
});

describe('Retry-After', () => {
	test.each([
		[429, '7', 7_000],
		[503, '7', 7_000],
		[455, 'Fri, 06 Jun 2025 10:25:30 GMT', 30_000],
		[500, 'Fri, 06 Jun 2025 10:00:00 GMT', 0],
		[408, 'soon', null],
	])('HTTP %p with %p', (status, header, retryAfterMs) => {
		expect(read(status, PAGE, { 'retry-after': header })).toMatchObject({
			kind: 'transient',
			retryAfterMs,
		});
	});

	test('with HTTP 200 as well', () => {
		const headers = { 'retry-after': '3' };
		expect(read(200, { code: 429, data: null }, headers)).toMatchObject({ retryAfterMs: 3_000 });
		expect(read(200, PAGE, headers)).toMatchObject({ retryAfterMs: 3_000 });
		expect(read(200, { code: 200 }, headers)).toMatchObject({ retryAfterMs: 3_000 });
	});
});

test('a request that got no answer may pass', () => {
	expect(noResponse('the connection was reset')).toEqual({
		kind: 'transient',
		code: null,
		reason: 'the connection was reset',
		throttled: false,
		retryAfterMs: null,
	});
});
