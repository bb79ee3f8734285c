import type { JsonObject } from '../../../../nodes/ApikleyVeo/veo/task/coerce';
import { canComeFrom } from '../../../../nodes/ApikleyVeo/veo/task/origin';
import { task } from '../../support/records';

const SENT_AT = Date.UTC(2026, 0, 2, 12);
const BODY = {
	prompt: 'A dog runs on the beach.',
	model: 'veo3_fast',
	generationType: 'TEXT_2_VIDEO',
	aspectRatio: '16:9',
	seeds: 12_345,
};

/** A task that was created at once, whose record repeats the request. */
const canCome = (params: JsonObject | null, sent: JsonObject = {}, fields: JsonObject = {}) => {
	const paramJson = params === null ? null : JSON.stringify({ ...BODY, ...sent, ...params });
	const times = { createTime: '2026-01-02T12:00:01Z', completeTime: null };
	const record = task({ ...times, paramJson, ...fields });
	return canComeFrom(record, { sentAt: SENT_AT, body: { ...BODY, ...sent } });
};

/** What a record names, and what was sent, where that isn't `BODY`. */
const named = (cases: ReadonlyArray<readonly [string, JsonObject, JsonObject?]>) =>
	cases.map(([name, params, sent = {}]) => [name, params, sent] as const);

test('a request can have created the task whose record repeats it', () => {
	expect(canCome({})).toBe(true);
});

test.each<[string, JsonObject]>([
	['has no paramJson', { paramJson: null }],
	['has a paramJson that cannot be read', { paramJson: '{"prompt":' }],
	['has no times', { createTime: null, completeTime: null }],
	['has a time that cannot be read', { createTime: 'today' }],
	['was created a little earlier, by another clock', { createTime: '2026-01-02T11:51:00Z' }],
	['was created in any zone', { createTime: '2026-01-02 00:00:00' }],
	['has seconds instead of milliseconds', { createTime: 1_767_355_200 }],
])('a request can have created a task whose record %s', (_, fields) => {
	expect(canCome({}, {}, fields)).toBe(true);
});

test.each<[string, JsonObject]>([
	['was created before', { createTime: '2026-01-02T11:49:00Z' }],
	['was created before, in milliseconds', { createTime: SENT_AT - 3_600_000 }],
	['was created before in any zone', { createTime: '2026-01-01 23:45:00' }],
	['was completed before', { createTime: null, completeTime: '2026-01-02T11:49:00Z' }],
])('a request has not created a task that %s', (_, fields) => {
	expect(canCome({}, {}, fields)).toBe(false);
	expect(canCome(null, {}, fields)).toBe(false);
});

test.each(
	named([
		['nothing', { prompt: undefined, model: undefined, aspectRatio: undefined, seeds: undefined }],
		['a prompt with other blanks and quotes', { prompt: ' a dog, runs\n on “the” BEACH' }],
		['a prompt in another Unicode form', { prompt: 'Cafe\u0301' }, { prompt: 'Caf\u00e9' }],
		['a prompt with something added', { prompt: 'A dog runs on the beach. Cinematic, 4k' }],
		['a prompt that is cut off', { prompt: 'A dog runs' }],
		['a translated prompt', { prompt: 'A dog is running' }, { prompt: 'Собака бежит' }],
		[
			'a prompt that is translated on demand',
			{ prompt: 'A dog' },
			{ prompt: 'Un perro', enableTranslation: true },
		],
		['a model under another name', { model: 'veo-3.1-fast' }],
		['a model with something before its name', { model: 'google/veo3' }],
		['a generation type under a longer name', { generationType: 'REFERENCE_2_VIDEO_V2' }],
		['a generation type with a prefix', { generationType: 'VEO_REFERENCE_2_VIDEO' }],
		['a seed in words', { seeds: 'seed 54321' }],
		['a seed and more', { seeds: '54321 (random)' }],
		['an aspect ratio in words, and no prompt', { aspectRatio: 'about 9:16', prompt: null }],
		['an aspect ratio and more, and no prompt', { aspectRatio: '9:16 HD', prompt: null }],
		[
			'the default aspect ratio, and no prompt',
			{ aspectRatio: '16:9', prompt: null },
			{ aspectRatio: '9:16' },
		],
		['a prompt where none was sent', { prompt: 'A cat' }, { prompt: undefined }],
		['a prompt with something before it', { prompt: 'Cinematic: a dog runs on the beach.' }],
		['a prompt without words', { prompt: '🐕 ', aspectRatio: '9:16' }, { prompt: '🐕' }],
		['a model that is unknown here', { model: 'veo3' }, { model: 'veo3_lite' }],
		[
			'the default aspect ratio, as the field was ignored',
			{ aspectRatio: '16:9' },
			{ aspectRatio: '9:16' },
		],
		['an aspect ratio that the model chose', { aspectRatio: '9:16' }, { aspectRatio: 'Auto' }],
		['another aspect ratio for the same prompt', { aspectRatio: '9:16' }],
		['the seed as text', { seeds: '12345' }],
	]),
)('a request can have created a task whose record names %s', (_, params, sent) => {
	expect(canCome(params, sent)).toBe(true);
});

test.each(
	named([
		['another prompt', { prompt: 'A cat runs on the beach.' }],
		['another prompt without words', { prompt: '🐈' }, { prompt: '🐕' }],
		['another prompt that begins alike', { prompt: 'A dog runs on the beaches' }],
		['another prompt of the same alphabet', { prompt: 'Кот спит' }, { prompt: 'Собака бежит' }],
		[
			'another prompt, though none is translated',
			{ prompt: 'A dog' },
			{ prompt: 'Собака', enableTranslation: false },
		],
		['another model', { model: 'veo3' }],
		['another generation type', { generationType: 'REFERENCE_2_VIDEO' }],
		['another seed', { seeds: 54_321 }],
		['another aspect ratio, and no prompt', { aspectRatio: '9:16', prompt: null }],
		[
			'another aspect ratio by its other name',
			{ aspectRatio: null, aspect_ratio: '9:16', prompt: null },
		],
	]),
)('a request has not created a task whose record names %s', (_, params, sent) => {
	expect(canCome(params, sent)).toBe(false);
});
