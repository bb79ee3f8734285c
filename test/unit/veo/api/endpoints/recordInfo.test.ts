import { recordInfo } from '../../../../../nodes/ApikleyVeo/veo/api/endpoints/recordInfo';
import { parseEnvelope, transientError } from '../../../../../nodes/ApikleyVeo/veo/api/envelope';
import type { JsonObject } from '../../../../../nodes/ApikleyVeo/veo/task/coerce';
import { parseTask } from '../../../../../nodes/ApikleyVeo/veo/task/task';
import { EXAMPLE, FAILED, RUNNING } from '../../../support/records';

const parse = (data: unknown) =>
	recordInfo('veo_1').parse({ code: 200, message: null, data, body: {}, retryAfterMs: 3_000 });
/** By HTTP status and body, as they come. */
const receive = (status: number, body: object) => {
	const endpoint = recordInfo('veo_1');
	const response = { status, headers: {}, body: JSON.stringify(body) };
	const envelope = parseEnvelope(response, 0, (received) => endpoint.holdsValue(received));
	return 'kind' in envelope ? envelope : endpoint.parse(envelope);
};
const meaningOf = (result: ReturnType<typeof receive>) =>
	result.kind === 'success' ? result.value.status : result.kind;

test('record-info is a GET with the task ID', () => {
	expect(recordInfo('veo_1')).toMatchObject({
		method: 'GET',
		path: '/api/v1/veo/record-info?taskId=veo_1',
	});
});

test.each([
	...['a&b=c#d?e/f', 'a b+c%20d', 'задача-№1', '任务🎬', '"quoted"\\'].map((id) => [id, id]),
	['a\ud83cb', 'a\ufffdb'],
])('the task ID %j is encoded, and decoded as %j', (taskId, decoded) => {
	const { pathname, searchParams, hash } = new URL(recordInfo(taskId).path, 'https://example.com');
	expect([pathname, hash]).toEqual(['/api/v1/veo/record-info', '']);
	expect([...searchParams]).toEqual([['taskId', decoded]]);
});

test('a text of missing credits counts whatever the code', () => {
	const response = { code: 200, msg: 'Credits insufficient', data: null };
	expect(receive(200, response)).toEqual({ kind: 'noCredits', message: response.msg });
});

test('record-info is always retried, as a lookup changes nothing', () => {
	expect(recordInfo('veo_1').retryPolicy(transientError(null, 'no response'))).toBe(true);
});

test('the data null means that the task was not found', () => {
	expect(parse(null)).toEqual({ kind: 'notFound', code: 404, message: null });
});

test.each([undefined, 'done', [EXAMPLE], 1, true].map((data) => [data]))(
	'the data %p is a transient error',
	(data) => {
		const reason = 'the response contained no task record';
		expect(parse(data)).toEqual(transientError(null, reason, 3_000));
	},
);

test.each([200, 400, 401, 402, 404, 422, 429, 451, 455, 500, 501])(
	'a record decides, even with code %p around it',
	(code) => {
		const msg = 'Your prompt was flagged';
		for (const [status, data] of [
			['generating', RUNNING],
			['succeeded', EXAMPLE],
			['failed', FAILED],
			['failed', { ...FAILED, successFlag: '3', errorCode: 501 }],
			['unknown', { successFlag: null }],
		] as const) {
			const expected = { kind: 'success', value: { status, raw: data } };
			expect(receive(200, { code, msg, data })).toMatchObject(expected);
			expect(receive(code, { msg, data: JSON.stringify(data) })).toMatchObject(expected);
			for (const envelope of [{ code, msg }, { code: 200 }, { msg }, {}]) {
				expect(receive(code, { ...envelope, data })).toMatchObject(expected);
			}
		}
	},
);

test.each([400, 404, 422, 451])(
	'a success without a record under HTTP %p says nothing of the task',
	(code) => {
		for (const data of [undefined, null, {}, '{}', 'none']) {
			expect(receive(code, { code: 200, msg: 'success', data })).toMatchObject({
				kind: 'transient',
				code,
			});
		}
	},
);

test('a record without a successFlag only counts with code 200, and has not failed', () => {
	const data = { code: 500 };
	expect(meaningOf(receive(200, { code: 200, data }))).toBe('unknown');
	expect(meaningOf(receive(200, { code: 401, data }))).toBe('unauthorized');
});

test.each([
	[400, 'Only English prompts are supported at this time.', 'failed'],
	[400, 'Insufficient credits', 'noCredits'],
	[400, 'The image has insufficient credits information', 'failed'],
	[401, 'Unauthorized', 'unauthorized'],
	[401, 'Your balance is too low', 'noCredits'],
	[403, 'record status is not success', 'rejected'],
	[422, 'Record status is not success.', 'generating'],
	[422, 'record result data is blank', 'generating'],
	[422, 'record result data not exist', 'generating'],
	[422, 'Record  result data, is EMPTY!', 'generating'],
	[422, 'resultUrls is empty', 'generating'],
	[422, 'video does not exist', 'generating'],
	[422, 'taskId is empty', 'notFound'],
	[422, 'task does not exist', 'notFound'],
	[422, 'record does not exist', 'notFound'],
	[422, 'Temporarily supports records within 14 days.', 'tooOld'],
	[422, 'record is null', 'notFound'],
	[422, 'recordInfo is null', 'notFound'],
	[422, 'Record not found for taskId: veo_1', 'notFound'],
	[422, 'Validation Error', 'notFound'],
	[451, 'Failed to fetch the image.', 'failed'],
])('code %p without a record, with "%s", means %s', (code, msg, meaning) => {
	expect(meaningOf(receive(200, { code: String(code), msg, data: null }))).toBe(meaning);
	expect(meaningOf(receive(code, { code, msg }))).toBe(meaning);
	expect(meaningOf(receive(code, { msg: '', message: msg }))).toBe(meaning);
});

test.each<[JsonObject, object]>([
	[
		{ code: 451, message: 'No image' },
		{ isFinal: true, errorCode: 451, errorMessage: 'No image', failureKind: 'rejected' },
	],
	[
		{ code: 422, msg: 'record status is not success' },
		{ isFinal: false, errorCode: null, errorMessage: null, failureKind: null },
	],
])('a task without a record has what %j says of it, also after it was saved', (body, fields) => {
	const result = receive(200, body);
	const value = result.kind === 'success' ? result.value : null;
	expect(value).toMatchObject({ successFlag: null, ...fields });
	expect(parseTask(value?.raw ?? {})).toEqual(value);
});
