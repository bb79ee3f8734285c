import { InvalidParameterError } from '../../../nodes/ApikleyVeo/parameters/invalidParameter';
import { readPrompt } from '../../../nodes/ApikleyVeo/parameters/prompt';
import { parseTaskId, readTaskId } from '../../../nodes/ApikleyVeo/parameters/taskId';
import { fakeContext } from '../support/fakeContext';

test.each<readonly [unknown, string]>([
	['veo_task_abcdef123456', 'veo_task_abcdef123456'],
	['  veo_1\t\r\n', 'veo_1'],
	['veo 1', 'veo 1'],
	['任务🎬-№1', '任务🎬-№1'],
	['a&b=c#d?e/f', 'a&b=c#d?e/f'],
	[12345, '12345'],
	[0, '0'],
	['x'.repeat(1024), 'x'.repeat(1024)],
	[Number.MAX_SAFE_INTEGER, '9007199254740991'],
	['7615917337495251231', '7615917337495251231'],
	[1.5, '1.5'],
	...[...'\u200b\u2060\u200e\ufeff\u00ad\0\u00a0"\'`'].map(
		(c) => [`${c}veo_1${c}`, 'veo_1'] as const,
	),
	...['“veo_1”', '„veo_1“', '‘veo_1’', '«veo_1»'].map((text) => [text, 'veo_1'] as const),
	[' \u200b" \u2060veo_1\u200e "\n', 'veo_1'],
	...['veo\u200b_1', 'it"s', '"veo_1', 'veo_1"', '"'].map((text) => [text, text] as const),
])('%p is a task ID', (value, taskId) => {
	expect(parseTaskId(value)).toBe(taskId);
});

const empty = ['Task ID is empty.', /^Enter the ID .*\{\{ \$json\.data\.taskId \}\}/] as const;
const onlyTheId = /^Use an expression that returns only the ID/;

test.each<[string, unknown, string, RegExp]>([
	['empty text', '', ...empty],
	['blanks', ' \t\n', ...empty],
	['invisible characters', '\u200b\u2060', ...empty],
	['quotes', '""', ...empty],
	['quoted blanks', '“ ”', ...empty],
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

test.each([Number('7615917337495251231'), 2 ** 53, -(2 ** 53), 1e21])(
	'the number %p is no task ID, as it has lost digits',
	(value) => {
		const message = expect.stringContaining(`the number ${value}. It is too large`);
		const advice = expect.stringMatching(/^Pass the ID as text/);
		expect(() => parseTaskId(value)).toThrow(expect.objectContaining({ message, advice }));
	},
);

test.each(['', ' \u200b', '""', undefined, null])(
	'the value %j of an expression is not answered with the advice to use it',
	(value) => {
		const message = 'Task ID is empty: its expression found nothing in this item.';
		const advice = expect.not.stringContaining('{{');
		expect(() => parseTaskId(value, () => 'expression')).toThrow(
			expect.objectContaining({ message, advice }),
		);
	},
);

test.each(['taskId', 'prompt'])('an empty %s of a tool is a matter of who calls it', (name) => {
	const { context } = fakeContext({ asTool: 'node', items: [{ [name]: '' }] });
	const read = name === 'prompt' ? readPrompt : readTaskId;
	expect(() => read(context, 0)).toThrow(
		expect.objectContaining({
			message: expect.stringMatching(/is empty: this tool was called without it\.$/),
			advice: expect.stringMatching(/^Call it again with /),
		}),
	);
});
