import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { toOutputData, STATUS_OUTPUTS } from '../../../nodes/ApikleyVeo/output/outputData';
import type { Outcome } from '../../../nodes/ApikleyVeo/output/outcome';
import { invalidTaskId, lookupFailed } from '../../../nodes/ApikleyVeo/errors/lookupProblems';
import type { OnError } from '../../../nodes/ApikleyVeo/parameters/onError';
import type { TaskRequest } from '../../../nodes/ApikleyVeo/parameters/taskRequest';
import type { JsonObject } from '../../../nodes/ApikleyVeo/veo/task/coerce';
import { parseTask } from '../../../nodes/ApikleyVeo/veo/task/task';
import type { WaitStats } from '../../../nodes/ApikleyVeo/veo/polling/waitFor';
import { fakeContext } from '../support/fakeContext';
import { FAILED, record, RUNNING, SUCCEEDED } from '../support/records';
import { known, request } from '../support/requests';

interface Found {
	readonly output?: TaskRequest['output'];
	readonly wait?: WaitStats;
	readonly timedOut?: boolean;
}

function found(taskId: string, fields: JsonObject | null, more: Found = {}): Outcome {
	const { output = 'structured', wait = null, timedOut = false } = more;
	return {
		kind: 'task',
		request: request({ taskId, output }),
		finding: known(fields === null ? null : parseTask(fields), { wait, timedOut }),
	};
}

const empty: Outcome = { kind: 'problem', problem: invalidTaskId('', 'Task ID is empty.') };
const gone: Outcome = {
	kind: 'problem',
	problem: lookupFailed('gone', { kind: 'notFound', code: 422, message: 'record is null' }),
};
const down: Outcome = {
	kind: 'problem',
	problem: lookupFailed('down', {
		kind: 'retriesExhausted',
		attempts: 6,
		code: 503,
		reason: 'server error 503',
	}),
};

function delivered(
	outcomes: readonly Outcome[],
	byStatus = false,
	onFailure: OnError = 'stopWorkflow',
) {
	const { context } = fakeContext();
	return toOutputData(context, outcomes, { byStatus, onFailure });
}

const idsOf = (outcomes: readonly Outcome[]) =>
	delivered(outcomes, true).map((items) => items.map(({ json }) => json.taskId));

describe('one output', () => {
	test('holds all items in the order of the input, each linked to its own', () => {
		const outcomes = [found('a', FAILED), gone, found('b', SUCCEEDED), found('c', RUNNING)];
		const [items, ...others] = delivered(outcomes);
		expect(others).toEqual([]);
		expect(items?.map(({ json, pairedItem }) => [json.taskId, pairedItem])).toEqual([
			['a', { item: 0 }],
			['gone', { item: 1 }],
			['b', { item: 2 }],
			['c', { item: 3 }],
		]);
	});

	test('a structured item with its wait', () => {
		const wait = { lookups: 4, waitedMs: 25_000 };
		const [[item] = []] = delivered([found('a', RUNNING, { wait, timedOut: true })]);
		expect(item?.json).toMatchObject({
			taskId: 'a',
			status: 'generating',
			wait: { lookups: 4, waitedSeconds: 25, timedOut: true },
		});
	});

	test('a plain lookup has no wait', () => {
		const [[item] = []] = delivered([found('a', SUCCEEDED)]);
		expect(item?.json).toMatchObject({ status: 'succeeded', wait: null });
	});

	test("raw: the API's data object, untouched", () => {
		const odd = record({ response: '{"resultUrls":"[]"}', successFlag: '1', mediaIds: ['m'] });
		const [[item] = []] = delivered([found('a', odd, { output: 'raw' })]);
		expect(item).toEqual({ json: odd, pairedItem: { item: 0 } });
	});

	test('raw, where no lookup ever told of the task: still says which', () => {
		const [[item] = []] = delivered([found('a', null, { output: 'raw', timedOut: true })]);
		expect(item?.json).toEqual({ taskId: 'a' });
	});

	test('no items in, no items out', () => {
		expect(delivered([])).toEqual([[]]);
		expect(delivered([], true)).toEqual([[], [], []]);
	});

	test('an aborted item is left out', () => {
		const [items] = delivered([found('a', SUCCEEDED), { kind: 'aborted' }, found('b', SUCCEEDED)]);
		expect(items?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 2 }]);
	});
});

describe('by status', () => {
	test('the outputs are Succeeded, Failed, Still Generating', () => {
		expect(STATUS_OUTPUTS).toEqual(['Succeeded', 'Failed', 'Still Generating']);
	});

	test.each<[string, Outcome, number]>([
		['succeeded', found('x', SUCCEEDED), 0],
		['failed with 2', found('x', FAILED), 1],
		['failed with 3', found('x', { ...FAILED, successFlag: 3 }), 1],
		['running', found('x', RUNNING), 2],
		['of unknown status', found('x', record({ successFlag: 7 })), 2],
		['never seen before the timeout', found('x', null, { timedOut: true }), 2],
	])('a task %s', (_, outcome, output) => {
		const ids = idsOf([outcome]);
		expect(ids.map((items) => items.length)).toEqual(
			[0, 1, 2].map((at) => (at === output ? 1 : 0)),
		);
	});

	test('a problem that may pass is not taken for a failed task', () => {
		expect(idsOf([down, gone, empty])).toEqual([[], ['gone', ''], ['down']]);
	});

	test('keeps the order and the links within each output', () => {
		const outcomes = [
			found('a', SUCCEEDED),
			found('b', RUNNING),
			found('c', SUCCEEDED),
			found('d', FAILED),
			found('e', RUNNING),
		];
		const outputs = delivered(outcomes, true);
		expect(outputs.map((items) => items.map(({ pairedItem }) => pairedItem))).toEqual([
			[{ item: 0 }, { item: 2 }],
			[{ item: 3 }],
			[{ item: 1 }, { item: 4 }],
		]);
	});
});

describe('a problem', () => {
	test('with On Error: continue is an item of its own', () => {
		const [items] = delivered([found('a', SUCCEEDED), gone], false, 'continueRegularOutput');
		expect(items?.[1]).toEqual({
			json: {
				taskId: 'gone',
				message: expect.stringContaining('does not know task gone'),
				code: 422,
			},
			pairedItem: { item: 1 },
		});
	});

	test('of a task ID that is not there says so', () => {
		const absent: Outcome = {
			kind: 'problem',
			problem: invalidTaskId(undefined, 'Task ID is empty.'),
		};
		const [[item] = []] = delivered([absent], false, 'continueRegularOutput');
		expect(item?.json).toMatchObject({ taskId: null, code: 'INVALID_INPUT' });
	});

	test('with an error output carries the error that sends it there', () => {
		const outcomes = [found('a', SUCCEEDED), gone, empty];
		const [items] = delivered(outcomes, false, 'continueErrorOutput');
		const [good, unknown, invalid] = items ?? [];
		expect(good).not.toHaveProperty('error');
		expect(Object.keys(unknown?.json ?? {})).toEqual(['taskId', 'message', 'code']);
		expect(unknown?.error).toBeInstanceOf(NodeApiError);
		expect(unknown?.error).toMatchObject({
			message: expect.stringContaining('task gone'),
			context: { itemIndex: 1 },
		});
		expect(invalid?.error).toBeInstanceOf(NodeOperationError);
		expect(invalid?.pairedItem).toEqual({ item: 2 });
	});

	test('keeps what it holds in the copy that n8n makes for the error output', () => {
		const [[item] = []] = delivered([gone], false, 'continueErrorOutput');
		expect({ ...item }).not.toHaveProperty('error');
	});

	test('lets an older n8n take the error off it on the way', () => {
		const [[item] = []] = delivered([gone], false, 'continueErrorOutput');
		if (item) Object.assign(item, { error: undefined });
		expect(item?.error).toBeUndefined();
	});
});

describe('binary data', () => {
	const binary = { data: { data: 'abc', mimeType: 'video/mp4' } };

	test('is beside the JSON of its item', () => {
		const outcome = { ...found('a', SUCCEEDED), binary } as Outcome;
		const [[item] = []] = delivered([outcome]);
		expect(item).toMatchObject({ json: { taskId: 'a', status: 'succeeded' }, binary });
	});

	test.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'is beside a problem, too (%s)',
		(onFailure) => {
			const [[item] = []] = delivered([{ ...gone, binary } as Outcome], false, onFailure);
			expect({ ...item }).toMatchObject({ json: { taskId: 'gone', code: 422 }, binary });
		},
	);

	test('is not there where there is none', () => {
		const [items] = delivered([found('a', SUCCEEDED), gone], false, 'continueRegularOutput');
		for (const item of items ?? []) expect(item).not.toHaveProperty('binary');
	});
});
