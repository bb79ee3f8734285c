import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { ApikleyVeo } from '../../../nodes/ApikleyVeo/ApikleyVeo.node';
import { systemClock } from '../../../nodes/ApikleyVeo/n8n/clock';
import { countAbortListeners } from '../support/countAbortListeners';
import { CREDENTIAL, fakeContext, response, fakeTaskResponse } from '../support/fakeContext';
import type { FakeResponse, FakeRun } from '../support/fakeContext';
import { FAILED, record, RUNNING, SUCCEEDED } from '../support/records';

type Outputs = INodeExecutionData[][];

beforeEach(() => {
	jest.useFakeTimers();
	// Pauses of whole milliseconds: fake timers don't know smaller ones.
	jest.spyOn(Math, 'random').mockReturnValue(0.5);
});

afterEach(() => {
	jest.useRealTimers();
	jest.restoreAllMocks();
});

const idle = async (): Promise<FakeResponse> => await new Promise<FakeResponse>(() => {});
const running = () => fakeTaskResponse(RUNNING as IDataObject);
const succeeded = () => fakeTaskResponse(SUCCEEDED as IDataObject);

/** Each task answers as its name says. */
function respond(taskId: string): FakeResponse {
	if (taskId.startsWith('running')) return running();
	if (taskId.startsWith('failed')) return fakeTaskResponse(FAILED as IDataObject);
	if (taskId.startsWith('odd')) return fakeTaskResponse(record({ successFlag: 7 }) as IDataObject);
	if (taskId.startsWith('gone')) return response(200, { code: 422, msg: 'record is null' });
	return succeeded();
}

const tasks = (...taskIds: unknown[]) => taskIds.map((taskId) => ({ taskId }));

/** Runs the node as n8n does. */
function start(run: FakeRun) {
	const parameters = { operation: 'getStatus', ...run.parameters };
	const fake = fakeContext({ respond, ...run, parameters });
	const node = new ApikleyVeo();
	const settled: { outputs?: Outputs; error?: unknown } = {};
	const startedAt = performance.now();
	const seconds = () => Math.round(performance.now() - startedAt) / 1000;
	void node.execute.call(fake.context).then(
		(outputs) => Object.assign(settled, { outputs, at: seconds() }),
		(error: unknown) => Object.assign(settled, { error, at: seconds() }),
	);
	return { ...fake, settled, seconds };
}

async function runAll(run: FakeRun) {
	const started = start(run);
	await jest.runAllTimersAsync();
	if (started.settled.error !== undefined) throw started.settled.error;
	return { ...started, outputs: started.settled.outputs ?? [] };
}

async function errorOf(run: FakeRun) {
	const started = start(run);
	await jest.runAllTimersAsync();
	return { ...started, error: started.settled.error };
}

const waiting = (polling: object = {}) => ({ operation: 'waitUntilComplete', polling });

describe('Get Status', () => {
	test('one lookup for each item, in the order of the input, each linked to its own', async () => {
		const { asked, outputs } = await runAll({ items: tasks('a', ' running ', 'failed') });
		expect(asked()).toEqual(['a', 'running', 'failed']);
		expect(outputs).toHaveLength(1);
		expect(
			outputs[0]?.map(({ json, pairedItem }) => [json.taskId, json.status, pairedItem]),
		).toEqual([
			['a', 'succeeded', { item: 0 }],
			['running', 'generating', { item: 1 }],
			['failed', 'failed', { item: 2 }],
		]);
		expect(outputs[0]?.[0]?.json.wait).toBeNull();
	});

	test('the answers keep the order of the input, whichever comes first', async () => {
		const slowly = async (taskId: string) => {
			await systemClock.sleep(taskId === 'a' ? 200 : 0, new AbortController().signal);
			return respond(taskId);
		};
		const { outputs } = await runAll({ items: tasks('a', 'b', 'c'), respond: slowly });
		expect(outputs[0]?.map(({ json }) => json.taskId)).toEqual(['a', 'b', 'c']);
	});

	test('the same task on several items is looked up once and answered on each', async () => {
		const items = [...tasks('a', 'b', ' a '), { taskId: 'a', output: 'raw' }];
		const { asked, outputs } = await runAll({ items });
		expect(asked()).toEqual(['a', 'b']);
		expect(outputs[0]?.map(({ json, pairedItem }) => [json.taskId, pairedItem])).toEqual([
			['a', { item: 0 }],
			['b', { item: 1 }],
			['a', { item: 2 }],
			['veo_task_abcdef123456', { item: 3 }],
		]);
	});

	test('by status: three outputs', async () => {
		const { outputs } = await runAll({
			items: tasks('a', 'running', 'failed', 'odd'),
			parameters: { outputMode: 'byStatus' },
		});
		expect(outputs.map((items) => items.map(({ json }) => json.taskId))).toEqual([
			['a'],
			['failed'],
			['running', 'odd'],
		]);
	});

	test('as a tool of an AI agent: one output, whatever was chosen', async () => {
		const { outputs } = await runAll({
			items: tasks('a', 'running', 'failed'),
			parameters: { outputMode: 'byStatus' },
			asTool: true,
		});
		expect(outputs.map((items) => items.length)).toEqual([3]);
	});

	test('hints appear on the node', async () => {
		const { hints } = await runAll({ items: tasks('a', 'odd') });
		expect(hints.map(({ message }) => message)).toEqual([
			expect.stringMatching(/^1 of 2 items: .*successFlag/),
		]);
	});

	test('runs on an n8n that knows neither hints nor tools', async () => {
		const { context } = fakeContext({
			items: tasks('a'),
			parameters: { operation: 'getStatus' },
			respond,
		});
		const old: Partial<Record<string, unknown>> = { ...context };
		delete old.addExecutionHints;
		delete old.isToolExecution;
		const [items] = (await new ApikleyVeo().execute.call(old as never)) as Outputs;
		expect(items?.[0]?.json).toMatchObject({ taskId: 'a', status: 'succeeded' });
	});

	test('no items: no requests', async () => {
		const { outputs, sent } = await runAll({ items: [] });
		expect(outputs).toEqual([[]]);
		expect(sent).toEqual([]);
	});
});

describe('Wait Until Complete', () => {
	/** Generating until this many seconds have passed. */
	const generatingFor = (seconds: number) => {
		const until = performance.now() + seconds * 1000;
		return () => (performance.now() < until ? running() : succeeded());
	};

	test('waits inside the execution until all have ended', async () => {
		const { outputs, settled, sent } = await runAll({
			items: tasks('a'),
			parameters: waiting(),
			respond: generatingFor(25),
		});
		expect(settled).toMatchObject({ at: 30 });
		expect(sent).toHaveLength(4);
		expect(outputs[0]?.[0]?.json).toMatchObject({
			status: 'succeeded',
			wait: { lookups: 4, waitedSeconds: 30, timedOut: false },
		});
	});

	test('the same task with the same polling is waited for once', async () => {
		const { asked, outputs } = await runAll({
			items: tasks('a', 'a'),
			parameters: waiting(),
			respond: generatingFor(5),
		});
		expect(asked()).toEqual(['a', 'a']);
		expect(outputs[0]?.map(({ json }) => json.wait)).toEqual([
			{ lookups: 2, waitedSeconds: 10, timedOut: false },
			{ lookups: 2, waitedSeconds: 10, timedOut: false },
		]);
	});

	test('the same task with its own polling on each item has its own wait', async () => {
		const items = [
			{ taskId: 'running', polling: { timeout: 5, onTimeout: 'output' } },
			{ taskId: 'running', polling: { timeout: 15, onTimeout: 'output' } },
		];
		const { outputs } = await runAll({ items, parameters: { operation: 'waitUntilComplete' } });
		expect(outputs[0]?.map(({ json }) => json.wait)).toEqual([
			{ lookups: 2, waitedSeconds: 5, timedOut: true },
			{ lookups: 3, waitedSeconds: 15, timedOut: true },
		]);
	});

	test('one item whose timeout is an error does not spoil that of another', async () => {
		const items = [
			{ taskId: 'running', polling: { timeout: 5, onTimeout: 'output' } },
			{ taskId: 'running', polling: { timeout: 5 } },
		];
		const { outputs, asked } = await runAll({
			items,
			parameters: { operation: 'waitUntilComplete' },
			onError: 'continueRegularOutput',
		});
		expect(asked()).toEqual(['running', 'running']);
		expect(outputs[0]?.map(({ json }) => json.status ?? json.code)).toEqual([
			'generating',
			'WAIT_TIMED_OUT',
		]);
	});

	test('a timeout is an error at its item', async () => {
		const { error } = await errorOf({
			items: tasks('a', 'running'),
			parameters: waiting({ timeout: 25 }),
		});
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error).toMatchObject({
			message: expect.stringMatching(/^Task running has not ended after 25 s .*"generating"/),
			context: { itemIndex: 1 },
		});
	});

	test('an error ends the waits of all others', async () => {
		const { settled, sent } = await errorOf({
			items: tasks('running', 'gone'),
			parameters: waiting({ interval: 600, timeout: 3_600 }),
			respond: (taskId) => (taskId === 'gone' ? response(400) : running()),
		});
		expect(settled).toMatchObject({ at: 0, error: expect.any(NodeApiError) });
		expect(sent).toHaveLength(2);
		expect(jest.getTimerCount()).toBe(0);
	});

	test('fifty waits put no more than ten abort listeners on a signal', async () => {
		// From the eleventh on Node 20 warns of a memory leak, in n8n's log.
		const listeners = countAbortListeners();
		await runAll({
			items: tasks(...Array.from({ length: 50 }, (_, index) => `running_${index}`)),
			parameters: waiting({ timeout: 15, onTimeout: 'output' }),
		});
		expect(listeners.maxOnOneSignal()).toBeLessThanOrEqual(10);
	});
});

describe('an input that cannot be used', () => {
	test('ends the node before any request', async () => {
		const { error, sent } = await errorOf({ items: tasks('a', '  ', 'b') });
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error).toMatchObject({
			message: expect.stringMatching(/^Task ID is empty/),
			context: { itemIndex: 1 },
		});
		expect(sent).toEqual([]);
	});

	test('with On Error: continue is an item, and the others are looked up', async () => {
		const { asked, outputs } = await runAll({
			items: tasks('a', ['b'], '', 'c'),
			onError: 'continueRegularOutput',
		});
		expect(asked()).toEqual(['a', 'c']);
		expect(outputs[0]?.map(({ json }) => json)).toMatchObject([
			{ taskId: 'a', status: 'succeeded' },
			{ taskId: ['b'], code: 'INVALID_INPUT', message: expect.stringMatching(/is a list/) },
			{ taskId: '', code: 'INVALID_INPUT', message: expect.stringMatching(/is empty/) },
			{ taskId: 'c', status: 'succeeded' },
		]);
	});

	test.each<[string, FakeRun, RegExp]>([
		[
			'an option',
			{ parameters: { options: { maxRetries: -1 } } },
			/^Task a can't be looked up: Max Retries must be/,
		],
		[
			'the Base URL',
			{ credential: () => ({ ...CREDENTIAL, baseUrl: 'api.example.com' }) },
			/^Task a can't be looked up: The Base URL must begin/,
		],
	])('%s, which all share', async (_, run, message) => {
		const stopped = await errorOf({ items: tasks('a', 'b'), ...run });
		expect(stopped.error).toMatchObject({
			message: expect.stringMatching(message),
			context: { itemIndex: 0 },
		});
		const { outputs, sent } = await runAll({
			items: tasks('a', ''),
			onError: 'continueRegularOutput',
			...run,
		});
		expect(outputs[0]?.map(({ json }) => json)).toEqual([
			{ taskId: 'a', code: 'INVALID_INPUT', message: expect.stringMatching(message) },
			{ taskId: '', code: 'INVALID_INPUT', message: expect.stringMatching(/^Task ID is empty/) },
		]);
		expect([...stopped.sent, ...sent]).toEqual([]);
	});
});

describe('failures', () => {
	test('end the node, at their item', async () => {
		const { error } = await errorOf({ items: tasks('a', 'gone') });
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error).toMatchObject({
			message: expect.stringMatching(/^Apikley does not know task gone/),
			httpCode: '422',
			context: { itemIndex: 1 },
		});
	});

	test('with On Error: continue are items; the others are not touched', async () => {
		const { outputs } = await runAll({
			items: tasks('a', 'gone', 'b'),
			onError: 'continueRegularOutput',
		});
		const [a, gone, b] = outputs[0] ?? [];
		expect([a?.json.status, b?.json.status]).toEqual(['succeeded', 'succeeded']);
		expect(gone).toEqual({
			json: {
				taskId: 'gone',
				code: 422,
				message: expect.stringMatching(/unknown.*older than 14 days/),
			},
			pairedItem: { item: 1 },
		});
	});

	test('with an error output carry the error that sends them there', async () => {
		const { outputs } = await runAll({
			items: tasks('a', 'gone'),
			onError: 'continueErrorOutput',
		});
		expect(outputs[0]?.map(({ error }) => error?.constructor.name)).toEqual([
			undefined,
			'NodeApiError',
		]);
	});

	test('a failed task is data, or an error where that is wanted', async () => {
		const { outputs } = await runAll({ items: tasks('failed') });
		expect(outputs[0]?.[0]?.json).toMatchObject({ status: 'failed', failureKind: 'rejected' });
		const { error } = await errorOf({
			items: tasks('failed'),
			parameters: { failedTask: 'error' },
		});
		expect(error).toMatchObject({
			message: expect.stringMatching(/^Task failed ended in failure/),
		});
	});

	test.each([
		['as HTTP status', () => response(401, '')],
		['in the body', () => response(200, { code: 401, msg: 'Unauthorized' })],
	])('a rejected key %s: at once, no retry', async (_, rejected) => {
		const { error, sent, settled } = await errorOf({ items: tasks('a'), respond: rejected });
		expect(error).toMatchObject({
			message: expect.stringContaining('https://app.apikley.ru/keys'),
			httpCode: '401',
		});
		expect(sent).toHaveLength(1);
		expect(settled).toMatchObject({ at: 0 });
	});

	test('a key that an answer or an error repeats shows up nowhere', async () => {
		const { apiKey } = CREDENTIAL;
		const respondWithKey = async (taskId: string): Promise<FakeResponse> => {
			if (taskId === 'error') throw new Error(`Bearer ${apiKey} is not welcome`);
			if (taskId === 'refused') return response(400, { msg: `Bad key ${apiKey}` });
			return await Promise.resolve(
				fakeTaskResponse(record({ errorMessage: apiKey }) as IDataObject),
			);
		};
		const { outputs, hints } = await runAll({
			items: tasks('a', 'refused', 'error'),
			onError: 'continueErrorOutput',
			respond: respondWithKey,
		});
		expect(outputs[0]).toHaveLength(3);
		const shown = outputs[0]?.map(({ json, error }) => [json, error?.message, error?.description]);
		expect(JSON.stringify([shown, hints])).not.toContain(apiKey);
	});
});

describe('a cancelled execution', () => {
	test.each([
		['requests', idle],
		['sleeps', running],
	])('ends %s in flight at once', async (_, answering) => {
		const controller = new AbortController();
		const { settled, sent } = start({
			items: tasks('a', 'b'),
			parameters: waiting(),
			respond: answering,
			cancel: controller.signal,
		});
		await jest.advanceTimersByTimeAsync(5_000);
		expect(settled).toEqual({});
		controller.abort();
		await jest.advanceTimersByTimeAsync(0);
		expect(settled).toEqual({ outputs: [[]], at: 5 });
		expect(jest.getTimerCount()).toBe(0);
		expect(sent).toHaveLength(2);
	});
});
