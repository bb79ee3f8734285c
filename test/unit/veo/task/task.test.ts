import type { JsonObject } from '../../../../nodes/ApikleyVeo/veo/task/coerce';
import { parseTask } from '../../../../nodes/ApikleyVeo/veo/task/task';
import type { FailureKind, TaskStatus } from '../../../../nodes/ApikleyVeo/veo/task/task';
import { EXAMPLE, record, taskWithResponse, task } from '../../support/records';

const A = 'https://cdn.example.com/a.mp4';
const B = 'https://cdn.example.com/b.mp4';

test("the provider's own example", () => {
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
		record: EXAMPLE,
	});
});

test('a record without any field is a task of which nothing is known', () => {
	expect(parseTask({})).toEqual({
		status: 'unknown',
		successFlag: null,
		fallbackFlag: null,
		isFinal: false,
		resolution: null,
		canUpgradeTo1080p: null,
		resultUrls: [],
		originUrls: [],
		fullResultUrls: [],
		errorCode: null,
		errorMessage: null,
		failureKind: null,
		prompt: null,
		params: null,
		createTime: null,
		completeTime: null,
		durationSeconds: null,
		record: {},
	});
});

test('the record is kept untouched, fields that nobody knows included', () => {
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

describe('fallbackFlag', () => {
	test.each<[unknown, boolean | null]>([
		[true, true],
		[false, false],
		['true', true],
		['false', false],
		[undefined, null],
		[null, null],
		['', null],
	])('%p is read as %p: absent is unknown, not false', (fallbackFlag, expected) => {
		expect(task({ fallbackFlag }).fallbackFlag).toBe(expected);
	});
});

describe('response', () => {
	test.each<[string, unknown]>([
		['null', null],
		['absent', undefined],
		['empty', {}],
		['an empty text', ''],
		['a text that is not JSON', 'none'],
		['a list', []],
		['a number', 7],
	])('%s: no URLs, no resolution', (_, response) => {
		expect(task({ response })).toMatchObject({
			status: 'succeeded',
			resultUrls: [],
			originUrls: [],
			fullResultUrls: [],
			resolution: null,
		});
	});

	test('as JSON text', () => {
		const response = JSON.stringify({ resultUrls: [A], resolution: '720p' });
		expect(task({ response })).toMatchObject({ resultUrls: [A], resolution: '720p' });
	});

	describe.each(['resultUrls', 'originUrls', 'fullResultUrls'] as const)('%s', (field) => {
		test.each<[string, unknown, string[]]>([
			['a list', [A, B], [A, B]],
			['a JSON list written as a string', JSON.stringify([A, B]), [A, B]],
			['a single URL', A, [A]],
			['null', null, []],
			['absent', undefined, []],
			['empty', [], []],
			['with holes', [null, A, ''], [A]],
		])('%s', (_, value, expected) => {
			const read = parseTask(taskWithResponse({ [field]: value }));
			expect(read[field]).toEqual(expected);
		});
	});

	test('an extended task: the whole film beside the base clip', () => {
		const read = parseTask(
			taskWithResponse({ resultUrls: [A], fullResultUrls: [B], mediaIds: ['m'] }),
		);
		expect(read.resultUrls).toEqual([A]);
		expect(read.fullResultUrls).toEqual([B]);
	});

	test.each<[unknown, string | null]>([
		['720p', '720p'],
		['1080p', '1080p'],
		['', null],
		[null, null],
		[undefined, null],
		[1080, null],
	])('resolution %p is read as %p', (resolution, expected) => {
		expect(parseTask(taskWithResponse({ resolution })).resolution).toBe(expected);
	});
});

describe('errors', () => {
	test.each<[unknown, number | null]>([
		[400, 400],
		['501', 501],
		[null, null],
		[undefined, null],
		['', null],
		['E400', null],
	])('errorCode %p is read as %p', (errorCode, expected) => {
		expect(task({ successFlag: 2, errorCode }).errorCode).toBe(expected);
	});

	test.each<[unknown, string | null]>([
		['Internal Error - Timeout', 'Internal Error - Timeout'],
		['', null],
		[null, null],
		[undefined, null],
		[500, null],
	])('errorMessage %p is read as %p', (errorMessage, expected) => {
		expect(task({ successFlag: 2, errorMessage }).errorMessage).toBe(expected);
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
	])('successFlag %p with errorCode %p: failureKind %p', (successFlag, errorCode, kind) => {
		expect(task({ successFlag, errorCode }).failureKind).toBe(kind);
	});
});

describe('paramJson', () => {
	test.each<[string, unknown, JsonObject | unknown[] | null, string | null]>([
		['JSON text', '{"prompt":"A cat","seeds":7}', { prompt: 'A cat', seeds: 7 }, 'A cat'],
		['an object', { prompt: 'A cat' }, { prompt: 'A cat' }, 'A cat'],
		['a list', '[1,2]', [1, 2], null],
		['no prompt in it', '{"seeds":7}', { seeds: 7 }, null],
		['an empty prompt', '{"prompt":""}', { prompt: '' }, null],
		['a prompt that is no text', '{"prompt":["A cat"]}', { prompt: ['A cat'] }, null],
		['broken JSON', '{"prompt":"A c', null, null],
		['empty', '', null, null],
		['absent', undefined, null, null],
		['null', null, null, null],
		['null as text', 'null', null, null],
		['a text in JSON', '"A cat"', null, null],
		['a number', 7, null, null],
	])('%s', (_, paramJson, params, prompt) => {
		expect(task({ paramJson })).toMatchObject({ params, prompt });
	});
});

describe('times', () => {
	test('null while running', () => {
		const read = task({ successFlag: 0, completeTime: null });
		expect(read).toMatchObject({
			createTime: '2025-06-06 10:25:00',
			completeTime: null,
			durationSeconds: null,
		});
	});

	test('epoch milliseconds stay numbers', () => {
		const read = task({ createTime: 1749205500000, completeTime: 1749205623000 });
		expect(read).toMatchObject({
			createTime: 1749205500000,
			completeTime: 1749205623000,
			durationSeconds: 123,
		});
	});

	test('mixed zones: both are shown, the duration is not known', () => {
		const read = task({ createTime: '2025-06-06T10:25:00Z', completeTime: '2025-06-06 10:30:00' });
		expect(read).toMatchObject({
			createTime: '2025-06-06T10:25:00Z',
			completeTime: '2025-06-06 10:30:00',
			durationSeconds: null,
		});
	});
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
		[false, '16:9', '1920 x 1080 p ', null],
		[false, '16:9', '1280 x 720 p ', true],
		[false, '16:9', '720p or 1080', null],
		[false, '16:9', '720p or more', null],
		[false, 'about 9:16', '720p', null],
		[false, '9:16 or so', '720p', null],
		[false, '10 : 20', '720p', false],
		[false, '16:9', '1080p', null],
		[false, '16:9', '1920x1080', null],
		[false, '16:9', '2160p', null],
		[false, '16:9', 'HD', null],
		[false, '16:9', null, null],
		[false, '9:16', '720p', false],
		[false, '1:1', '720p', false],
		[false, '9:16', '1080p', false],
		[false, 'Auto', '720p', null],
		[false, undefined, '720p', null],
		[false, '', '720p', null],
		[false, 169, '720p', null],
		[undefined, '16:9', '720p', null],
		[undefined, '9:16', '720p', false],
		[undefined, undefined, '720p', null],
	])('fallback %p, ratio %p, resolution %p: %p', (fallbackFlag, ratio, resolution, expected) => {
		const fields = { fallbackFlag, paramJson: withRatio(ratio) };
		expect(parseTask(taskWithResponse({ resolution }, fields)).canUpgradeTo1080p).toBe(expected);
	});

	test.each<[number, boolean, string, boolean | null]>([
		[0, false, '16:9', null],
		[2, false, '16:9', null],
		[7, false, '16:9', null],
		[0, true, '16:9', false],
		[0, false, '9:16', false],
	])('successFlag %p, fallback %p, ratio %p: %p', (successFlag, fallbackFlag, ratio, expected) => {
		const fields = { successFlag, fallbackFlag, paramJson: withRatio(ratio) };
		const read = parseTask(taskWithResponse({ resolution: '720p' }, fields));
		expect(read.canUpgradeTo1080p).toBe(expected);
	});

	test.each([
		['16:9', true],
		['9:16', false],
	])('reads aspect_ratio %p just as well', (ratio, expected) => {
		const fields = { fallbackFlag: false, paramJson: JSON.stringify({ aspect_ratio: ratio }) };
		const read = parseTask(taskWithResponse({ resolution: '720p' }, fields));
		expect(read.canUpgradeTo1080p).toBe(expected);
	});

	test.each([['{"prompt":"A c'], ['[]'], [null]])('unknown with paramJson %p', (paramJson) => {
		const read = parseTask(
			taskWithResponse({ resolution: '720p' }, { paramJson, fallbackFlag: false }),
		);
		expect(read.canUpgradeTo1080p).toBeNull();
	});
});
