/** The videos of a task, and what their host can do with one request. Plain data, like the rest of a scenario. */
import fc from 'fast-check';

import { usually, weighted, type Generated } from '../arbitraries.mjs';
import { noResponse } from '../responses.mjs';

/** Max Download Size in bytes, where a scenario sets it low. */
export const LOW_SIZE_LIMIT = 1024;

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
const INVALID_URLS = [
	'ftp://videos.example.com/a.mp4',
	'file:///etc/passwd',
	'/clip.mp4',
	'http://',
];
const TYPES = ['video/mp4', 'video/webm; codecs="vp9"', 'application/octet-stream', '', null];
const SIZES = [700, 1, 0, LOW_SIZE_LIMIT, LOW_SIZE_LIMIT + 1, 3000, 8000];

const hostBehavior = weighted(
	[
		6,
		fc.record({
			kind: fc.constant('serve'),
			pieces: fc.integer({ min: 1, max: 6 }),
			pieceMs: usually(0, fc.oneof(fc.constant<number>(0), fc.integer({ min: 0, max: 10_000 }))),
			/** After which percentage of the body it breaks off, and how; null for never. */
			cut: fc.option(
				fc.record({
					at: fc.integer({ min: 0, max: 100 }),
					how: fc.constantFrom('reset', 'closed', 'truncated', 'never'),
				}),
				{ freq: 3 },
			),
		}),
	],
	[
		2,
		fc.record({
			kind: fc.constant('status'),
			status: weighted(
				[4, fc.constantFrom<number>(503, 429, 500, 502, 408, 202, 425)],
				[2, fc.constantFrom<number>(403, 404, 410, 416, 206, 204, 304, 400, 401)],
				[1, fc.integer({ min: 400, max: 599 })],
			),
			/** In seconds. */
			retryAfter: usually(null, fc.constantFrom<number>(0, 5, 60, 121), 2),
		}),
	],
	[1, noResponse],
);

/** One attempt at a video, its redirects included. */
const attempt = fc.record({
	redirect: usually(
		null,
		fc.record({
			status: fc.constantFrom<number>(302, 301, 303, 307, 308),
			to: fc.constantFrom(
				'relative',
				'elsewhere',
				'elsewhere',
				'relative',
				'loop',
				'notHttp',
				'nowhere',
			),
		}),
	),
	/** Until the headers arrive. */
	delayMs: usually(0, fc.integer({ min: 0, max: 40_000 }), 8),
	behavior: hostBehavior,
});

const video = fc.record({
	/** The end of its URL. */
	name: fc.constantFrom<string>('clip.mp4', ...NAMES),
	/** A whole URL in place of its own. */
	invalidUrl: usually(null, fc.constantFrom<string>(...INVALID_URLS), 15),
	contentType: fc.constantFrom<string | null>(...TYPES),
	size: usually<number, number>(700, fc.constantFrom(...SIZES), 3),
	/** An error page, sent with HTTP 200 and the type of a video or, without one, its own. */
	isPage: usually<boolean, boolean>(false, fc.constant(true), 15),
	/** From this attempt on the link of a record that isn't fresh has expired. */
	expired: usually(
		null,
		fc.record({
			from: fc.integer({ min: 0, max: 2 }),
			status: fc.constantFrom<number>(401, 403, 404, 410),
		}),
		8,
	),
	/** What the host sends that identifies the file. */
	headers: fc.record({
		length: fc.boolean(),
		etag: fc.constantFrom('strong', 'weak', null),
		modified: fc.boolean(),
		/** The total length in Content-Range. */
		total: usually<boolean, boolean>(true, fc.constant(false)),
	}),
	/** How the host treats a Range header. */
	ranges: usually(
		'supported',
		fc.constantFrom(
			'supported',
			/** No response has more than a quarter of the file. */
			'parts',
			'ignored',
			'ignoresIfRange',
			'wrongStart',
			'noContentRange',
			'notSatisfiable',
		),
		1,
	),
	/** From this attempt on it is another file. */
	replaced: usually(
		null,
		fc.record({ from: fc.integer({ min: 1, max: 2 }), sameLength: fc.boolean() }),
	),
	/** In order. Later attempts succeed. */
	attempts: fc.array(attempt, { maxLength: 4 }),
});

export const anyDownload = fc.record({
	/** For Wait Until Complete. */
	enabled: usually<boolean, boolean>(true, fc.constant(false), 2),
	source: usually('resultUrls', fc.constant('originUrls')),
	/** A record that names no video says so itself. */
	resultUrls: fc.array(video, { minLength: 1, maxLength: 3 }),
	originUrls: fc.array(video, { maxLength: 2 }),
	/** The 1080p version. */
	upgradeUrls: fc.tuple(video.map((each): typeof each => ({ ...each, invalidUrl: null }))),
});

export type ScriptedVideo = Generated<typeof video>;
export type Attempt = Generated<typeof attempt>;
export type HostBehavior = Generated<typeof hostBehavior>;
