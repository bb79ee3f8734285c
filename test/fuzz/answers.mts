/** What a scripted server can do with one request. Plain data, so that a failing script can be read and shrunk. */
import fc from 'fast-check';

/** Whole seconds, an HTTP date so many seconds from the server's now, or any text. */
export type RetryAfter = { seconds: number } | { dateIn: number } | { text: string };

export type Says =
	/** A record whose successFlag is `flag`. */
	| { what: 'record'; flag: unknown; errorCode: unknown; form: (typeof RECORD_FORMS)[number] }
	/** HTTP 200 and code 200, but no record in `data`. */
	| { what: 'noRecord'; data: 'null' | 'absent' | 'list' | 'text' }
	/** HTTP 200 with a verdict in the body. */
	| { what: 'code'; code: number; asText: boolean; retryAfter: RetryAfter | null }
	| {
			what: 'status';
			status: number;
			body: (typeof STATUS_BODIES)[number];
			retryAfter: RetryAfter | null;
	  }
	/** HTTP 200 with a body that is no answer of the API. */
	| { what: 'garbage'; form: (typeof GARBAGE_FORMS)[number] }
	/** No answer: an error of the network, or silence until the client gives up. */
	| { what: 'nothing'; error: (typeof NETWORK_ERRORS)[number] };

/** How an answer travels. */
export interface Answer {
	readonly says: Says;
	/** Until its headers are there, in milliseconds. */
	readonly afterMs: number;
	/** The body comes in so many pieces, so many milliseconds apart. */
	readonly pieces: number;
	readonly pieceMs: number;
	/** How the body ends: as it should, with a reset, by a closed connection, or never. */
	readonly ends: 'whole' | 'reset' | 'closed' | 'never';
}

const RECORD_FORMS = [
	'plain',
	'bom',
	'asHtml',
	'latin1',
	'noCode',
	'codeAsText',
	'http201',
] as const;
const STATUS_BODIES = ['json', 'html', 'empty', 'codeSaysOtherwise'] as const;
const GARBAGE_FORMS = [
	'html',
	'empty',
	'text',
	'gzip',
	'utf16',
	'list',
	'jsonNull',
	'halfJson',
	'huge',
] as const;
const NETWORK_ERRORS = ['ECONNRESET', 'ENOTFOUND', 'CERT_HAS_EXPIRED', 'unnamed', 'hang'] as const;
const FLAGS = [2, 3, '0', '1', '2', '3', 4, -1, 1.5, null, undefined, 'done', true, [1]];
const ERROR_CODES = [null, 400, 500, 501, '400', 422];
const CODES = [400, 401, 403, 404, 408, 422, 429, 451, 455, 500, 501, 503, 505];
const REDIRECTS = [301, 302, 303, 307, 308];

const retryAfter: fc.Arbitrary<RetryAfter | null> = fc.oneof(
	{ weight: 4, arbitrary: fc.constant(null) },
	{ weight: 2, arbitrary: fc.record({ seconds: fc.constantFrom(0, 1, 5, 60, 119, 121, 1e9) }) },
	{ weight: 1, arbitrary: fc.record({ dateIn: fc.constantFrom(-60, 1, 30, 7_200) }) },
	{ weight: 1, arbitrary: fc.record({ text: fc.constantFrom('soon', '-5', '', '9'.repeat(400)) }) },
);

const record = (flag: fc.Arbitrary<unknown>) =>
	fc.record({
		what: fc.constant('record' as const),
		flag,
		errorCode: fc.constantFrom(...ERROR_CODES),
		form: fc.oneof(
			{ weight: 4, arbitrary: fc.constant('plain' as const) },
			{ weight: 1, arbitrary: fc.constantFrom(...RECORD_FORMS) },
		),
	});

const tooMany = fc.record({
	what: fc.constant('status' as const),
	status: fc.constant(429),
	body: fc.constantFrom(...STATUS_BODIES),
	retryAfter,
});

const trouble: fc.Arbitrary<Says> = fc.oneof(
	fc.record({
		what: fc.constant('noRecord' as const),
		data: fc.constantFrom('null' as const, 'absent' as const, 'list' as const, 'text' as const),
	}),
	fc.record({
		what: fc.constant('code' as const),
		code: fc.oneof(fc.constantFrom(...CODES), fc.integer({ min: 300, max: 600 })),
		asText: fc.boolean(),
		retryAfter,
	}),
	fc.record({
		what: fc.constant('status' as const),
		status: fc.oneof(fc.constantFrom(...CODES, ...REDIRECTS), fc.integer({ min: 300, max: 599 })),
		body: fc.constantFrom(...STATUS_BODIES),
		retryAfter,
	}),
	tooMany,
	fc.record({ what: fc.constant('garbage' as const), form: fc.constantFrom(...GARBAGE_FORMS) }),
	fc.record({ what: fc.constant('nothing' as const), error: fc.constantFrom(...NETWORK_ERRORS) }),
);

const says: fc.Arbitrary<Says> = fc.oneof(
	{ weight: 6, arbitrary: record(fc.constant(0)) },
	{ weight: 3, arbitrary: record(fc.constant(1)) },
	{ weight: 3, arbitrary: record(fc.constantFrom(...FLAGS)) },
	{ weight: 6, arbitrary: trouble },
);

function travelling(what: fc.Arbitrary<Says>): fc.Arbitrary<Answer> {
	return fc.record({
		says: what,
		afterMs: fc.oneof(
			{ weight: 8, arbitrary: fc.integer({ min: 0, max: 500 }) },
			{ weight: 1, arbitrary: fc.integer({ min: 0, max: 40_000 }) },
		),
		pieces: fc.oneof(
			{ weight: 6, arbitrary: fc.constant(1) },
			{ weight: 1, arbitrary: fc.integer({ min: 2, max: 5 }) },
		),
		pieceMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 10_000 })),
		ends: fc.oneof(
			{ weight: 12, arbitrary: fc.constant('whole' as const) },
			{
				weight: 1,
				arbitrary: fc.constantFrom('reset' as const, 'closed' as const, 'never' as const),
			},
		),
	});
}

export const anyAnswer = travelling(says);

/** Of a task that has succeeded. */
export const goodAnswer = travelling(record(fc.constant(1)));

/** What a storm gives to everybody. */
export const stormyAnswer = travelling(fc.oneof(tooMany, trouble));
