import { recordInfo } from '../../../../../nodes/ApikleyVeo/veo/api/endpoints/recordInfo';
import { parseEnvelope, transientError } from '../../../../../nodes/ApikleyVeo/veo/api/envelope';
import { parseTask } from '../../../../../nodes/ApikleyVeo/veo/task/task';
import { EXAMPLE, FAILED, RUNNING } from '../../../support/records';

const parse = (data: unknown, code = 200, message: string | null = null) => {
	const body = { code, msg: message, data };
	return recordInfo('veo_1').parse({ code, message, data, body, retryAfterMs: 3_000 });
};
/** By HTTP status and body, as they come. */
const receive = (status: number, body: object) => {
	const envelope = parseEnvelope({ status, headers: {}, body: JSON.stringify(body) }, 0);
	return 'kind' in envelope ? envelope : recordInfo('veo_1').parse(envelope);
};

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

test('record-info is always retried, as a lookup changes nothing', () => {
	expect(recordInfo('veo_1').retryPolicy(transientError(null, 'no response'))).toBe(true);
});

test.each([
	['succeeded', EXAMPLE],
	['generating', RUNNING],
	['unknown', {}],
])('a task that is %s is a success', (status, data) => {
	expect(parse(data)).toMatchObject({ kind: 'success', value: { status, raw: data } });
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

describe.each([400, 401, 402, 404, 422, 429, 451, 455, 500, 501, 1001])(
	'a record with code %p around it',
	(code) => {
		test.each([
			['generating', RUNNING],
			['succeeded', EXAMPLE],
			['failed', FAILED],
			['failed', { ...FAILED, successFlag: '3', errorCode: 501 }],
			['unknown', { successFlag: null }],
		])('decides: %s', (status, data) => {
			const expected = { kind: 'success', value: { status, raw: data } };
			const msg = 'Your prompt was flagged';
			expect(receive(200, { code, msg, data })).toMatchObject(expected);
			if (code >= 600) return;
			for (const envelope of [{ code, msg }, { code: 200 }, { msg }]) {
				expect(receive(code, { ...envelope, data })).toMatchObject(expected);
			}
		});

		test('does not decide without a successFlag', () => {
			expect(parse({ taskId: 'veo_1' }, code)).not.toMatchObject({ value: { status: 'unknown' } });
		});
	},
);

test('a record that has a code of its own, but no successFlag, has not failed', () => {
	expect(parse({ code: 500, msg: 'Full' })).toMatchObject({ value: { status: 'unknown' } });
});

describe.each<[string, (code: number, msg: string) => ReturnType<typeof receive>]>([
	['in the body', (code, msg) => receive(200, { code: String(code), msg, data: null })],
	['with the HTTP status', (code, msg) => receive(code, { code, msg })],
	['as HTTP status only', (code, message) => receive(code, { message, msg: '' })],
])('without a record, %s,', (_, receiveCode) => {
	test.each([
		[400, 'Only English prompts are supported at this time.'],
		[451, 'Failed to fetch the image.'],
	])('code %p means that the task failed: "%s"', (code, message) => {
		expect(receiveCode(code, message)).toMatchObject({
			kind: 'success',
			value: {
				status: 'failed',
				successFlag: null,
				isFinal: true,
				errorCode: code,
				errorMessage: message,
				failureKind: 'rejected',
			},
		});
	});

	test.each([
		'record status is not success',
		'record status is not success.',
		'record result data is blank',
		'record result data not exist',
		'Record result data is empty.',
	])('code 422 with "%s" means that the task is not complete', (message) => {
		expect(receiveCode(422, message)).toMatchObject({
			kind: 'success',
			value: { status: 'generating', successFlag: null, isFinal: false, errorCode: null },
		});
	});

	test.each([
		'record is null',
		'Record not found for taskId: veo_1',
		'recordInfo is null',
		'Validation Error',
		'taskId cannot be blank',
	])('code 422 with "%s" means that the task is unknown', (message) => {
		expect(receiveCode(422, message)).toEqual({ kind: 'notFound', code: 422, message });
	});

	test.each([
		[422, 'Temporarily supports records within 14 days.', 'tooOld'],
		[400, 'Insufficient credits', 'noCredits'],
		[401, 'Unauthorized', 'unauthorized'],
		[403, 'record status is not success', 'rejected'],
	])('code %p with "%s" is an error: %s', (code, message, kind) => {
		expect(receiveCode(code, message)).toMatchObject({ kind, message });
	});
});

test.each([
	{ code: 400, msg: 'Only English' },
	{ code: 422, msg: 'record status is not success' },
])('a task without a record is restored from what was saved of it: %j', (body) => {
	const result = receive(200, body);
	const value = result.kind === 'success' ? result.value : null;
	expect(parseTask(value?.raw ?? {})).toEqual(value);
});
