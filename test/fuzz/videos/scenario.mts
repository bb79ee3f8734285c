/** The videos of a task, and what their host can do with one request. Plain data, as the rest of a script is. */
import fc from 'fast-check';

/** Where a redirect leads. */
const TARGETS = ['elsewhere', 'relative', 'loop', 'notWeb', 'nowhere'] as const;

/** One try of a video, from its first request on. */
export interface Try {
	readonly redirect: { readonly status: number; readonly to: (typeof TARGETS)[number] } | null;
	/** Until the headers are there, in milliseconds. */
	readonly afterMs: number;
	readonly does: Deed;
}

export type Deed =
	| {
			readonly what: 'serve';
			readonly pieces: number;
			readonly pieceMs: number;
			/** Behind how much of the body it breaks off, in hundredths, and how; null: never. */
			readonly cut: { readonly at: number; readonly how: (typeof CUTS)[number] } | null;
	  }
	/** `retryAfter`: in seconds. */
	| { readonly what: 'status'; readonly status: number; readonly retryAfter: number | null }
	| { readonly what: 'nothing'; readonly error: (typeof ERRORS)[number] };

export interface ScriptedVideo {
	/** The end of its URL, or a whole link that leads to no web server. */
	readonly name: string;
	readonly badLink: string | null;
	readonly contentType: string | null;
	readonly size: number;
	/** An error page, with HTTP 200. */
	readonly isPage: boolean;
	/** What the host tells, by which a file can be known again. */
	readonly tells: {
		readonly length: boolean;
		readonly etag: 'strong' | 'weak' | null;
		readonly modified: boolean;
		/** The length of the whole in Content-Range. */
		readonly total: boolean;
	};
	/** What the host makes of a Range. */
	readonly ranges: (typeof RANGES)[number];
	/** From this try on it is another file. */
	readonly replaced: { readonly from: number; readonly sameLength: boolean } | null;
	/** One after the other; from then on all is well. */
	readonly tries: readonly Try[];
}

export interface ScriptedDownload {
	/** Of Wait Until Complete. */
	readonly wanted: boolean;
	readonly source: 'resultUrls' | 'originUrls';
	readonly resultUrls: readonly ScriptedVideo[];
	readonly originUrls: readonly ScriptedVideo[];
}

const CUTS = ['reset', 'closed', 'short', 'never'] as const;
const ERRORS = ['ECONNRESET', 'ENOTFOUND', 'CERT_HAS_EXPIRED', 'unnamed', 'hang'] as const;
const RANGES = [
	'kept',
	'ignored',
	'evenIfChanged',
	'fromElsewhere',
	'withoutContentRange',
	'refused',
] as const;
const PASSING = [503, 429, 500, 502, 408];
const STATUSES = [403, 404, 410, 416, 206, 204, 304, 400, 401];

/** Max Download Size in bytes, where a script sets it low. */
export const LOW_LIMIT = 1024;
const SIZES = [700, 1, 0, LOW_LIMIT, LOW_LIMIT + 1, 3000, 8000];

const NAMES = [
	'clip.mp4',
	'Film%20one.webm',
	'film.mp4?signature=abc&b=..%2F',
	'',
	'no-extension',
	'..%2F..%2Fetc%2Fpasswd',
	'CON.mp4',
	'%00%0A<b>.mp4',
	'100%.mp4',
	`${'long'.repeat(80)}.mp4`,
	'%F0%9F%8E%AC.mp4',
];
const BAD_LINKS = ['ftp://videos.example.com/a.mp4', 'file:///etc/passwd', '/clip.mp4', 'http://'];
const TYPES = ['video/mp4', 'video/webm; codecs="vp9"', 'application/octet-stream', '', null];

const often = <T,>(usual: T, other: fc.Arbitrary<T>, weight = 4) =>
	fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });

const pauseMs = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 10_000 }));

const deed: fc.Arbitrary<Deed> = fc.oneof(
	{
		weight: 6,
		arbitrary: fc.record({
			what: fc.constant('serve' as const),
			pieces: fc.integer({ min: 1, max: 6 }),
			pieceMs: often(0, pauseMs),
			cut: fc.option(
				fc.record({ at: fc.integer({ min: 0, max: 100 }), how: fc.constantFrom(...CUTS) }),
				{ freq: 3 },
			),
		}),
	},
	{
		weight: 2,
		arbitrary: fc.record({
			what: fc.constant('status' as const),
			status: fc.oneof(
				{ weight: 4, arbitrary: fc.constantFrom(...PASSING) },
				{ weight: 2, arbitrary: fc.constantFrom(...STATUSES) },
				{ weight: 1, arbitrary: fc.integer({ min: 400, max: 599 }) },
			),
			retryAfter: often<number | null>(null, fc.constantFrom(0, 5, 60, 121), 2),
		}),
	},
	{
		weight: 1,
		arbitrary: fc.record({
			what: fc.constant('nothing' as const),
			error: fc.constantFrom(...ERRORS),
		}),
	},
);

const oneTry: fc.Arbitrary<Try> = fc.record({
	redirect: often<Try['redirect']>(
		null,
		fc.record({
			status: fc.constantFrom(302, 301, 303, 307, 308),
			to: fc.constantFrom('relative' as const, 'elsewhere' as const, ...TARGETS),
		}),
	),
	afterMs: often(0, fc.integer({ min: 0, max: 40_000 }), 8),
	does: deed,
});

const video: fc.Arbitrary<ScriptedVideo> = fc.record({
	name: fc.constantFrom('clip.mp4', ...NAMES),
	badLink: often<string | null>(null, fc.constantFrom(...BAD_LINKS), 15),
	contentType: fc.constantFrom(...TYPES),
	size: often(700, fc.constantFrom(...SIZES), 3),
	isPage: often<boolean>(false, fc.constant(true), 15),
	tells: fc.record({
		length: fc.boolean(),
		etag: fc.constantFrom('strong' as const, 'weak' as const, null),
		modified: fc.boolean(),
		total: often<boolean>(true, fc.constant(false)),
	}),
	ranges: often<(typeof RANGES)[number]>('kept', fc.constantFrom(...RANGES), 1),
	replaced: often<ScriptedVideo['replaced']>(
		null,
		fc.record({ from: fc.integer({ min: 1, max: 2 }), sameLength: fc.boolean() }),
	),
	tries: fc.array(oneTry, { maxLength: 4 }),
});

export const anyDownload: fc.Arbitrary<ScriptedDownload> = fc.record({
	wanted: often(true, fc.constant(false), 2),
	source: often<ScriptedDownload['source']>('resultUrls', fc.constant('originUrls')),
	resultUrls: fc.oneof(
		{ weight: 9, arbitrary: fc.array(video, { minLength: 1, maxLength: 3 }) },
		{ weight: 1, arbitrary: fc.constant([]) },
	),
	originUrls: fc.array(video, { maxLength: 2 }),
});
