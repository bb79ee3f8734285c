import { parseCallback } from '../../../../nodes/ApikleyVeo/veo/task/callback';

const NOW = Date.UTC(2026, 0, 1);
const parse = (body: unknown) => parseCallback(body, null, NOW);

test.each<[string, unknown]>([
	[
		'a success',
		{
			code: 200,
			msg: 'success',
			data: { taskId: 'veo_1', info: { resultUrls: '["https://x.example.com/1.mp4"]' } },
		},
	],
	['a failure', { code: 501, msg: 'Generation failed', data: { taskId: 'veo_1' } }],
	['a body without an envelope', { taskId: ' veo_1 ' }],
	['an envelope whose data is text', { code: 200, data: '{"taskId":"veo_1"}' }],
	['a body that was not parsed', '{"code":200,"data":{"taskId":"veo_1"}}'],
	['another spelling', { data: { task_id: 'veo_1' } }],
	['a third spelling', { TaskID: 'veo_1' }],
	['invisible characters', { data: { taskId: '\u200bveo_1 \u200b' } }],
	['data that is a list', { data: [{ taskId: 'veo_1' }] }],
	['an object in the data', { data: { task: { taskId: 'veo_1' } } }],
])('the task ID is found in %s', (_, body) => {
	expect(parse(body)?.taskId).toBe('veo_1');
});

test.each<[unknown, string]>([
	[12345, '12345'],
	[Number.MAX_SAFE_INTEGER, '9007199254740991'],
])('the task ID %j is the text %j', (taskId, expected) => {
	expect(parse({ data: { taskId } })?.taskId).toBe(expected);
});

test('a long number in a body that was not parsed keeps its digits', () => {
	const body = '{"data":{"taskId":12345678901234567890}}';
	expect(parse(body)?.taskId).toBe('12345678901234567890');
});

test.each<[string, unknown]>([
	['nothing', undefined],
	['null', null],
	['text', 'veo_1'],
	['a list', [{ taskId: 'veo_1' }]],
	['an empty ID', { data: { taskId: ' ' } }],
	['an ID that is an object', { data: { taskId: { toString: 'veo_1' } } }],
	['no data', { code: 200, data: null }],
	['a number that has lost digits', { data: { taskId: 2 ** 60 } }],
	['a number with decimals', { data: { taskId: 1.5 } }],
	['a list of several tasks', { data: [{ taskId: 'veo_1' }, { taskId: 'veo_2' }] }],
])('%s names no task', (_, body) => {
	expect(parse(body)).toBeNull();
});

test.each<[unknown, string | null]>([
	['secret', 'secret'],
	[undefined, null],
	['', null],
	[['secret', 'other'], null],
])('the token %j of the address is %j', (token, expected) => {
	expect(parseCallback({ taskId: 'veo_1' }, token, NOW)).toEqual({
		taskId: 'veo_1',
		token: expected,
		receivedAt: NOW,
	});
});
