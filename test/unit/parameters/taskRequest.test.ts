import type { Mode, Operation } from '../../../nodes/ApikleyVeo/parameters/mode';
import { createRequestReader } from '../../../nodes/ApikleyVeo/parameters/taskRequest';
import { fakeContext } from '../support/fakeContext';
import type { FakeRun } from '../support/fakeContext';
import { request } from '../support/requests';

const WAITING: Mode = { operation: 'waitUntilComplete', byStatus: false };

const reader = (run: FakeRun, operation: Operation = 'getStatus', byStatus = false) =>
	createRequestReader(fakeContext(run).context, { operation, byStatus });

const read = (run: FakeRun, operation?: Operation, itemIndex = 0) =>
	reader(run, operation)(itemIndex);

test('a plain lookup, left alone', () => {
	expect(read({ parameters: { taskId: ' veo_1 ' } })).toEqual({
		kind: 'valid',
		request: request(),
	});
});

test('a wait, left alone', () => {
	expect(read({ parameters: { taskId: 'veo_1' } }, 'waitUntilComplete')).toMatchObject({
		kind: 'valid',
		request: {
			wait: { schedule: { intervalMs: 10_000, timeoutMs: 900_000 }, onTimeout: 'error' },
		},
	});
});

test('all that can be chosen', () => {
	const parameters = {
		taskId: 'veo_1',
		failedTask: 'error',
		output: 'raw',
		polling: { interval: 2, onTimeout: 'output' },
	};
	expect(read({ parameters }, 'waitUntilComplete')).toMatchObject({
		kind: 'valid',
		request: {
			failedTask: 'error',
			output: 'raw',
			wait: { schedule: { intervalMs: 2_000 }, onTimeout: 'output' },
		},
	});
});

test('each item has its own', () => {
	const items = [{ taskId: 'veo_1' }, { taskId: 'veo_2', output: 'raw' }];
	expect(read({ items }, 'getStatus', 0)).toMatchObject({
		request: { taskId: 'veo_1', output: 'structured' },
	});
	expect(read({ items }, 'getStatus', 1)).toMatchObject({
		request: { taskId: 'veo_2', output: 'raw' },
	});
});

test('polling that a plain lookup has no use for does no harm', () => {
	const parameters = { taskId: 'veo_1', polling: { interval: 'x' } };
	expect(read({ parameters })).toMatchObject({ kind: 'valid', request: { wait: null } });
});

describe('what cannot be used is a problem of that item', () => {
	test.each<[string, unknown, RegExp]>([
		['no task ID', undefined, /^Task ID is empty/],
		['a list of task IDs', ['veo_1'], /^Task ID is a list/],
		['an object', { id: 1 }, /^Task ID must be text/],
		['NaN', NaN, /^Task ID must be text/],
	])('%s', (_, taskId, message) => {
		expect(read({ parameters: { taskId } })).toEqual({
			kind: 'invalid',
			problem: {
				taskId: taskId ?? '',
				code: 'INVALID_INPUT',
				message: expect.stringMatching(message),
				description: null,
				passes: false,
			},
		});
	});

	test('a task ID whose expression fails', () => {
		const taskId = new Error("Can't get data for expression");
		expect(read({ parameters: { taskId } })).toMatchObject({
			kind: 'invalid',
			problem: { taskId: null, message: "Task ID: Can't get data for expression" },
		});
	});

	test.each<[string, object, RegExp]>([
		['polling', { polling: { interval: 0 } }, /^Task veo_1 can't be looked up: Interval must be/],
		[
			'polling whose expression fails',
			{ polling: new Error('no data') },
			/^Task veo_1 can't be looked up: no data$/,
		],
		['failedTask', { failedTask: 'x' }, /: failedTask must be one of output, error, but is x\.$/],
		['output', { output: 7 }, /: output must be one of structured, raw, but is 7\.$/],
	])('%s', (_, parameters, message) => {
		const reading = read({ parameters: { taskId: 'veo_1', ...parameters } }, 'waitUntilComplete');
		expect(reading).toMatchObject({
			kind: 'invalid',
			problem: {
				taskId: 'veo_1',
				code: 'INVALID_INPUT',
				message: expect.stringMatching(message),
			},
		});
	});
});

test('thousands of items: what holds no expression is read once, what does for each', () => {
	const items = ['veo_1', 'veo_2', 'veo_3'].map((taskId) => ({ taskId }));
	const polling = { interval: 3 };
	const once = fakeContext({ parameters: { polling }, items });
	const reads = jest.spyOn(once.context, 'getNodeParameter');
	const readOnce = createRequestReader(once.context, WAITING);
	const readings = items.map((_, itemIndex) => readOnce(itemIndex));
	expect(readings).toMatchObject(items.map((request) => ({ request })));
	const readFor = (index: number) => reads.mock.calls.filter((call) => call[1] === index);
	expect([readFor(1), readFor(2)].flat().map(([name]) => name)).toEqual(['taskId', 'taskId']);

	const each = [1, 2, 3].map((interval) => ({ taskId: 'veo_1', polling: { interval } }));
	const perItem = reader({ items: each }, 'waitUntilComplete');
	expect(each.map((_, itemIndex) => perItem(itemIndex))).toMatchObject(
		[1_000, 2_000, 3_000].map((intervalMs) => ({
			request: { wait: { schedule: { intervalMs } } },
		})),
	);
});

describe('a download', () => {
	const downloadOf = (parameters: object, operation: Operation = 'download', byStatus = false) => {
		const reading = reader(
			{ parameters: { taskId: 'veo_1', ...parameters } },
			operation,
			byStatus,
		)(0);
		return reading.kind === 'valid' ? reading.request.download : reading.problem.message;
	};

	test('left alone', () => {
		expect(downloadOf({})).toEqual({
			source: 'resultUrls',
			binaryProperty: 'data',
			unfinished: 'error',
		});
	});

	test('all that can be chosen', () => {
		const chosen = { downloadSource: 'originUrls', binaryProperty: ' my video ' };
		expect(downloadOf(chosen, 'download', true)).toEqual({
			source: 'originUrls',
			binaryProperty: 'my video',
			unfinished: 'output',
		});
	});

	test('behind a wait, where it is wanted: what has not ended is for On Timeout to decide', () => {
		for (const downloadVideos of [true, 'true']) {
			expect(downloadOf({ downloadVideos }, 'waitUntilComplete')).toMatchObject({
				source: 'resultUrls',
				unfinished: 'output',
			});
		}
		for (const downloadVideos of [undefined, false, 'false']) {
			expect(downloadOf({ downloadVideos }, 'waitUntilComplete')).toBeNull();
		}
	});

	test('not with a plain lookup, whatever is left from another operation', () => {
		expect(downloadOf({ downloadVideos: true, binaryProperty: '' }, 'getStatus')).toBeNull();
	});

	test.each(['', '  ', 'a.b', 'a,b', 'files[0]', '__proto__', 7, null, { a: 1 }, ['data']])(
		'the field %p is none',
		(binaryProperty) => {
			expect(downloadOf({ binaryProperty })).toMatch(
				/: Put Output File in Field must be a plain name.*for example data.*, but is /,
			);
		},
	);

	test.each(['data', 'video_1', 'Мой файл', '$video', '1', 'my-video'])(
		'the field %p is one',
		(binaryProperty) => {
			expect(downloadOf({ binaryProperty })).toMatchObject({ binaryProperty });
		},
	);

	test.each<[object, RegExp]>([
		[{ downloadVideos: 'maybe' }, /: Download Videos must be true or false, but is "maybe"\.$/],
		[
			{ downloadVideos: true, downloadSource: 'x' },
			/: downloadSource must be one of resultUrls, originUrls, but is x/,
		],
	])('what cannot be used: %p', (parameters, message) => {
		expect(downloadOf(parameters, 'waitUntilComplete')).toMatch(message);
	});
});
