/** What the server makes of the creation of a task, whatever its response says. Plain data, like the rest of a scenario. */
import fc from 'fast-check';

import { list, usually, weighted, type Generated } from '../arbitraries.mjs';
import { around, delivered, failure, TEXTS, tooManyRequests } from '../responses.mjs';

const created = fc.record({
	kind: fc.constant('created'),
	/** Null for a success. Any other code or status is a refusal that carries a task ID. */
	around: usually(null, around, 4),
	form: usually(
		'plain',
		fc.constantFrom('plain', 'nextToData', 'dataAsText', 'bom', 'spelling', 'list', 'nested'),
	),
});

/** Most of these codes certainly refuse a creation. */
const refusal = fc.record({
	kind: fc.constant('refusal'),
	code: fc.constantFrom<number>(401, 402, 404, 422, 433, 505, 429, 455, 400, 451, 500, 200),
	text: fc.constantFrom('As scripted', ...TEXTS.noCredits, ...TEXTS.other),
	/** Whether the code is the HTTP status too. */
	isStatus: fc.boolean(),
	/** A refused extension can repeat the ID of the task that was to be extended. */
	repeatsSource: fc.boolean(),
});

const response = weighted([6, created], [2, refusal], [1, tooManyRequests], [3, failure]);

export type CreationResponse = Generated<typeof response>;

/** One request that creates a task, and its response. */
const creation = fc.record({
	delivery: delivered(response),
	/** Whether a task is created where the response doesn't decide it. */
	isAccepted: fc.boolean(),
});

/** What is posted to the address that the creation has sent or, for a task that was created elsewhere, the user has. */
const callback = fc.record({
	/** After the creation of the task, or the start of the run. */
	afterMs: fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 900_000 })),
	kind: weighted(
		[5, fc.constant('honest')],
		/** It has the right token, and names a task that exists, but whose prompt is another one. */
		[1, fc.constant('otherPrompt')],
		[
			1,
			fc.constantFrom(
				/** It names a task that doesn't exist. */
				'unknownTask',
				/** It names a task that exists, but isn't waited for. */
				'otherTask',
				'noTask',
				/** It names the right task. */
				'wrongToken',
				'noToken',
			),
		],
	),
});

export type ScriptedCreation = Generated<typeof creation>;
export type ScriptedCallback = Generated<typeof callback>;

/** For each item. The last creation repeats. */
export const anyCreations = list(creation, 3, 5);
export const anyCallbacks = fc.array(callback, { maxLength: 3 });

/** What all items have in common. */
export const anyCreationSettings = fc.record({
	maxVideos: usually<number, number>(100, fc.integer({ min: 1, max: 3 }), 6),
	/** Where the callbacks go: to n8n, to n8n at a private address, to the user, or nowhere. */
	callBack: usually('n8n', fc.constantFrom('privateN8n', 'user', 'off'), 5),
});

/** What follows a finished run: the next turn of a loop, or n8n's Retry, with the same prompts or with others. */
export const anyReruns = weighted(
	[2, fc.constant<Rerun[]>([])],
	[1, fc.array(fc.constantFrom('loop', 'retry', 'retry', 'edit'), { maxLength: 4 })],
);

export type Rerun = 'loop' | 'retry' | 'edit';
