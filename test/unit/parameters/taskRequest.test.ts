import { operations } from '../../../nodes/ApikleyVeo/operations';
import { readRequests } from '../../../nodes/ApikleyVeo/parameters/taskRequest';
import { fakeContext } from '../support/fakeContext';
import type { FakeRun } from '../support/fakeContext';
import { request, waitRequest } from '../support/requests';

type OperationName =
	| 'generate'
	| 'extend'
	| 'get1080p'
	| 'getStatus'
	| 'waitUntilComplete'
	| 'download';

async function readAll(operation: OperationName, run: FakeRun, byStatus = false) {
	const readers = operations.find(({ option }) => option.value === operation)!;
	const { context } = fakeContext(run);
	const reads = jest.spyOn(context, 'getNodeParameter');
	const requests = await readRequests(context, { byStatus }, readers);
	return { requests, reads: reads.mock.calls };
}

async function read(
	operation: OperationName,
	parameters: Record<string, unknown>,
	byStatus?: boolean,
) {
	const all = { taskId: 'veo_1', prompt: 'A cat', ...parameters };
	const { requests } = await readAll(operation, { parameters: all }, byStatus);
	return requests[0];
}

/** The options of an existing task, or of one that will be created. */
async function optionsOf(...args: Parameters<typeof read>) {
	const parsed = await read(...args);
	return parsed?.kind === 'creation' ? parsed.options : parsed?.kind === 'task' && parsed.request;
}

const download = { videoSource: 'resultUrls', binaryProperty: 'data' } as const;

test.each<[OperationName, object]>([
	[
		'get1080p',
		{
			videoIndex: 0,
			wait: waitRequest('error', { interval: 20, timeout: 600 }),
			download: { ...download, onUnfinished: 'output' },
			onTaskFailed: 'error',
		},
	],
	['getStatus', { wait: null, download: null }],
	['waitUntilComplete', { wait: waitRequest('error'), download: null }],
	['download', { download: { ...download, onUnfinished: 'error' }, onTaskFailed: 'error' }],
])('a request of %s has defaults', async (operation, fields) => {
	expect(await read(operation, { taskId: ' veo_1 ' })).toEqual({
		kind: 'task',
		request: request(fields),
	});
});

test.each<[OperationName, object]>([
	['generate', { prompt: 'A cat', model: 'veo3_fast' }],
	['extend', { prompt: 'A cat', taskId: 'veo_1' }],
])('a request of %s is a creation with the options of its task', async (operation, fields) => {
	expect(await read(operation, {})).toEqual({
		kind: 'creation',
		creation: expect.objectContaining({
			endpoint: operation,
			fields: expect.objectContaining(fields),
		}),
		images: [],
		options: {
			wait: waitRequest('error'),
			download: { ...download, onUnfinished: 'output' },
			onTaskFailed: 'error',
			output: 'structured',
		},
	});
});

test('a request has what was chosen', async () => {
	const parameters = {
		failedTask: 'error',
		output: 'raw',
		polling: { interval: 2, onTimeout: 'output' },
		downloadVideos: true,
	};
	expect(await read('waitUntilComplete', parameters)).toEqual({
		kind: 'task',
		request: request({
			onTaskFailed: 'error',
			output: 'raw',
			wait: waitRequest('output', { interval: 2 }),
			// On Timeout already decides about an unfinished task
			download: { ...download, onUnfinished: 'output' },
		}),
	});
});

const withFailedTask = operations.filter(({ onTaskFailed }) => onTaskFailed !== null);

test.each(withFailedTask.map(({ option }) => option.value as OperationName))(
	'a failed task of %s is what was chosen or, by status, data',
	async (operation) => {
		for (const failedTask of ['output', 'error', undefined]) {
			const byStatus = await optionsOf(operation, { failedTask }, true);
			expect(byStatus).toMatchObject({ onTaskFailed: 'output' });
			const single = await optionsOf(operation, { failedTask });
			if (failedTask) expect(single).toMatchObject({ onTaskFailed: failedTask });
		}
	},
);

test.each<[OperationName, object | null]>([
	['generate', null],
	['extend', null],
	// It may be ready at the first request
	['get1080p', download],
])('without Wait for Completion, %s downloads %j', async (operation, expected) => {
	const parameters = { waitForCompletion: false, downloadVideos: true };
	const download = expected && expect.objectContaining(expected);
	expect(await optionsOf(operation, parameters)).toMatchObject({ wait: null, download });
});

test('an unfinished task of Download is data by status', async () => {
	expect(await read('download', {}, true)).toMatchObject({
		request: { download: { onUnfinished: 'output' } },
	});
});

test('parameters of other operations are not read', async () => {
	const parameters = { polling: { interval: 'x' }, downloadVideos: true, binaryProperty: '' };
	expect(await read('getStatus', parameters)).toEqual({ kind: 'task', request: request() });
});

describe('an invalid parameter', () => {
	const problem = { code: 'INVALID_INPUT', retryable: false };

	test.each<[string, unknown, unknown]>([
		['nothing', undefined, ''],
		['a list', ['veo_1'], ['veo_1']],
		['NaN', NaN, NaN],
		['an expression that fails', new Error('no data'), null],
	])('is a task ID that is %s', async (_, value, taskId) => {
		expect(await read('getStatus', { taskId: value })).toMatchObject({
			kind: 'invalid',
			problem: { ...problem, taskId },
		});
	});

	test('is distinguished from an expression that finds nothing', async () => {
		const message = expect.stringContaining('its expression found nothing');
		const { requests } = await readAll('getStatus', { items: [{ taskId: '' }] });
		expect(requests).toMatchObject([{ problem: { message } }]);
		expect(await read('getStatus', { taskId: '' })).not.toMatchObject({ problem: { message } });
	});

	test.each([
		['polling', { interval: 0 }],
		['polling', new Error('no data')],
		['failedTask', 'x'],
		['output', 7],
		['downloadVideos', 'maybe'],
	])('(%s: %p) is a problem that names the task', async (name, value) => {
		expect(await read('waitUntilComplete', { [name]: value })).toMatchObject({
			kind: 'invalid',
			problem: { ...problem, taskId: 'veo_1', message: expect.stringContaining('task veo_1') },
		});
	});

	test('only concerns its own item', async () => {
		const items = [{ taskId: 'veo_1' }, { taskId: '' }, { taskId: 'veo_3', output: 'raw' }];
		const { requests } = await readAll('getStatus', { items });
		expect(requests).toMatchObject([
			{ kind: 'task', request: { taskId: 'veo_1', output: 'structured' } },
			{ kind: 'invalid' },
			{ kind: 'task', request: { taskId: 'veo_3', output: 'raw' } },
		]);
	});
});

describe('parameters', () => {
	const items = ['veo_1', 'veo_2', 'veo_3'].map((taskId) => ({ taskId }));

	test('without expressions are read once for all items', async () => {
		const parameters = { polling: { interval: 3 } };
		const { requests, reads } = await readAll('waitUntilComplete', { parameters, items });
		const wait = waitRequest('error', { interval: 3 });
		expect(requests).toEqual(
			items.map((item) => ({ kind: 'task', request: request({ ...item, wait }) })),
		);
		const forOthers = reads.filter(([, itemIndex]) => itemIndex !== 0);
		expect(forOthers.map(([name]) => name)).toEqual(['taskId', 'taskId']);
	});

	test('with expressions are read for each item', async () => {
		const each = items.map((item, index) => ({ ...item, polling: { interval: index + 1 } }));
		const { requests } = await readAll('waitUntilComplete', { items: each });
		expect(requests).toMatchObject(
			[1, 2, 3].map((interval) => ({ request: { wait: waitRequest('error', { interval }) } })),
		);
	});
});
