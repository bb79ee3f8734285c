/** What the server makes of a request for the 1080p version of a video. Plain data, like the rest of a scenario. */
import fc from 'fast-check';

import { list, usually, weighted, type Generated } from '../arbitraries.mjs';
import { around, delivered, failure, TEXTS } from '../responses.mjs';

const ready = fc.record({
	kind: fc.constant('ready'),
	/** Where the link is. */
	form: fc.constantFrom('resultUrl', 'videoUrl', 'url', 'resultUrls', 'dataItself'),
	/** Null for a success. */
	around: usually(null, around, 6),
	/** `fresh`: another address of the same video, which never expires. */
	links: usually('current', fc.constant('fresh')),
});

export const UPGRADE_TEXTS = {
	processing: [
		'The video is being processed.',
		'It should be ready in 1 to 2 minutes.',
		'Please try again later',
	],
	refused: [
		'Only 16:9 videos are allowed',
		'The fallback model made this video.',
		'Not supported for this task',
	],
} as const;

const notReady = fc.record({
	kind: fc.constant('code'),
	code: fc.constantFrom<number>(400, 422, 500, 451),
	asText: fc.boolean(),
	text: weighted(
		[4, fc.constantFrom<string>(...UPGRADE_TEXTS.processing)],
		[1, fc.constantFrom<string>(...UPGRADE_TEXTS.refused, ...TEXTS.incomplete, ...TEXTS.unknown)],
	),
	retryAfter: fc.constant(null),
});

const response = weighted([3, ready], [3, notReady], [2, failure]);

export type UpgradeResponse = Generated<typeof response>;

export const anyUpgrade = fc.record({
	/** Of the video. */
	index: usually<number, number>(0, fc.constant(9), 8),
	/** What the records of the task say. */
	obstacle: usually(null, fc.constantFrom('fallback', 'aspectRatio'), 5),
	/** In order. The last one repeats. */
	responses: list(delivered(response), 4, 6),
});
