/** What the scripted API can send in response to one request. Plain data, so that a failing scenario can be read and shrunk. */
import fc from 'fast-check';

import { usually, weighted, type Generated } from './arbitraries.mjs';
import { GARBAGE } from './response-bytes.mjs';

const CODES = [
	...[
		400, 401, 402, 403, 404, 405, 407, 408, 409, 410, 421, 422, 423, 425, 429, 444, 451, 455, 499,
	],
	...[500, 501, 502, 503, 505],
];
const REDIRECTS = [301, 302, 303, 307, 308];

/** Whole seconds, an HTTP date this many seconds after the server's present, or any text. */
const retryAfter = weighted(
	[4, fc.constant(null)],
	[2, fc.record({ seconds: fc.constantFrom<number>(0, 1, 5, 60, 119, 121, 1e9) })],
	[1, fc.record({ dateIn: fc.constantFrom<number>(-60, 1, 30, 7_200) })],
	[1, fc.record({ text: fc.constantFrom<string>('soon', '-5', '', '9'.repeat(400)) })],
);

/** The texts of an error that are documented or were observed, by what they mean whatever the API's code is. */
export const TEXTS = {
	tooOld: ['Temporarily supports records within 14 days.'],
	incomplete: [
		'record status is not success.',
		'record result data is blank.',
		'record result data not exist.',
		'record result data is empty.',
		'Record  result data, is EMPTY!',
	],
	unknown: [
		'record is null.',
		'Record not found for taskId: 1',
		'recordInfo is null',
		'taskId is empty',
		'record does not exist',
	],
	noCredits: [
		'Credits insufficient. Please top up.',
		'Insufficient credits',
		'Your balance is too low',
		'Недостаточно средств',
	],
	other: [
		'As scripted',
		'Only English prompts are supported at this time.',
		'The image has insufficient credits information',
	],
} as const;

const text: fc.Arbitrary<string> = weighted(
	[6, fc.constant('As scripted')],
	[3, fc.constantFrom(...TEXTS.tooOld, ...TEXTS.incomplete, ...TEXTS.unknown)],
	[1, fc.constantFrom(...TEXTS.noCredits, ...TEXTS.other)],
);

/** The HTTP status and the code in the body; null for none. */
export const around = fc.record({
	status: fc.constantFrom<number>(200, ...CODES, 302),
	code: fc.constantFrom<number | null>(200, 400, 500, 501, 422, ...CODES, null),
});

/** A record whose successFlag is `flag`. */
const record = (
	flag: fc.Arbitrary<unknown>,
	links = usually('current', fc.constantFrom('current', 'none', 'fresh', 'full'), 7),
) =>
	fc.record({
		kind: fc.constant('record'),
		flag,
		/** Null for a success. */
		around: usually(null, around, 6),
		/** `fresh`: other addresses of the same videos, which never expire. `full`: only that of a full video. */
		links,
		errorCode: fc.constantFrom<unknown>(null, 400, 500, 501, '400', 422),
		form: usually(
			'plain',
			fc.constantFrom(
				'plain',
				'bom',
				'asHtml',
				'latin1',
				'noCode',
				'codeAsText',
				'dataAsText',
				'http201',
			),
		),
	});

/** HTTP 200 and code 200, but no record in `data`. */
const noRecord = fc.record({
	kind: fc.constant('noRecord'),
	data: fc.constantFrom('null', 'absent', 'list', 'text'),
});

const code422 = fc.record({
	kind: fc.constant('code'),
	code: fc.constant<number>(422),
	asText: fc.boolean(),
	text: fc.constantFrom<string>(...TEXTS.incomplete, ...TEXTS.tooOld, ...TEXTS.unknown),
	retryAfter: fc.constant(null),
});

/** HTTP 200 with an error code in the body. */
const code = fc.record({
	kind: fc.constant('code'),
	code: fc.oneof(fc.constantFrom(...CODES), fc.integer({ min: 300, max: 600 })),
	asText: fc.boolean(),
	text,
	retryAfter,
});

const withStatus = (status: fc.Arbitrary<number>) =>
	fc.record({
		kind: fc.constant('status'),
		status,
		body: fc.constantFrom(
			'json',
			'noCode',
			'html',
			'empty',
			'otherJson',
			'contradictingCode',
			'emptySuccess',
		),
		text,
		retryAfter,
	});

/** A response of a gateway or a proxy, which says nothing about the task. */
const foreign = fc.record({
	kind: fc.constant('status'),
	status: fc.oneof(fc.constantFrom(...CODES), fc.integer({ min: 400, max: 599 })),
	body: fc.constantFrom('html', 'empty', 'otherJson', 'emptySuccess'),
	text: fc.constant<string>('As scripted'),
	retryAfter,
});
const foreign401 = fc.record({
	kind: fc.constant('status'),
	status: fc.constant<number>(401),
	body: fc.constantFrom('html', 'empty'),
	text: fc.constant<string>('As scripted'),
	retryAfter: fc.constant(null),
});

/** HTTP 200 with a body that is not a response of the API. */
const garbage = fc.record({
	kind: fc.constant('garbage'),
	form: fc.constantFrom(...(Object.keys(GARBAGE) as Array<keyof typeof GARBAGE>)),
});

/** Network errors that every retry would meet again. The last one is that of n8n's guard. */
export const PERMANENT_ERRORS = [
	'CERT_HAS_EXPIRED',
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'EPROTO',
	'ERR_SSL_WRONG_VERSION_NUMBER',
	'ERR_INVALID_URL',
	'SsrfBlockedIpError',
] as const;

/** A network error, or silence until the client gives up. */
export const noResponse = fc.record({
	kind: fc.constant('noResponse'),
	error: weighted(
		[6, fc.constantFrom('ECONNRESET', 'ENOTFOUND', 'unnamed', 'hang')],
		/** n8n's helper throws something that is no error. */
		[1, fc.constantFrom('text', 'undefined')],
		[1, fc.constantFrom(...PERMANENT_ERRORS)],
	),
});

export const tooManyRequests = withStatus(fc.constant(429));

export const failure = fc.oneof(
	noRecord,
	code,
	code422,
	foreign,
	foreign401,
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
export function delivered<T>(one: fc.Arbitrary<T>) {
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

export const successWithoutVideos = delivered(record(fc.constant(1), fc.constant('none')));
export const successWithFreshLinks = delivered(record(fc.constant(1), fc.constant('fresh')));

/** For a task that doesn't exist. */
export const UNKNOWN_RESPONSE = atOnce({
	kind: 'code',
	code: 422,
	asText: false,
	text: 'record is null.',
	retryAfter: null,
});

/** A plain record. */
export function recordOf(flag: number): Delivery {
	const plain = { errorCode: null, form: 'plain', around: null, links: 'current' } as const;
	return atOnce({ kind: 'record', flag, ...plain });
}

function atOnce(response: ScriptedResponse): Delivery {
	return { response, delayMs: 0, pieces: 1, pieceMs: 0, ending: 'complete' };
}

/** What every request receives during a burst of errors. */
export const errorResponse = delivered(fc.oneof(tooManyRequests, failure));

export type Delivery = Generated<typeof anyResponse>;
