/** What the scripted API can send in response to one request. Plain data, so that a failing scenario can be read and shrunk. */
import fc from 'fast-check';

import { usually, weighted, type Generated } from './arbitraries.mjs';
import { GARBAGE } from './response-bytes.mjs';

const CODES = [400, 401, 403, 404, 408, 422, 429, 451, 455, 500, 501, 503, 505];
const REDIRECTS = [301, 302, 303, 307, 308];

/** Whole seconds, an HTTP date this many seconds after the server's present, or any text. */
const retryAfter = weighted(
	[4, fc.constant(null)],
	[2, fc.record({ seconds: fc.constantFrom<number>(0, 1, 5, 60, 119, 121, 1e9) })],
	[1, fc.record({ dateIn: fc.constantFrom<number>(-60, 1, 30, 7_200) })],
	[1, fc.record({ text: fc.constantFrom<string>('soon', '-5', '', '9'.repeat(400)) })],
);

/** A record whose successFlag is `flag`. */
const record = (flag: fc.Arbitrary<unknown>) =>
	fc.record({
		kind: fc.constant('record'),
		flag,
		errorCode: fc.constantFrom<unknown>(null, 400, 500, 501, '400', 422),
		form: usually(
			'plain',
			fc.constantFrom('plain', 'bom', 'asHtml', 'latin1', 'noCode', 'codeAsText', 'http201'),
		),
	});

/** HTTP 200 and code 200, but no record in `data`. */
const noRecord = fc.record({
	kind: fc.constant('noRecord'),
	data: fc.constantFrom('null', 'absent', 'list', 'text'),
});

/** HTTP 200 with an error code in the body. */
const code = fc.record({
	kind: fc.constant('code'),
	code: fc.oneof(fc.constantFrom(...CODES), fc.integer({ min: 300, max: 600 })),
	asText: fc.boolean(),
	retryAfter,
});

const withStatus = (status: fc.Arbitrary<number>) =>
	fc.record({
		kind: fc.constant('status'),
		status,
		body: fc.constantFrom('json', 'html', 'empty', 'contradictingCode'),
		retryAfter,
	});

/** HTTP 200 with a body that is not a response of the API. */
const garbage = fc.record({
	kind: fc.constant('garbage'),
	form: fc.constantFrom(...(Object.keys(GARBAGE) as Array<keyof typeof GARBAGE>)),
});

/** A network error, or silence until the client gives up. */
export const noResponse = fc.record({
	kind: fc.constant('noResponse'),
	error: fc.constantFrom('ECONNRESET', 'ENOTFOUND', 'CERT_HAS_EXPIRED', 'unnamed', 'hang'),
});

const tooManyRequests = withStatus(fc.constant(429));

const failure = fc.oneof(
	noRecord,
	code,
	withStatus(fc.oneof(fc.constantFrom(...CODES, ...REDIRECTS), fc.integer({ min: 300, max: 599 }))),
	tooManyRequests,
	garbage,
	noResponse,
);

const FLAGS = [2, 3, '0', '1', '2', '3', 4, -1, 1.5, null, undefined, 'done', true, [1]];

const response = weighted(
	[6, record(fc.constant(0))],
	[3, record(fc.constant(1))],
	[3, record(fc.constantFrom<unknown>(...FLAGS))],
	[6, failure],
);

export type ScriptedResponse = Generated<typeof response>;
export type RetryAfter = NonNullable<Generated<typeof retryAfter>>;

/** A response, and how it arrives. */
function delivered<T>(one: fc.Arbitrary<T>) {
	return fc.record({
		response: one,
		/** Until the headers arrive. */
		delayMs: weighted(
			[8, fc.integer({ min: 0, max: 500 })],
			[1, fc.integer({ min: 0, max: 40_000 })],
		),
		/** The body arrives in this many pieces, `pieceMs` apart. */
		pieces: weighted([6, fc.constant<number>(1)], [1, fc.integer({ min: 2, max: 5 })]),
		pieceMs: fc.oneof(fc.constant<number>(0), fc.integer({ min: 0, max: 10_000 })),
		/** How the body ends. */
		ending: usually('complete', fc.constantFrom('reset', 'closed', 'never'), 12),
	});
}

export const anyResponse = delivered(response);

/** For a task that has succeeded. */
export const successResponse = delivered(record(fc.constant(1)));

/** What every request receives during a burst of errors. */
export const errorResponse = delivered(fc.oneof(tooManyRequests, failure));

export type Delivery = Generated<typeof anyResponse>;
