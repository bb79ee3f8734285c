import { recordInfo } from '../../../../../nodes/ApikleyVeo/veo/api/endpoints/recordInfo';
import { transientError } from '../../../../../nodes/ApikleyVeo/veo/api/envelope';
import { EXAMPLE, RUNNING } from '../../../support/records';

const parse = (data: unknown, code = 200) =>
	recordInfo('veo_1').parse({ code, message: null, data, retryAfterMs: 3_000 });

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

test('a code other than 200 is an error, whatever the data', () => {
	expect(parse(EXAMPLE, 401)).toEqual({ kind: 'unauthorized', message: null });
});
