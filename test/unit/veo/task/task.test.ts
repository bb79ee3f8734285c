import type { JsonObject } from '../../../../nodes/ApikleyVeo/veo/task/coerce';
import type { ApiTime } from '../../../../nodes/ApikleyVeo/veo/task/dates';
import { isComplete, parseTask } from '../../../../nodes/ApikleyVeo/veo/task/task';
import type { FailureKind, TaskStatus } from '../../../../nodes/ApikleyVeo/veo/task/task';
import { EXAMPLE, record, taskWithResponse, task } from '../../support/records';

const A = 'https://cdn.example.com/a.mp4';
const B = 'https://cdn.example.com/b.mp4';

test("the provider's example is parsed", () => {
	expect(parseTask(EXAMPLE)).toEqual({
		status: 'succeeded',
		successFlag: 1,
		fallbackFlag: false,
		isFinal: true,
		resolution: '1080p',
		canUpgradeTo1080p: null,
		resultUrls: ['http://example.com/video1.mp4'],
		originUrls: ['http://example.com/original_video1.mp4'],
		fullResultUrls: [],
		errorCode: null,
		errorMessage: null,
		failureKind: null,
		prompt: 'A futuristic city with flying cars at sunset.',
		params: { prompt: 'A futuristic city with flying cars at sunset.', waterMark: 'Apikley' },
		createTime: '2025-06-06 10:25:00',
		completeTime: '2025-06-06 10:30:00',
		durationSeconds: 300,
		raw: EXAMPLE,
	});
});

test('an empty record is a task with nothing known', () => {
	const { status, isFinal, raw, ...rest } = parseTask({});
	expect({ status, isFinal, raw }).toEqual({ status: 'unknown', isFinal: false, raw: {} });
	for (const value of Object.values(rest)) expect(value ?? []).toEqual([]);
});

test('a record that also has a code is a record', () => {
	expect(parseTask({ successFlag: 1, code: 400, msg: 'No' })).toMatchObject({
		status: 'succeeded',
		errorCode: null,
		errorMessage: null,
	});
});

test.each<[string, JsonObject, boolean]>([
	['succeeded, and names no video', { response: {} }, false],
	['succeeded, and has empty lists', { response: { resultUrls: [], originUrls: '[]' } }, false],
	['succeeded, with a result', { response: { resultUrls: [A] } }, true],
	['succeeded, with only an original', { response: { originUrls: [A] } }, true],
	['succeeded, with only a full video', { response: { fullResultUrls: [A] } }, true],
	['failed', { successFlag: 2, response: null }, true],
	['is generating', { successFlag: 0, response: null }, true],
])('a task that %s: %j is complete: %p', (_, fields, expected) => {
	expect(isComplete(task(fields))).toBe(expected);
});

test('the record is kept unchanged, including unknown fields', () => {
	const original = record({ mediaIds: ['m1'], response: '{"resultUrls":"[]"}' });
	const copy = structuredClone(original);
	expect(parseTask(original).raw).toBe(original);
	expect(original).toEqual(copy);
});

describe('successFlag', () => {
	test.each<[unknown, TaskStatus, boolean, number | null]>([
		[0, 'generating', false, 0],
		[1, 'succeeded', true, 1],
		[2, 'failed', true, 2],
		[3, 'failed', true, 3],
		['0', 'generating', false, 0],
		['1', 'succeeded', true, 1],
		['3', 'failed', true, 3],
		[4, 'unknown', false, 4],
		[-1, 'unknown', false, -1],
		[1.5, 'unknown', false, 1.5],
		[null, 'unknown', false, null],
		[undefined, 'unknown', false, null],
		['', 'unknown', false, null],
		['done', 'unknown', false, null],
		[true, 'unknown', false, null],
	])('%p means %s, final: %p', (successFlag, status, isFinal, number) => {
		expect(task({ successFlag })).toMatchObject({ status, isFinal, successFlag: number });
	});
});

test.each<[unknown, boolean | null]>([
	['true', true],
	['false', false],
	[undefined, null],
])('fallbackFlag %p becomes %p: if absent it is unknown, not false', (fallbackFlag, expected) => {
	expect(task({ fallbackFlag }).fallbackFlag).toBe(expected);
});

describe('response', () => {
	test.each<[string, unknown]>([
		['null', null],
		['absent', undefined],
		['text that is not JSON', 'none'],
		['a list', []],
	])('that is %s has neither URLs nor a resolution', (_, response) => {
		expect(task({ response })).toMatchObject({
			status: 'succeeded',
			resultUrls: [],
			originUrls: [],
			fullResultUrls: [],
			resolution: null,
		});
	});

	test('may be JSON text', () => {
		const response = JSON.stringify({ resultUrls: [A], resolution: '720p' });
		expect(task({ response })).toMatchObject({ resultUrls: [A], resolution: '720p' });
	});

	test.each(['resultUrls', 'originUrls', 'fullResultUrls'] as const)(
		'has %s as a list, as a JSON list in text or as a single URL',
		(field) => {
			const urls = (value: unknown) => parseTask(taskWithResponse({ [field]: value }))[field];
			expect(urls([null, A, '', B])).toEqual([A, B]);
			expect(urls(JSON.stringify([A, B]))).toEqual([A, B]);
			expect(urls(A)).toEqual([A]);
			expect(urls(undefined)).toEqual([]);
		},
	);

	test.each<[unknown, string | null]>([
		['720p', '720p'],
		['', null],
		[1080, null],
	])('has resolution %p, which becomes %p', (resolution, expected) => {
		expect(parseTask(taskWithResponse({ resolution })).resolution).toBe(expected);
	});
});

describe('a failed task', () => {
	test.each<[unknown, unknown, number | null, string | null]>([
		[400, 'Internal Error - Timeout', 400, 'Internal Error - Timeout'],
		['501', '', 501, null],
		['E400', 500, null, null],
		[undefined, undefined, null, null],
	])('with code %p and message %p has %p and %p', (errorCode, errorMessage, code, message) => {
		expect(task({ successFlag: 2, errorCode, errorMessage })).toMatchObject({
			errorCode: code,
			errorMessage: message,
		});
	});

	test.each<[number, unknown, FailureKind | null]>([
		[2, 400, 'rejected'],
		[3, 400, 'rejected'],
		[2, '400', 'rejected'],
		[2, 500, 'provider'],
		[2, 501, 'provider'],
		[3, '501', 'provider'],
		[2, null, null],
		[2, 422, null],
		[0, 500, null],
		[1, 400, null],
		[7, 400, null],
	])(
		'with successFlag %p and errorCode %p has the failureKind %p',
		(successFlag, errorCode, kind) => {
			expect(task({ successFlag, errorCode }).failureKind).toBe(kind);
		},
	);
});

describe('paramJson', () => {
	test.each<[string, unknown, JsonObject | unknown[] | null, string | null]>([
		['JSON text', '{"prompt":"A cat","seeds":7}', { prompt: 'A cat', seeds: 7 }, 'A cat'],
		['an object', { prompt: 'A cat' }, { prompt: 'A cat' }, 'A cat'],
		['a list', '[1,2]', [1, 2], null],
		['an object without a prompt', '{"seeds":7}', { seeds: 7 }, null],
		['an object with an empty prompt', '{"prompt":""}', { prompt: '' }, null],
		[
			'an object with a prompt that is not text',
			'{"prompt":["A cat"]}',
			{ prompt: ['A cat'] },
			null,
		],
		['broken JSON', '{"prompt":"A c', null, null],
		['absent', undefined, null, null],
		['null', null, null, null],
		['a string in JSON', '"A cat"', null, null],
		['a number', 7, null, null],
	])('that is %s is parsed', (_, paramJson, params, prompt) => {
		expect(task({ paramJson })).toMatchObject({ params, prompt });
	});
});

test.each<[string, ApiTime, ApiTime | null, number | null]>([
	['no completion time', '2025-06-06 10:25:00', null, null],
	['epoch milliseconds', 1749205500000, 1749205623000, 123],
	['zones that differ', '2025-06-06T10:25:00Z', '2025-06-06 10:30:00', null],
])('a task with %s keeps its times', (_, createTime, completeTime, durationSeconds) => {
	const times = { createTime, completeTime };
	expect(task(times)).toMatchObject({ ...times, durationSeconds });
});

describe('canUpgradeTo1080p', () => {
	const withRatio = (aspectRatio: unknown) => JSON.stringify({ prompt: 'A cat', aspectRatio });

	test.each<[boolean | undefined, unknown, unknown, boolean | null]>([
		[true, '16:9', '720p', false],
		[true, '9:16', '720p', false],
		[true, undefined, '720p', false],
		[true, '16:9', '1080p', false],
		[true, '16:9', null, false],
		[false, '16:9', '720p', true],
		[false, ' 16 : 9 ', '720P', true],
		[false, '16:9', '1280x720', true],
		[false, '16:9', '1280 x 720 p ', true],
		[false, '16:9', '1080p', null],
		[false, '16:9', '1920 x 1080 p ', null],
		[false, '16:9', '2160p', null],
		[false, '16:9', '720p or 1080', null],
		[false, '16:9', '720p or more', null],
		[false, '16:9', 'HD', null],
		[false, '16:9', null, null],
		[false, '9:16', '720p', false],
		[false, '9:16', '1080p', false],
		[false, '10 : 20', '720p', false],
		[false, 'about 9:16', '720p', null],
		[false, '9:16 or so', '720p', null],
		[false, 'Auto', '720p', null],
		[false, undefined, '720p', null],
		[false, '', '720p', null],
		[false, 169, '720p', null],
		[undefined, '16:9', '720p', null],
		[undefined, '9:16', '720p', false],
		[undefined, undefined, '720p', null],
	])(
		'with fallbackFlag %p, ratio %p and resolution %p is %p',
		(fallbackFlag, ratio, resolution, expected) => {
			const fields = { fallbackFlag, paramJson: withRatio(ratio) };
			const parsed = parseTask(taskWithResponse({ resolution }, fields));
			expect(parsed.canUpgradeTo1080p).toBe(expected);
		},
	);

	test.each<[number, boolean, string, boolean | null]>([
		[0, false, '16:9', null],
		[2, false, '16:9', null],
		[7, false, '16:9', null],
		[0, true, '16:9', false],
		[0, false, '9:16', false],
	])(
		'with successFlag %p, fallbackFlag %p and ratio %p is %p',
		(successFlag, fallbackFlag, ratio, expected) => {
			const fields = { successFlag, fallbackFlag, paramJson: withRatio(ratio) };
			const parsed = parseTask(taskWithResponse({ resolution: '720p' }, fields));
			expect(parsed.canUpgradeTo1080p).toBe(expected);
		},
	);

	test.each<[string | null, boolean | null]>([
		['{"aspect_ratio":"16:9"}', true],
		['{"aspect_ratio":"9:16"}', false],
		['{"prompt":"A c', null],
		['[]', null],
		[null, null],
	])('with paramJson %p is %p', (paramJson, expected) => {
		const fields = { paramJson, fallbackFlag: false };
		const parsed = parseTask(taskWithResponse({ resolution: '720p' }, fields));
		expect(parsed.canUpgradeTo1080p).toBe(expected);
	});
});
