import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { OnError } from 'n8n-workflow';

import { noVideos } from '../../../nodes/ApikleyVeo/errors/downloadProblems';
import { invalidTaskId, lookupFailed } from '../../../nodes/ApikleyVeo/errors/lookupProblems';
import type { Problem } from '../../../nodes/ApikleyVeo/errors/problem';
import { STATUS_OUTPUTS, toOutputData } from '../../../nodes/ApikleyVeo/output/outputData';
import type { Outcome, TaskOutcome, TaskReport } from '../../../nodes/ApikleyVeo/output/outcome';
import type { TaskRequest } from '../../../nodes/ApikleyVeo/parameters/taskRequest';
import { parseTask } from '../../../nodes/ApikleyVeo/veo/task/task';
import { NODE } from '../support/fakeContext';
import { FAILED, record, RUNNING, SUCCEEDED, task } from '../support/records';
import { found, request, timedOut } from '../support/requests';

const withTask = (
	taskId: string,
	report: TaskReport,
	output: TaskRequest['output'] = 'structured',
): TaskOutcome => ({ kind: 'task', request: request({ taskId, output }), report });
const problemOf = (problem: Problem, task: TaskOutcome | null = null): Outcome => ({
	kind: 'problem',
	problem,
	task,
});

const succeeded = found(parseTask(SUCCEEDED));
const running = found(parseTask(RUNNING));
const failed = found(parseTask(FAILED));
const empty = { message: 'Task ID is empty.', advice: 'Enter it.' };
const invalid = problemOf(invalidTaskId('', empty));
const unknown = lookupFailed('gone', { kind: 'notFound', code: 422, message: null }, 0);
const gone = problemOf(unknown);
const noVideo = noVideos('x', 'resultUrls', parseTask({}));
const binary = { data: { data: 'abc', mimeType: 'video/mp4' } };

const toOutputs = (outcomes: readonly Outcome[], onError: OnError = 'continueRegularOutput') =>
	toOutputData(outcomes, { byStatus: false, onError, node: NODE });
const byStatus = (outcomes: readonly Outcome[], onError: OnError = 'continueRegularOutput') =>
	toOutputData(outcomes, { byStatus: true, onError, node: NODE });
const firstItem = (outcome: Outcome, onError?: OnError) => toOutputs([outcome], onError)[0]?.[0];

describe('a single output', () => {
	test('has all items in the order of the input, each paired with its own', () => {
		const outcomes = [withTask('a', failed), gone, withTask('b', succeeded)];
		const outputs = toOutputs(outcomes);
		expect(outputs).toHaveLength(1);
		expect(outputs[0]?.map(({ json, pairedItem }) => [json.taskId, pairedItem])).toEqual([
			['a', { item: 0 }],
			['gone', { item: 1 }],
			['b', { item: 2 }],
		]);
	});

	test('is empty without input', () => {
		expect(toOutputs([])).toEqual([[]]);
	});

	test('has no item that was aborted', () => {
		const [items] = toOutputs([withTask('a', succeeded), { kind: 'aborted' }, gone]);
		expect(items?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 2 }]);
	});
});

describe('a raw item', () => {
	test("is the API's data object, untouched", () => {
		const data = record({ response: '{"resultUrls":"[]"}', successFlag: '1', mediaIds: ['m'] });
		const item = firstItem(withTask('a', found(parseTask(data)), 'raw'));
		expect(item).toEqual({ json: data, pairedItem: { item: 0 } });
	});

	test('also has the task ID if it is a response without a record', () => {
		const body = { code: 400, msg: 'Only English prompts are supported at this time.', data: null };
		const item = firstItem(withTask('a', found(parseTask(body)), 'raw'));
		expect(item?.json).toEqual({ taskId: 'a', ...body });
	});

	test.each([
		['a record without one', { successFlag: 1 }],
		['a record with null', { successFlag: 1, taskId: null }],
		['a record with an empty one', { successFlag: 1, taskId: ' ' }],
	])('also has the task ID if it is %s', (_, data) => {
		const item = firstItem(withTask('a', found(parseTask(data)), 'raw'));
		expect(item?.json).toEqual({ ...data, taskId: 'a' });
	});

	test.each([
		['has none', { task_id: 'a' }, { taskId: 'a', task_id: 'a' }],
		['has null', { taskId: null }, { taskId: 'a' }],
		['is empty', {}, { taskId: 'a' }],
		['has another form of it', { taskId: 17, more: 1 }, { taskId: 17, more: 1 }],
	])('of a created task has its ID, also if the response %s', (_, data, json) => {
		const report = { kind: 'created', data, stats: null } as const;
		expect(firstItem(withTask('a', report, 'raw'))?.json).toEqual(json);
	});

	test('only has the task ID if there is no record', () => {
		expect(firstItem(withTask('a', timedOut(null), 'raw'))?.json).toEqual({ taskId: 'a' });
	});
});

describe('by status', () => {
	test.each<[(typeof STATUS_OUTPUTS)[number], string, Outcome]>([
		['Succeeded', 'a task that succeeded', withTask('x', succeeded)],
		['Failed', 'a task that failed with 2', withTask('x', failed)],
		['Failed', 'a task that failed with 3', withTask('x', found(task({ successFlag: 3 })))],
		['Failed', 'a problem that is final', problemOf({ ...unknown, retryable: false })],
		['Failed', 'an invalid input', invalid],
		['Pending', 'a problem that may pass', problemOf({ ...unknown, retryable: true })],
		['Pending', 'a task without its videos', problemOf(noVideo, withTask('x', succeeded))],
		['Pending', 'a running task', withTask('x', running)],
		['Pending', 'a task of unknown status', withTask('x', found(task({ successFlag: 7 })))],
		['Pending', 'a timeout without a record', withTask('x', timedOut(null))],
	])('%s has %s', (output, _, outcome) => {
		const lengths = byStatus([outcome]).map((items) => items.length);
		expect(lengths).toEqual(STATUS_OUTPUTS.map((name) => (name === output ? 1 : 0)));
	});

	test('the outputs are Succeeded, Failed and Pending', () => {
		expect(STATUS_OUTPUTS).toEqual(['Succeeded', 'Failed', 'Pending']);
	});

	test('each output keeps the order of the input and its pairing', () => {
		const reports = [succeeded, running, succeeded, failed, running];
		const outputs = byStatus(reports.map((report, index) => withTask(String(index), report)));
		expect(outputs.map((items) => items.map(({ pairedItem }) => pairedItem))).toEqual([
			[{ item: 0 }, { item: 2 }],
			[{ item: 3 }],
			[{ item: 1 }, { item: 4 }],
		]);
	});

	test('problems on the way to the error output are on one output, so that n8n keeps their order', () => {
		const outcomes = [gone, problemOf(noVideo), withTask('x', failed), invalid];
		const outputs = byStatus(outcomes, 'continueErrorOutput');
		expect(outputs.map((items) => items.map(({ pairedItem }) => pairedItem))).toEqual([
			[],
			[{ item: 2 }],
			[{ item: 0 }, { item: 1 }, { item: 3 }],
		]);
	});

	test('there are three outputs even without input', () => {
		expect(byStatus([])).toEqual([[], [], []]);
	});
});

describe('the item of a problem', () => {
	test('says what happened and what to do', () => {
		const message = `${unknown.message} ${unknown.description}`;
		expect(firstItem(gone)).toEqual({
			json: { taskId: 'gone', message, code: 422 },
			pairedItem: { item: 0 },
		});
	});

	test.each<OnError>(['continueRegularOutput', 'continueErrorOutput'])(
		'has the whole item of a task that succeeded (%s)',
		(onError) => {
			const message = `${noVideo.message} ${noVideo.description}`;
			for (const output of ['structured', 'raw'] as const) {
				const kept = withTask('x', succeeded, output);
				const json = { ...firstItem(kept)?.json, taskId: 'x', message, code: 'NO_VIDEOS' };
				expect(firstItem(problemOf(noVideo, kept), onError)?.json).toEqual(json);
			}
		},
	);

	test('has the task ID null if there is none', () => {
		const outcome = problemOf(invalidTaskId(undefined, empty));
		expect(firstItem(outcome)?.json).toMatchObject({ taskId: null, code: 'INVALID_INPUT' });
	});

	test('has the error that leads it to the error output', () => {
		const outcomes = [withTask('a', succeeded), gone, invalid];
		const [good, absent, wrong] = toOutputs(outcomes, 'continueErrorOutput')[0] ?? [];
		expect(good).not.toHaveProperty('error');
		expect(absent?.error).toBeInstanceOf(NodeApiError);
		expect(absent?.error).toMatchObject({ type: '422', context: { itemIndex: 1 } });
		expect(wrong?.error).toBeInstanceOf(NodeOperationError);
		expect(wrong?.pairedItem).toEqual({ item: 2 });
	});

	test('keeps its data in the copy that n8n makes for the error output', () => {
		const item = firstItem(gone, 'continueErrorOutput');
		expect(Object.keys(item?.json ?? {})).toEqual(['taskId', 'message', 'code']);
		expect({ ...item }).not.toHaveProperty('error');
	});

	test('lets an older n8n remove its error', () => {
		const item = firstItem(gone, 'continueErrorOutput');
		if (item) Object.assign(item, { error: undefined });
		expect(item?.error).toBeUndefined();
	});
});

describe('binary data', () => {
	const withBinary = (fields: Partial<TaskOutcome>) => ({ ...withTask('a', succeeded), ...fields });

	test.each<[string, (task: TaskOutcome) => Outcome, OnError]>([
		['a task', (kept) => kept, 'stopWorkflow'],
		['a problem', (kept) => problemOf(noVideo, kept), 'continueRegularOutput'],
		['a problem on the error output', (kept) => problemOf(noVideo, kept), 'continueErrorOutput'],
	])('is on the item of %s', (_, outcome, onError) => {
		expect(firstItem(outcome(withBinary({ binary })), onError)).toMatchObject({ binary });
		expect(firstItem(outcome(withBinary({})), onError)).not.toHaveProperty('binary');
	});
});
