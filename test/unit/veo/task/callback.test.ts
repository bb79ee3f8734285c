import { callbackTaskId } from '../../../../nodes/ApikleyVeo/veo/task/callback';

const data = { taskId: 'veo_1', info: { resultUrls: ['https://example.com/1.mp4'] } };

test.each<[string, unknown]>([
	['of a success', { code: 200, msg: 'success', data }],
	['of a failure', { code: 501, msg: 'failed', data: { taskId: 'veo_1' } }],
	['whose data is JSON text', { code: 200, data: JSON.stringify(data) }],
	['that is JSON text itself', JSON.stringify({ code: 200, data })],
	['with the ID at the top', { taskId: 'veo_1' }],
	['with the ID in snake case', { data: { task_id: 'veo_1' } }],
	['with the ID at the top in snake case', { task_id: 'veo_1', data: null }],
])('a callback %s names its task', (_, body) => {
	expect(callbackTaskId(body)).toBe('veo_1');
});

test.each<[unknown]>([
	[undefined],
	[null],
	['text'],
	[[]],
	[{}],
	[{ data: [] }],
	[{ data: 'text' }],
])('%j names no task', (body) => {
	expect(callbackTaskId(body)).toBeUndefined();
});
