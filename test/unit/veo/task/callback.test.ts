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
])('the task ID is found in %s', (_, body) => {
	expect(parse(body)?.taskId).toBe('veo_1');
});

test.each<[string, unknown]>([
	['nothing', undefined],
	['null', null],
	['text', 'veo_1'],
	['a list', [{ taskId: 'veo_1' }]],
	['an empty ID', { data: { taskId: ' ' } }],
	['an ID that is an object', { data: { taskId: { toString: 'veo_1' } } }],
	['no data', { code: 200, data: null }],
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
