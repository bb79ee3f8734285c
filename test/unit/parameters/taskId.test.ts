import { readTaskId } from '../../../nodes/ApikleyVeo/parameters/taskId';

describe('a task ID', () => {
	test.each<[unknown, string]>([
		['veo_task_abcdef123456', 'veo_task_abcdef123456'],
		['  veo_1\t\r\n', 'veo_1'],
		['veo 1', 'veo 1'],
		['задача-№1', 'задача-№1'],
		['任务🎬', '任务🎬'],
		['a&b=c#d?e/f', 'a&b=c#d?e/f'],
		[12345, '12345'],
		[0, '0'],
		['0', '0'],
		['x'.repeat(1024), 'x'.repeat(1024)],
	])('%p', (value, taskId) => {
		expect(readTaskId(value)).toEqual({ kind: 'valid', taskId });
	});
});

describe('what is no task ID says so, and what to do', () => {
	test.each<[string, unknown, RegExp]>([
		['empty', '', /^Task ID is empty\. Enter the ID .*\{\{ \$json\.data\.taskId \}\}/],
		['blank', ' \t\n', /^Task ID is empty\./],
		['undefined', undefined, /^Task ID is empty\./],
		['null', null, /^Task ID is empty\./],
		['a list', ['veo_1', 'veo_2'], /^Task ID is a list\. .*Split Out/],
		['an empty list', [], /^Task ID is a list\./],
		['an object', { taskId: 'veo_1' }, /^Task ID must be text, but is an object\. .*expression/],
		['true', true, /^Task ID must be text, but is true \(a boolean\)\./],
		['false', false, /^Task ID must be text, but is false \(a boolean\)\./],
		['NaN', NaN, /^Task ID must be text, but is not a number \(NaN\)\./],
		['Infinity', Infinity, /^Task ID must be text, but is Infinity \(a number\)\./],
		['1,025 characters', 'x'.repeat(1025), /^Task ID has 1025 characters/],
		['10,000 characters', 'x'.repeat(10_000), /^Task ID has 10000 characters.*"x{40}…"/],
	])('%s', (_, value, problem) => {
		expect(readTaskId(value)).toEqual({
			kind: 'invalid',
			problem: expect.stringMatching(problem),
		});
	});

	test('the message about a long one is short', () => {
		const reading = readTaskId('x'.repeat(10_000));
		expect(JSON.stringify(reading).length).toBeLessThan(300);
	});
});
