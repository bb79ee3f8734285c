import { InvalidParameterError } from '../../../nodes/ApikleyVeo/parameters/invalidParameter';
import { parseTaskId } from '../../../nodes/ApikleyVeo/parameters/taskId';

test.each<[unknown, string]>([
	['veo_task_abcdef123456', 'veo_task_abcdef123456'],
	['  veo_1\t\r\n', 'veo_1'],
	['veo 1', 'veo 1'],
	['任务🎬-№1', '任务🎬-№1'],
	['a&b=c#d?e/f', 'a&b=c#d?e/f'],
	[12345, '12345'],
	[0, '0'],
	['x'.repeat(1024), 'x'.repeat(1024)],
])('%p is a task ID', (value, taskId) => {
	expect(parseTaskId(value)).toBe(taskId);
});

const empty = ['Task ID is empty.', /^Enter the ID .*\{\{ \$json\.data\.taskId \}\}/] as const;
const onlyTheId = /^Use an expression that returns only the ID/;

test.each<[string, unknown, string, RegExp]>([
	['empty text', '', ...empty],
	['blanks', ' \t\n', ...empty],
	['undefined', undefined, ...empty],
	['null', null, ...empty],
	['a list', ['veo_1', 'veo_2'], 'Task ID is a list.', /Split Out/],
	['an object', { taskId: 'veo_1' }, 'Task ID must be text. It is an object.', onlyTheId],
	['false', false, 'Task ID must be text. It is false (a boolean).', onlyTheId],
	['NaN', NaN, 'Task ID must be text. It is not a number (NaN).', onlyTheId],
	['Infinity', Infinity, 'Task ID must be text. It is Infinity (a number).', onlyTheId],
	[
		'1,025 characters',
		'x'.repeat(1025),
		`Task ID has 1025 characters, so it isn't a task ID (it begins "${'x'.repeat(40)}…").`,
		onlyTheId,
	],
])('%s is no task ID', (_, value, message, advice) => {
	expect(() => parseTaskId(value)).toThrow(InvalidParameterError);
	expect(() => parseTaskId(value)).toThrow(
		expect.objectContaining({ message, advice: expect.stringMatching(advice) }),
	);
});
