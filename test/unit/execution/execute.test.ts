import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { EngineRequest, EngineResponse, INodeExecutionData } from 'n8n-workflow';

import { ApikleyVeo } from '../../../nodes/ApikleyVeo/ApikleyVeo.node';
import { systemClock } from '../../../nodes/ApikleyVeo/n8n/clock';
import { countAbortListeners } from '../support/countAbortListeners';
import {
	CREDENTIAL,
	fakeContext,
	fakeTaskResponse,
	FRESH,
	respondByName,
	response,
} from '../support/fakeContext';
import type { FakeRun } from '../support/fakeContext';
import { record, RUNNING, SUCCEEDED } from '../support/records';

beforeEach(() => {
	jest.useFakeTimers();
	// Fake timers only know whole milliseconds
	jest.spyOn(Math, 'random').mockReturnValue(0.5);
});

afterEach(() => {
	jest.useRealTimers();
	jest.restoreAllMocks();
});

const tasks = (...taskIds: unknown[]) => taskIds.map((taskId) => ({ taskId }));
const waiting = (polling: object = {}) => ({ operation: 'waitUntilComplete', polling });
const parking = { ...waiting({ parkAfter: 0 }), whileWaiting: 'park' };

/** Runs the node as n8n does. */
function start(run: FakeRun, engineResponse: EngineResponse | undefined = FRESH) {
	const parameters = { operation: 'getStatus', ...run.parameters };
	const fake = fakeContext({ respond: respondByName, ...run, parameters });
	const settled: { output?: unknown; error?: unknown; at?: number } = {};
	const startedAt = performance.now();
	const end = (ending: object) =>
		Object.assign(settled, ending, { at: Math.round(performance.now() - startedAt) / 1000 });
	void new ApikleyVeo().execute.call(fake.context, engineResponse).then(
		(output) => end({ output }),
		(error: unknown) => end({ error }),
	);
	return { ...fake, settled };
}

async function settle(...args: Parameters<typeof start>) {
	const started = start(...args);
	await jest.runAllTimersAsync();
	return { ...started, error: started.settled.error };
}

async function runAll(...args: Parameters<typeof start>) {
	const finished = await settle(...args);
	if (finished.error !== undefined) throw finished.error;
	return { ...finished, outputs: finished.settled.output as INodeExecutionData[][] };
}

const summarize = (outputs: INodeExecutionData[][]) =>
	outputs.map((items) => items.map(({ json, pairedItem }) => [json.taskId, pairedItem]));

describe('the items', () => {
	const slowly = async (taskId: string) => {
		await systemClock.sleep(taskId === 'a' ? 200 : 0, new AbortController().signal);
		return respondByName(taskId);
	};

	test.each<[string, FakeRun]>([
		['keep the order of the input', {}],
		['keep the order of the input if the first response comes last', { respond: slowly }],
	])('%s, each paired with its own', async (_, run) => {
		const items = tasks('a', ' running ', 'failed');
		const { requestedIds, outputs } = await runAll({ items, ...run });
		expect(requestedIds()).toEqual(['a', 'running', 'failed']);
		expect(summarize(outputs)).toEqual([
			[
				['a', { item: 0 }],
				['running', { item: 1 }],
				['failed', { item: 2 }],
			],
		]);
		const statuses = outputs[0]?.map(({ json }) => json.status);
		expect(statuses).toEqual(['succeeded', 'generating', 'failed']);
	});

	test('share the lookup of a task that several of them name', async () => {
		const items = [...tasks('a', 'b', ' a '), { taskId: 'a', output: 'raw' }];
		const { requestedIds, outputs } = await runAll({ items });
		expect(requestedIds()).toEqual(['a', 'b']);
		expect(summarize(outputs)).toEqual([
			[
				['a', { item: 0 }],
				['b', { item: 1 }],
				['a', { item: 2 }],
				['veo_task_abcdef123456', { item: 3 }],
			],
		]);
	});

	test('share a wait with the same settings', async () => {
		const { requestedIds, outputs } = await runAll({
			items: tasks('a', 'a'),
			parameters: waiting(),
			respond: (_, nth) => fakeTaskResponse(nth === 0 ? RUNNING : SUCCEEDED),
		});
		expect(requestedIds()).toEqual(['a', 'a']);
		const wait = { lookups: 2, waitedSeconds: 10, timedOut: false };
		expect(outputs[0]?.map(({ json }) => json.wait)).toEqual([wait, wait]);
	});

	test('each have their own wait with settings of their own', async () => {
		const items = [5, 15].map((timeout) => ({
			taskId: 'running',
			polling: { timeout, onTimeout: 'output' },
		}));
		const { outputs } = await runAll({ items, parameters: waiting() });
		expect(outputs[0]?.map(({ json }) => json.wait)).toEqual([
			{ lookups: 2, waitedSeconds: 5, timedOut: true },
			{ lookups: 3, waitedSeconds: 15, timedOut: true },
		]);
	});

	test('share a wait whose timeout is an error for some of them', async () => {
		const items = [
			{ taskId: 'running', polling: { timeout: 5, onTimeout: 'output' } },
			{ taskId: 'running', polling: { timeout: 5 } },
		];
		const { outputs, sent } = await runAll({
			items,
			parameters: waiting(),
			onError: 'continueRegularOutput',
		});
		expect(sent).toHaveLength(2);
		const ends = outputs[0]?.map(({ json }) => json.status ?? json.code);
		expect(ends).toEqual(['generating', 'WAIT_TIMED_OUT']);
	});

	test.each<[string, FakeRun, unknown[][]]>([
		['three outputs by status', {}, [['a'], ['failed'], ['running', 'odd']]],
		['one output as a tool', { asTool: 'node' }, [['a', 'running', 'failed', 'odd']]],
		['empty outputs without input', { items: [] }, [[], [], []]],
	])('leave through %s', async (_, run, expected) => {
		const { outputs } = await runAll({
			items: tasks('a', 'running', 'failed', 'odd'),
			parameters: { outputMode: 'byStatus' },
			...run,
		});
		expect(outputs.map((items) => items.map(({ json }) => json.taskId))).toEqual(expected);
	});

	test('come with hints on the node', async () => {
		const { hints } = await runAll({ items: tasks('a', 'odd') });
		expect(hints).toMatchObject([{ type: 'warning' }]);
	});
});

describe.each(['subNode', 'node'] as const)('as a tool that runs as a %s', (asTool) => {
	const downloading = { ...waiting(), downloadVideos: true };

	test.each<[string, Record<string, unknown>]>([
		['Download', { operation: 'download' }],
		['Wait Until Complete', downloading],
	])('%s outputs the links of the videos, and downloads nothing', async (_, parameters) => {
		const { fetched, outputs } = await runAll({ items: tasks('a'), parameters, asTool });
		const videoUrl = (SUCCEEDED.response as { resultUrls: string[] }).resultUrls[0];
		expect(outputs).toMatchObject([[{ json: { status: 'succeeded', videoUrl } }]]);
		expect(outputs[0]?.[0]).not.toHaveProperty('binary');
		expect(fetched).toEqual([]);
	});

	test('Download outputs a task that is not complete, or whose videos are not named yet', async () => {
		const none = fakeTaskResponse(record({ response: null }));
		const { outputs, requestedIds } = await runAll({
			items: tasks('running', 'a'),
			parameters: { operation: 'download' },
			respond: (taskId, nth) => (nth === 1 ? none : respondByName(taskId)),
			asTool,
		});
		const statuses = outputs[0]?.map(({ json }) => json.status);
		expect(statuses).toEqual(['generating', 'succeeded']);
		expect(outputs[0]?.[1]?.json.videoUrl).not.toBeNull();
		expect(requestedIds()).toEqual(['running', 'a', 'a']);
	});
});

test('the node runs in an n8n that has neither hints nor tools', async () => {
	const parameters = { operation: 'getStatus' };
	const { context } = fakeContext({ items: tasks('a'), parameters, respond: respondByName });
	const old: Partial<Record<string, unknown>> = { ...context };
	delete old.addExecutionHints;
	delete old.isToolExecution;
	expect(await new ApikleyVeo().execute.call(old as never)).toMatchObject([
		[{ json: { taskId: 'a', status: 'succeeded' } }],
	]);
});

test('fifty waits put at most ten abort listeners on a signal', async () => {
	// From the eleventh on Node 20 writes a warning about a memory leak to n8n's log
	const listeners = countAbortListeners();
	await runAll({
		items: tasks(...Array.from({ length: 50 }, (_, index) => `running_${index}`)),
		parameters: waiting({ timeout: 15, onTimeout: 'output' }),
	});
	expect(listeners.maxOnOneSignal()).toBeGreaterThan(0);
	expect(listeners.maxOnOneSignal()).toBeLessThanOrEqual(10);
});

const gone = async () => await Promise.reject(new Error('It was deleted'));

const GENERATE: FakeRun = {
	parameters: { resource: 'video', operation: 'generate', generationType: 'TEXT_2_VIDEO' },
};
const CREDITS = { resource: 'account', operation: 'getCredits' };

describe('with On Error: stop', () => {
	const api = NodeApiError;
	const operation = NodeOperationError;
	const failed = { failedTask: 'error' };

	test.each<[string, unknown[], Record<string, unknown>, typeof api | typeof operation, string]>([
		['a task that is not found', ['a', 'gone'], {}, api, '422'],
		['a task that failed, if that is an error', ['a', 'failed'], failed, api, '400'],
		['a timeout', ['a', 'running'], waiting({ timeout: 25 }), operation, 'WAIT_TIMED_OUT'],
	])('%s ends the node, at its item', async (_, taskIds, parameters, errorClass, type) => {
		const { error } = await settle({ items: tasks(...taskIds), parameters });
		expect(error).toBeInstanceOf(errorClass);
		expect(error).toMatchObject({ type, context: { itemIndex: 1 } });
	});

	test('an error says how many of the other items were fine', async () => {
		const { error } = await settle({ items: tasks('a', 'failed', 'gone', 'b', 'c') });
		const description = expect.stringContaining('2 of the 4 other items were fine');
		expect(error).toMatchObject({ type: '422', description });
		const alone = await settle({ items: tasks('gone') });
		expect(alone.error).not.toMatchObject({ description: expect.stringContaining(' other ') });
	});

	test.each<[string, FakeRun]>([
		['a rejected key', { respond: () => response(401, { code: 401, msg: 'No' }) }],
		['missing credits', { respond: () => response(402, { code: 402, msg: 'No' }) }],
		['a rejected key while creating', { ...GENERATE, respond: () => response(401, { code: 401 }) }],
		[
			'missing credits while creating',
			{ ...GENERATE, respond: () => response(402, { code: 402 }) },
		],
		['no such endpoint', { ...GENERATE, respond: () => response(404, { code: 404 }) }],
		[
			'too many videos',
			{ parameters: { ...GENERATE.parameters, generationOptions: { maxVideos: 1 } } },
		],
		['an option that is invalid', { parameters: { options: { maxRetries: -1 } } }],
		['an aspect ratio that is invalid', { parameters: { ...GENERATE.parameters, aspectRatio: 7 } }],
		['no credential', { credential: gone }],
		['no credential while creating', { ...GENERATE, credential: gone }],
		['Get Credits', { parameters: CREDITS, respond: () => response(401, { code: 401 }) }],
		[
			'Get Credits that is refused',
			{ parameters: CREDITS, respond: () => response(403, { code: 403 }) },
		],
		['Get Credits without a credential', { parameters: CREDITS, credential: gone }],
	])('an error that all items share (%s) has no advice to continue', async (_, run) => {
		const { error } = await settle({
			items: [
				{ taskId: 'a', prompt: 'a' },
				{ taskId: 'b', prompt: 'b' },
			],
			...run,
		});
		expect((error as NodeApiError).description).not.toMatch(/other item|On Error/);
	});

	test('an error of one item has advice to continue', async () => {
		const { error } = await settle({ items: [{ prompt: '' }, { prompt: 'b' }], ...GENERATE });
		expect((error as NodeApiError).description).toMatch(/other item .*On Error/);
	});

	test('an error ends all other waits', async () => {
		const { settled, sent } = await settle({
			items: tasks('running', 'bad'),
			parameters: waiting({ interval: 600, timeout: 3_600 }),
			respond: (taskId) =>
				taskId === 'bad' ? response(403, { code: 403 }) : respondByName(taskId),
		});
		expect(settled).toMatchObject({ at: 0, error: { type: '403' } });
		expect(sent).toHaveLength(2);
		expect(jest.getTimerCount()).toBe(0);
	});
});

const bug = { cancel: 7 as never };

describe('what is thrown', () => {
	const unknown = { parameters: { operation: 'other' } };

	test.each<[string, FakeRun, string]>([
		['a credential that is gone', { credential: gone }, 'CREDENTIAL_UNAVAILABLE'],
		['an unknown operation', unknown, 'UNEXPECTED_ERROR'],
		['a bug', bug, 'UNEXPECTED_ERROR'],
	])('(%s) is a problem of each item while On Error continues', async (_, run, code) => {
		for (const onError of ['continueRegularOutput', 'continueErrorOutput'] as const) {
			const parameters = { ...run.parameters, outputMode: 'byStatus' };
			const { outputs } = await runAll({ items: tasks('a', 'b'), onError, ...run, parameters });
			expect(outputs).toMatchObject([[], [], [{ json: { code } }, { json: { code } }]]);
			const ends = outputs[2]?.map(({ pairedItem, error }) => [pairedItem, error !== undefined]);
			const hasError = onError === 'continueErrorOutput';
			expect(ends).toEqual([0, 1].map((item) => [{ item }, hasError]));
		}
	});

	test('(an unknown operation) ends the node with On Error: stop', async () => {
		const { error } = await settle({ items: tasks('a'), ...unknown });
		expect(error).toBeInstanceOf(NodeOperationError);
	});
});

describe('invalid input', () => {
	const baseUrl = 'api.example.com';
	const error = { type: 'INVALID_INPUT', context: { itemIndex: 0 } };

	test.each<[string, FakeRun, object]>([
		['a task ID', { items: tasks('', 'a') }, error],
		['a later task ID', { items: tasks('a', '') }, { ...error, context: { itemIndex: 1 } }],
		['an option', { parameters: { options: { maxRetries: -1 } } }, error],
		['the Base URL', { credential: () => ({ ...CREDENTIAL, baseUrl }) }, error],
		['Park After', { parameters: { ...parking, polling: { parkAfter: -1 } } }, error],
		['an n8n that cannot park', { parameters: parking, hasWorkflowSettings: false }, error],
	])('(%s) ends the node before any request', async (_, run, expected) => {
		const stopped = await settle({ items: tasks('a', 'b'), ...run });
		expect(stopped.error).toBeInstanceOf(NodeOperationError);
		expect(stopped.error).toMatchObject(expected);
		expect(stopped.sent).toEqual([]);
	});

	test('of single items is a problem of theirs with On Error: continue', async () => {
		const { requestedIds, outputs } = await runAll({
			items: tasks('a', ['b'], '', 'c'),
			onError: 'continueRegularOutput',
		});
		expect(requestedIds()).toEqual(['a', 'c']);
		expect(outputs[0]?.map(({ json }) => json)).toMatchObject([
			{ taskId: 'a', status: 'succeeded' },
			{ taskId: ['b'], code: 'INVALID_INPUT' },
			{ taskId: '', code: 'INVALID_INPUT' },
			{ taskId: 'c', status: 'succeeded' },
		]);
	});

	test('that all items share is a problem of each with On Error: continue', async () => {
		const { outputs, sent } = await runAll({
			items: tasks('a', ''),
			parameters: { options: { maxRetries: -1 } },
			onError: 'continueRegularOutput',
		});
		expect(outputs[0]?.map(({ json }) => json)).toEqual([
			{ taskId: 'a', code: 'INVALID_INPUT', message: expect.stringContaining('Max Retries') },
			{ taskId: '', code: 'INVALID_INPUT', message: expect.stringContaining('Task ID') },
		]);
		expect(sent).toEqual([]);
	});
});

/** What n8n has saved of a parked run, as far as a test changes it. */
interface ParkedEntry {
	state: { plan: { items: object[]; jobs: object[] }; states: object[] };
	callbacks?: object[];
}

describe('a parked run', () => {
	const items = tasks('a', 'running', 'running', 'failed');

	/** Parks a run, and returns what n8n resumes it with, through its database. */
	async function parked(run: FakeRun): Promise<EngineResponse> {
		const { settled } = await settle({ parameters: parking, ...run });
		const metadata = (settled.output as EngineRequest).metadata;
		return { actionResponses: [], metadata: JSON.parse(JSON.stringify(metadata)) as object };
	}

	test.each<[string, FakeRun]>([
		['as a tool of an AI agent', { asTool: 'subNode' }],
		['as a tool of an AI agent from version 3 on', { asTool: 'node' }],
		['without a node before this one', { entry: { source: null } }],
		['if all tasks are complete', { items: tasks('a') }],
	])('stays in memory %s', async (_, run) => {
		const parameters = { ...parking, polling: { parkAfter: 0, timeout: 20, onTimeout: 'output' } };
		const { outputs } = await runAll({ items, parameters, ...run });
		expect(outputs).toHaveLength(1);
	});

	test('puts the execution to wait until its first lookup is due, with an item on Pending', async () => {
		const now = Date.now();
		const parameters = { ...parking, outputMode: 'byStatus' };
		const { settled } = await settle({ items, parameters });
		const request = settled.output as EngineRequest;
		const json = request.actions[0]?.input ?? {};
		const { outputs, waitTill, sent } = await runAll({
			parameters,
			input: [{ json }],
			entry: { metadata: { preserveSourceOverwrite: true } },
		});
		// At least 65 s, and half of the jitter of 10 s
		expect(waitTill).toEqual([new Date(now + 70_000)]);
		expect(outputs.map(({ length }) => length)).toEqual([0, 0, 1]);
		expect(sent).toEqual([]);
	});

	test('ends as if it had stayed in memory', async () => {
		const parameters = { ...parking, outputMode: 'byStatus' };
		const resume = await parked({ items, parameters });
		jest.setSystemTime(Date.now() + 70_000);
		const respond = () => fakeTaskResponse(SUCCEEDED);
		const { outputs, requestedIds } = await runAll({ items, parameters, respond }, resume);
		expect(requestedIds()).toEqual(['running']);
		expect(summarize(outputs)).toEqual([
			[
				['a', { item: 0 }],
				['running', { item: 1 }],
				['running', { item: 2 }],
			],
			[['failed', { item: 3 }]],
			[],
		]);
		const wait = { lookups: 2, waitedSeconds: 70, timedOut: false };
		expect(outputs[0]?.[1]?.json).toMatchObject({ status: 'succeeded', wait });
	});

	const invalid = () => ({ ...CREDENTIAL, baseUrl: 'ftp://example.com' });

	test.each([
		['INVALID_INPUT', { credential: invalid }],
		['CREDENTIAL_UNAVAILABLE', { credential: gone }],
		['UNEXPECTED_ERROR', bug],
	])('only fails what is not done if it can no longer be resumed (%s)', async (code, changes) => {
		const resume = await parked({ items });
		const run = { items, parameters: parking, ...changes };
		const { error } = await settle(run, resume);
		const description = expect.stringContaining('2 of the 3 other items were fine');
		expect(error).toMatchObject({ type: code, description, context: { itemIndex: 1 } });
		const onError = 'continueRegularOutput';
		const { outputs, sent } = await runAll({ ...run, onError }, resume);
		const ends = outputs[0]?.map(({ json }) => json.status ?? json.code);
		expect(ends).toEqual(['succeeded', code, code, 'failed']);
		expect(sent).toEqual([]);
	});

	test('that can no longer be resumed has tasks without their videos on Pending', async () => {
		const parameters = { ...parking, downloadVideos: true, outputMode: 'byStatus' };
		const resume = await parked({ items, parameters });
		const onError = 'continueRegularOutput';
		const run = { items, parameters, credential: gone, onError } as const;
		const { outputs } = await runAll(run, resume);
		const code = 'CREDENTIAL_UNAVAILABLE';
		expect(outputs.map((output) => output.map(({ json }) => json.taskId))).toEqual([
			[],
			['failed'],
			['a', 'running', 'running'],
		]);
		expect(outputs[2]?.[0]?.json).toMatchObject({ code, status: 'succeeded', isFinal: true });
	});

	test('that one item ends names the tasks that may be those of uncertain creations', async () => {
		const parameters = { ...parking, failedTask: 'error' };
		const resume = await parked({ items: tasks('running 1', 'running 2'), parameters });
		const [entry] = Object.values(resume.metadata as object) as [ParkedEntry];
		const { items, jobs } = entry.state.plan;
		const uncertain = {
			kind: 'uncertain',
			name: 'creation',
			token: 'token',
			reason: 'no response',
		};
		items[1] = { ...items[1], ...uncertain, until: Date.now() + 900_000 };
		jobs.pop();
		entry.state.states.pop();
		const receivedAt = Date.now();
		entry.callbacks = [
			{ taskId: 'running 1', token: null, receivedAt },
			{ taskId: 'named', token: 'token', receivedAt },
		];
		// The task that the callback names is still looked up when the other one fails
		const respond = (taskId: string) => respondByName(taskId === 'named' ? 'running' : 'failed');
		const run = { items: tasks('running 1', 'running 2'), parameters, respond };
		const { error } = await settle(run, resume);
		expect(error).toMatchObject({ context: { itemIndex: 0 } });
		expect((error as NodeApiError).description).toMatch(/named, .*may exist and be paid/);
	});

	test('of an unknown version fails each of its items', async () => {
		const saved = JSON.stringify(await parked({ items })).replace('"version":2', '"version":99');
		const resume = JSON.parse(saved) as EngineResponse;
		const run = { items, parameters: parking };
		const stopped = await settle(run, resume);
		expect(stopped.error).toMatchObject({ type: 'UNKNOWN_SAVED_RUN', context: { itemIndex: 0 } });
		const { outputs, sent } = await runAll({ ...run, onError: 'continueRegularOutput' }, resume);
		const code = 'UNKNOWN_SAVED_RUN';
		expect(outputs[0]?.map(({ json }) => json.code)).toEqual([code, code, code, code]);
		expect(sent).toEqual([]);
	});
});

describe('tasks that the node has created', () => {
	const generating = {
		resource: 'video',
		operation: 'generate',
		generationType: 'TEXT_2_VIDEO',
		downloadVideos: false,
		outputMode: 'byStatus',
	};
	const prompts = (...list: string[]) => list.map((prompt) => ({ prompt }));
	/** Each task is called after its prompt. */
	const create: FakeRun['respond'] = (taskId, _, { body }) => {
		if (taskId !== '') return respondByName(taskId);
		const { prompt } = JSON.parse(String(body)) as { prompt: string };
		if (prompt === 'lost') return response(502);
		return response(200, { code: 200, data: { taskId: prompt } });
	};

	test('are found without a credential too, and only what was never sent is Failed', async () => {
		const nodeContext = {};
		const run = { parameters: generating, nodeContext, onError: 'continueRegularOutput' } as const;
		const parameters = { ...generating, waitForCompletion: false };
		await runAll({ ...run, items: prompts('a', 'lost'), parameters, respond: create });
		const { outputs, sent } = await runAll({
			...run,
			items: prompts('a', 'lost', 'new'),
			credential: gone,
		});
		expect(sent).toEqual([]);
		const ends = outputs.map((items) => items.map(({ json }) => [json.taskId, json.code]));
		expect(ends).toEqual([
			[],
			[[null, 'CREDENTIAL_UNAVAILABLE']],
			[
				['a', 'CREDENTIAL_UNAVAILABLE'],
				[null, 'CREATION_UNCERTAIN'],
			],
		]);
	});

	test('of a cancelled execution are no error of the node', async () => {
		const controller = new AbortController();
		const { settled } = start({
			items: prompts('a', 'b'),
			parameters: generating,
			cancel: controller.signal,
			respond: async () => await new Promise(() => {}),
		});
		await jest.advanceTimersByTimeAsync(1_000);
		controller.abort();
		await jest.runAllTimersAsync();
		expect(settled).toMatchObject({ at: 1 });
		expect(settled).not.toHaveProperty('error');
	});

	test('are all named in the error that ends the node', async () => {
		const parameters = { ...generating, outputMode: 'single' };
		const items = prompts('running', 'failed', 'a');
		const { error } = await settle({ items, parameters, respond: create });
		expect(error).toMatchObject({ context: { itemIndex: 1 } });
		const { description } = error as NodeApiError;
		expect(description).toContain('running, a');
		expect(description).not.toContain('failed, ');
	});
});
