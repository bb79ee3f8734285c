import {
	parseEnvelope,
	toError,
	transientError,
} from '../../../../nodes/ApikleyVeo/veo/api/envelope';
import { isRecord } from '../../../../nodes/ApikleyVeo/veo/task/task';
import { EXAMPLE, RUNNING } from '../../support/records';

const NOW = Date.UTC(2025, 5, 6, 10, 25, 0);
const PAGE = '<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>';

function parse(status: number, body: unknown, headers: Record<string, string> = {}) {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return parseEnvelope({ status, headers, body: text }, NOW, ({ data }) => isRecord(data));
}

function errorOf(...response: Parameters<typeof parse>) {
	const envelope = parse(...response);
	return 'kind' in envelope ? envelope : toError(envelope);
}

describe('the envelope of a success', () => {
	test.each<[string, number, unknown, object]>([
		['has the code, the message and the data', 200, {}, {}],
		['may have its code as text', 200, { code: '200' }, {}],
		['has code 200 without a code', 200, { code: undefined }, {}],
		['has code 200 with code null', 200, { code: null }, {}],
		['has no message that counts', 200, { msg: 'failed' }, { message: 'failed' }],
		['may come with any 2xx', 206, {}, {}],
		['may have no data', 200, { data: null }, { data: null }],
	])('%s', (_, status, body, expected) => {
		const envelope = { code: 200, msg: 'success', data: RUNNING, ...(body as object) };
		expect(parse(status, envelope)).toEqual({
			code: 200,
			message: 'success',
			data: RUNNING,
			body: JSON.parse(JSON.stringify(envelope)) as unknown,
			retryAfterMs: null,
			...expected,
		});
	});
});

/** A code comes as HTTP status and in the body, only as HTTP status, or only in the body. */
describe.each<[string, (code: number, msg: string) => ReturnType<typeof errorOf>]>([
	['as HTTP status', (code, msg) => errorOf(code, { code, msg, data: null })],
	['as the code of an HTTP 200', (code, msg) => errorOf(200, { code, msg, data: null })],
	['as text', (code, msg) => errorOf(200, { code: String(code), msg, data: null })],
])('an error code %s', (_, errorFor) => {
	test('of 401 means that the key was rejected', () => {
		expect(errorFor(401, 'Unauthorized')).toEqual({
			kind: 'unauthorized',
			message: 'Unauthorized',
		});
	});

	test.each([404, 422])('of %p means that the task was not found', (code) => {
		const message = 'record is null';
		expect(errorFor(code, message)).toEqual({ kind: 'notFound', code, message });
	});

	test.each([400, 403, 405, 414, 421, 451, 499, 600, 1001])('of %p means rejected', (code) => {
		const message = 'Only English prompts are supported at this time.';
		expect(errorFor(code, message)).toEqual({ kind: 'rejected', code, message });
	});

	test.each([
		[402, 'Payment required'],
		[400, 'You have run out of credits.'],
		[401, 'Недостаточно кредитов'],
		[404, 'Balance too low'],
		[422, 'Your credits are insufficient'],
		[429, 'No credits left'],
		[433, 'Not enough credits'],
		[500, 'Credits insufficient : please top up'],
	])('of %p with "%s" means that there are no credits', (code, message) => {
		expect(errorFor(code, message)).toEqual({ kind: 'noCredits', message });
	});

	test('of 422 with "14 days" means that the task is too old', () => {
		const message = 'Temporarily supports records within 14 days.';
		expect(errorFor(422, message)).toEqual({ kind: 'tooOld', code: 422, message });
		expect(errorFor(404, message)).toMatchObject({ kind: 'notFound' });
	});

	test.each([
		[407, 'a proxy between n8n and the server requires a login (407)'],
		[408, 'the server timed out (408)'],
		[429, 'too many requests (429)'],
		[455, 'the API is under maintenance (455)'],
		[500, 'server error 500: Full'],
		[501, 'server error 501: Full'],
		[504, 'server error 504: Full'],
		[599, 'server error 599: Full'],
	])('of %p is transient', (code, reason) => {
		const throttled = code === 429;
		expect(errorFor(code, 'Full')).toEqual({
			kind: 'transient',
			code,
			reason,
			throttled,
			retryAfterMs: null,
		});
	});
});

test('a text of missing credits counts also under a contradictory response', () => {
	const message = 'Insufficient credits';
	expect(errorOf(402, { code: 200, msg: message })).toEqual({ kind: 'noCredits', message });
});

test.each<[number, object, string, number]>([
	[199, { code: 200, msg: 'success', data: EXAMPLE }, 'rejected', 199],
	[503, { code: 200, msg: 'success', data: EXAMPLE }, 'transient', 503],
	[400, { code: 200, msg: 'success', data: null }, 'transient', 400],
	[401, { code: 200, msg: 'success' }, 'transient', 401],
	[402, { code: '200', data: {} }, 'transient', 402],
	[404, { code: 200, data: null }, 'transient', 404],
	[422, { code: 200, msg: 'record is null' }, 'transient', 422],
	[404, { code: 500, msg: 'Full' }, 'transient', 500],
	[500, { code: 422, msg: 'record is null' }, 'notFound', 422],
	[404, { msg: 'Not Found' }, 'notFound', 404],
	[404, { code: 'NOT_FOUND' }, 'notFound', 404],
])('an HTTP %p with the body %j is %s, with code %p', (status, body, kind, code) => {
	expect(errorOf(status, body)).toMatchObject({ kind, code });
});

/** A web page of a gateway, its own JSON, an empty or a broken body. */
describe.each([
	[PAGE, 'a web page instead of JSON'],
	['', 'empty'],
	['{"code":422,"msg":"rec', 'not JSON'],
	['"error"', 'not from the API'],
	['[]', 'not from the API'],
	['{"message":"no Route matched"}', 'not from the API'],
])("an error status whose body %j isn't from the API", (body, what) => {
	test.each([
		...[400, 401, 402, 403, 404, 405, 409, 410, 413, 414, 421, 422, 423, 425, 444, 451, 499],
		600,
	])('(%p) is transient', (code) => {
		const reason = `the response was ${what} (HTTP ${code})`;
		expect(parse(code, body)).toEqual(transientError(code, reason));
	});

	test.each([
		[407, 'a proxy between n8n and the server requires a login (407)'],
		[429, 'too many requests (429)'],
		[502, 'server error 502'],
	])('(%p) has its own reason', (code, reason) => {
		expect(parse(code, body)).toEqual(transientError(code, reason));
	});
});

test.each<[string, string, string]>([
	['a web page', PAGE, 'a web page instead of JSON'],
	['a web page after blank lines', `\n\n ${PAGE}`, 'a web page instead of JSON'],
	['nothing', '', 'empty'],
	['blanks', ' \n', 'empty'],
	['truncated JSON', '{"code":200,"data":{"successFl', 'not JSON'],
	['a text with a < in it', 'a < b', 'not JSON'],
	['a list', '[]', 'not from the API'],
	['null', 'null', 'not from the API'],
])('a success whose body is %s is a transient error', (_, body, description) => {
	for (const status of [200, 204]) {
		expect(parse(status, body)).toEqual({
			kind: 'transient',
			code: null,
			reason: `the response was ${description}`,
			throttled: false,
			retryAfterMs: null,
		});
	}
});

test.each([
	['an object', { taskId: 'veo_1' }, { taskId: 'veo_1' }],
	['an object as JSON text', '{"taskId":"veo_1"}', { taskId: 'veo_1' }],
	['a text', 'https://example.com/1.mp4', 'https://example.com/1.mp4'],
	['a number as text', '5916.25', '5916.25'],
])('the data may be %s', (_, data, expected) => {
	expect(parse(200, { code: 200, data })).toMatchObject({ data: expected });
});

test('the reason of a server error has the text of the API, if there is one', () => {
	const reasonOf = (msg: string | null) => errorOf(200, { code: 503, msg });
	expect(reasonOf('Busy')).toMatchObject({ reason: 'server error 503: Busy' });
	expect(reasonOf(null)).toMatchObject({ reason: 'server error 503' });
});

test('the reason of a response that contradicts itself says so', () => {
	expect(errorOf(404, { code: 200 })).toMatchObject({
		reason: expect.stringMatching(/contradicts.*404.*200/) as string,
	});
});

test('the message may be called "message"', () => {
	expect(parse(200, { code: 400, message: 'Only English' })).toMatchObject({
		message: 'Only English',
	});
});

test.each([[''], [null], [undefined], [7]])('the msg %p is no message', (msg) => {
	expect(parse(200, { code: 422, msg, data: null })).toMatchObject({ message: null });
});

describe('a redirect', () => {
	const location = 'https://login.example.com/';

	test.each([300, 301, 302, 303, 307, 308, 399])('(%p) is rejected', (code) => {
		const body = { code: 200, msg: 'success', data: EXAMPLE };
		expect(errorOf(code, body, { location })).toEqual({
			kind: 'rejected',
			code,
			message: expect.stringContaining(`redirects to ${location},`),
		});
	});

	test.each([
		'https://user:secret@login.example.com/?token=secret',
		'https://login.example.com/#secret',
	])('to %s is reported without what may be secret', (target) => {
		expect(errorOf(302, PAGE, { location: target })).toMatchObject({
			message: expect.stringContaining(`redirects to ${location},`),
		});
	});

	test('may have no target', () => {
		expect(errorOf(302, PAGE)).toMatchObject({
			message: expect.stringMatching(/^The server redirects without/),
		});
	});

	test.each([299, 302, 400])('can only be an HTTP status, not the code %p of a body', (code) => {
		const message = 'What is this';
		expect(errorOf(200, { code, msg: message })).toEqual({ kind: 'rejected', code, message });
	});
});

describe('Retry-After', () => {
	test.each([
		[429, '7', 7_000],
		[455, 'Fri, 06 Jun 2025 10:25:30 GMT', 30_000],
		[408, 'soon', null],
	])('of an HTTP %p may be %p', (status, header, retryAfterMs) => {
		expect(errorOf(status, PAGE, { 'retry-after': header })).toMatchObject({
			kind: 'transient',
			retryAfterMs,
		});
	});

	test.each([{ code: 429, data: null }, PAGE, { code: 200 }])(
		'of an HTTP 200 counts too',
		(body) => {
			expect(parse(200, body, { 'retry-after': '3' })).toMatchObject({ retryAfterMs: 3_000 });
		},
	);
});

test('a request without a response is a transient error', () => {
	expect(transientError(null, 'the connection was reset')).toEqual({
		kind: 'transient',
		code: null,
		reason: 'the connection was reset',
		throttled: false,
		retryAfterMs: null,
	});
});
