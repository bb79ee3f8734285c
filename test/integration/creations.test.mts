import { setTimeout as sleep } from 'node:timers/promises';

import { parse, stringify } from 'flatted';
import type {
	IBinaryData,
	IDataObject,
	INodeParameters,
	INodeType,
	IRun,
	IRunExecutionData,
} from 'n8n-workflow';

import {
	createdButCutOff,
	createdButHtml,
	createdButRefused,
	createdLate,
	createdWithoutId,
	createdWithoutResponse,
	refused,
	type CreationPlan,
} from '../simulator/creation-plan.mjs';
import { paidTwice } from '../simulator/ledger.mjs';
import { imageFile, STARTS } from '../unit/support/fakeBinaryData';
import { useDeduplication } from './support/deduplication.mjs';
import {
	initialData,
	node,
	retryExecution,
	startExecution,
	type ExecutionPlan,
} from './support/engine.mjs';
import { planFor, toResult, type NodeRun, type RunResult } from './support/node-run.mjs';
import { ParkedExecution, useTimeTravel } from './support/parked-execution.mjs';
import {
	credential,
	jsonOf,
	linksOf,
	simulator,
	start,
	useSimulator,
	type SimulatedRun,
} from './support/simulated.mjs';

useSimulator();
useDeduplication();
useTimeTravel();

const PATH = '/api/v1/veo/generate';

const generate = (more: INodeParameters = {}): INodeParameters => ({
	resource: 'video',
	operation: 'generate',
	prompt: '={{ $json.prompt }}',
	waitForCompletion: false,
	downloadVideos: false,
	options: { requestTimeout: 1.5, maxRetries: 1 },
	...more,
});

const prompts = (...list: string[]): IDataObject[] => list.map((prompt) => ({ prompt }));
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `good ${index}`);

const generation = ({ parameters = {}, ...run }: SimulatedRun): NodeRun => ({
	items: [],
	credential: credential(),
	...run,
	parameters: generate(parameters),
});
const run = async (simulated: SimulatedRun): Promise<RunResult> =>
	await start(generation(simulated)).result;

const accepted = (prompt?: string) =>
	simulator.ledger({ accepted: true, ...(prompt !== undefined && { prompt }) });
/** The prompts of all tasks that exist, sorted. */
const paid = () =>
	accepted()
		.map(({ content }) => (content as IDataObject).prompt)
		.sort();

afterEach(() => expect(paidTwice(simulator.ledger())).toEqual([]));

describe('Generate, whatever happens to its request,', () => {
	const ID = expect.stringMatching(/^veo_task_created_/) as string;
	const UNCERTAIN = 'CREATION_UNCERTAIN';
	const codes = (...list: number[]) =>
		list.map((code): [string, CreationPlan, unknown, boolean] => [
			`refused with ${code}`,
			refused(code),
			code,
			false,
		]);

	test.each<[string, CreationPlan, end: unknown, isUncertain: boolean, requests?: number]>([
		['created', {}, ID, false],
		['created late', createdLate(200), ID, false],
		['created, with code 500 and its ID', createdButRefused(500, { withTaskId: true }), ID, false],
		[
			'created, with HTTP 422 and its ID',
			createdButRefused(422, { withTaskId: true, status: 422 }),
			ID,
			false,
		],
		['created without a response', createdWithoutResponse(), UNCERTAIN, true],
		['created, and cut off', createdButCutOff(), UNCERTAIN, true],
		['created, and reset', { fault: { kind: 'reset', when: 'beforeHeaders' } }, UNCERTAIN, true],
		[
			'created, and reset in the body',
			{ fault: { kind: 'reset', when: 'afterHeaders' } },
			UNCERTAIN,
			true,
		],
		['created, with half of a response', { fault: { kind: 'truncated' } }, UNCERTAIN, true],
		['created, with a web page', createdButHtml(), UNCERTAIN, true],
		['created, with a web page and HTTP 502', createdButHtml(502), UNCERTAIN, true],
		['created, with a web page and HTTP 403', createdButHtml(403), UNCERTAIN, true],
		['created without an ID', createdWithoutId(), UNCERTAIN, true],
		['created, with code 500', createdButRefused(500), UNCERTAIN, true],
		['created, with code 501', createdButRefused(501), UNCERTAIN, true],
		['not created, with code 500', refused(500), UNCERTAIN, true],
		['not created, with code 408', refused(408), UNCERTAIN, true],
		['not created, with another 400', refused(400, { msg: 'Error 400' }), UNCERTAIN, true],
		...codes(400, 401, 402, 404, 422, 433, 451, 505),
		[
			'not created, as the prompt must change',
			refused(400, { msg: 'Your prompt was rejected. Please change it and try again.' }),
			400,
			false,
		],
		['too many, once', { ...refused(429), times: 1 }, ID, false, 2],
		['too many', { ...refused(429), times: 'always' }, 429, false, 2],
		['under maintenance', { ...refused(455, { status: 455 }), times: 'always' }, 455, false, 2],
	])('%s: creates at most one task, and says what is known', async (...row) => {
		const [, plan, end, isUncertain, requests = 1] = row;
		simulator.planCreations('A dog', [plan]);
		const byStatus = { outputMode: 'byStatus' };
		const onError = 'continueRegularOutput';
		const result = await run({ items: prompts('A dog'), parameters: byStatus, onError });
		const ends = result.outputs.map((items) => items.map(({ json }) => json.code ?? json.taskId));
		const isFailed = !isUncertain && end !== ID;
		expect(ends).toEqual(isFailed ? [[], [end], []] : [[], [], [end]]);
		expect(simulator.ledger()).toHaveLength(requests);
		expect(accepted().length).toBeLessThanOrEqual(1);
		if (end === ID) expect(ends[2]).toEqual([accepted()[0]?.taskId]);
	});

	test.each<[string, (taskId: string) => unknown]>([
		['in a list', (taskID) => [{ taskID }]],
		['one level deeper', (task_id) => ({ result: { task_id } })],
		['as the data', (taskId) => taskId],
	])('has the task that a success names %s', async (_, dataOf) => {
		const data = dataOf('veo_task_created_1');
		simulator.planCreations('A dog', [{ fault: { kind: 'code', code: 200, data } }]);
		const result = await run({ items: prompts('A dog') });
		expect(jsonOf(result)).toMatchObject([{ taskId: accepted()[0]?.taskId, status: 'generating' }]);
	});

	test('is certain that there is no task if no connection was made', async () => {
		const closed = { apiKey: 'k', baseUrl: 'http://127.0.0.1:9' };
		const onError = 'continueRegularOutput';
		const result = await run({ items: prompts('A dog'), credential: closed, onError });
		expect(jsonOf(result)).toMatchObject([{ taskId: null, code: 'UNREACHABLE' }]);
	});

	test('retries a request that never reached the server', async () => {
		simulator.setPathFaults(PATH, [{ kind: 'status', status: 429, body: 'html' }]);
		const result = await run({ items: prompts('A dog') });
		expect(jsonOf(result)).toMatchObject([{ taskId: ID, status: 'generating' }]);
		expect(simulator.ledger().map((entry) => entry.accepted)).toEqual([false, true]);
	});
});

test('Extend creates a task with an ID of its own, and knows the refusals of the original', async () => {
	simulator.addTasks([{ taskId: 'old' }, { taskId: 'running', durationSeconds: 600 }]);
	const parameters = { operation: 'extend', taskId: '={{ $json.taskId }}', prompt: 'And then' };
	const items = ['old', 'running', 'unknown'].map((taskId) => ({ taskId }));
	const result = await run({ items, parameters, onError: 'continueRegularOutput' });
	const [extended, ...others] = jsonOf(result);
	expect(extended).toMatchObject({ prompt: 'And then', taskId: accepted()[0]?.taskId });
	expect(extended?.taskId).not.toBe('old');
	expect(others.map(({ code }) => code)).toEqual([422, 422]);
	expect(accepted()).toHaveLength(1);
});

describe('On Error', () => {
	const items = prompts('a', 'bad', 'lost', 'b');
	beforeEach(() => {
		simulator.planCreations('bad', [{ ...refused(422), times: 'always' }]);
		simulator.planCreations('lost', [createdWithoutResponse()]);
	});

	test('stop: bad input is found before anything is created', async () => {
		const { error } = await run({ items: [...items, { prompt: '' }] });
		expect(error).toMatchObject({ type: 'INVALID_INPUT', context: { itemIndex: 4 } });
		expect(simulator.ledger()).toEqual([]);
	});

	test('stop: nothing more is created after a failure, and the error names what was', async () => {
		simulator.planCreations('a', [createdLate(150)]);
		const options = { maxConcurrency: 2 };
		const { error, saved } = await run({ items, parameters: { options } });
		expect(error).toMatchObject({ type: '422', context: { itemIndex: 1 } });
		expect(paid()).toEqual(['a']);
		const taskId = accepted()[0]?.taskId ?? '';
		expect(error?.description).toContain(taskId);
		expect(saved).toContain(taskId);
	});

	test.each([
		['continueRegularOutput', [['a', 'bad', 'lost', 'b']]],
		[
			'continueErrorOutput',
			[
				['a', 'b'],
				['bad', 'lost'],
			],
		],
	] as const)('%s: each item has its own end', async (onError, expected) => {
		const result = await run({ items, onError });
		const order = items.map(({ prompt }) => prompt);
		const outputs = result.outputs.map((output) => linksOf(output).map(([, item]) => order[item]));
		expect(outputs).toEqual(expected);
		const all = result.outputs.flat().map(({ json }) => json);
		expect(all.flatMap(({ code }) => code ?? []).sort()).toEqual([422, 'CREATION_UNCERTAIN']);
		expect(paid()).toEqual(['a', 'b', 'lost']);
	});

	test('a shared failure stops further creations, which say that they were not made', async () => {
		simulator.setOptions({ credits: 60 });
		const result = await run({
			items: prompts('a', 'b', 'c'),
			parameters: { options: { maxConcurrency: 1 } },
			onError: 'continueRegularOutput',
		});
		expect(jsonOf(result).map(({ code }) => code)).toEqual([undefined, 402, 402]);
		expect(jsonOf(result)[2]?.message).toContain('was not created');
		expect(simulator.ledger()).toHaveLength(2);
	});
});

/** Through n8n's database. */
const saved = (execution: IRun) => parse(stringify(execution.data)) as IRunExecutionData;

describe('a retry', () => {
	const PROMPTS = numbered(10).toSpliced(4, 0, 'bad');

	test.each([5, undefined])(
		'creates ten good tasks once each, with one that fails among them (tries: %p, then five retries)',
		async (maxTries) => {
			simulator.planCreations('bad', [{ ...refused(422), times: 'always' }]);
			// The failure comes first, so that the last item is not created in the first attempt
			simulator.planCreations('*', [{ ...createdLate(100), times: 'always' }]);
			const plan = planFor(
				generation({ items: prompts(...PROMPTS), ...(maxTries !== undefined && { maxTries }) }),
			);
			const execution = await startExecution(plan).result;
			expect(toResult(execution).error).toMatchObject({ type: '422' });
			expect(accepted().length).toBe(maxTries === undefined ? 9 : 10);
			const errors = [];
			for (let retry = 1; retry <= 5; retry++) {
				errors.push(toResult(await retryExecution(plan, saved(execution))).error);
			}
			expect(paid()).toEqual(numbered(10));
			// What the first retry has created is only known to have begun, as n8n has saved it elsewhere
			const types = errors.map((error) => error?.type);
			const again = maxTries === undefined ? 'CREATION_UNCERTAIN' : '422';
			expect(types).toEqual(['422', again, again, again, again]);
			for (const { taskId } of accepted().slice(0, 9)) {
				for (const error of errors) expect(error?.description).toContain(taskId);
			}
		},
	);

	test('continues with the tasks that exist, once the failing one can be created', async () => {
		simulator.planCreations('bad', [refused(402)]);
		const plan = planFor(generation({ items: prompts(...PROMPTS) }));
		const execution = await startExecution(plan).result;
		const retried = toResult(await retryExecution(plan, saved(execution)));
		expect(retried.error).toBeNull();
		const taskIds = PROMPTS.map((prompt) => accepted(prompt)[0]?.taskId);
		expect(jsonOf(retried).map(({ taskId }) => taskId)).toEqual(taskIds);
		expect(paid()).toEqual([...PROMPTS].sort());
	});

	test('with another prompt creates a task', async () => {
		simulator.planCreations('A dog', [createdWithoutResponse()]);
		const before = planFor(generation({ items: prompts('A dog') }));
		const execution = await startExecution(before).result;
		const again = toResult(await retryExecution(before, saved(execution)));
		expect(again.error).toMatchObject({ type: 'CREATION_UNCERTAIN' });
		const changed = generation({
			items: prompts('A dog'),
			parameters: { prompt: '={{ $json.prompt }}, again' },
		});
		const after = toResult(await retryExecution(planFor(changed), saved(execution)));
		expect(after.error).toBeNull();
		expect(paid()).toEqual(['A dog', 'A dog, again']);
	});
});

describe('a retry with an option that is wrong by now', () => {
	const items = prompts('a', 'b', 'bad');
	const invalid = { output: 'wrong' };
	const fails = async (parameters: INodeParameters = {}) => {
		simulator.planCreations('bad', [refused(422)]);
		const execution = await startExecution(planFor(generation({ items, parameters }))).result;
		expect(paid()).toEqual(['a', 'b']);
		return execution;
	};
	const idOf = (prompt: string) => accepted(prompt)[0]?.taskId as string;

	test('creates nothing, and its error names the tasks that exist', async () => {
		const execution = await fails();
		const plan = planFor(generation({ items, parameters: invalid }));
		const { error } = toResult(await retryExecution(plan, saved(execution)));
		expect(error).toMatchObject({ type: 'INVALID_INPUT' });
		for (const prompt of ['a', 'b']) {
			expect(`${error?.message} ${error?.description}`).toContain(idOf(prompt));
		}
		expect(paid()).toEqual(['a', 'b']);
	});

	test('passes these on with their IDs, and only on Failed what certainly does not exist', async () => {
		const byStatus = { outputMode: 'byStatus' };
		const execution = await fails(byStatus);
		const retried = generation({
			items,
			parameters: { ...byStatus, ...invalid },
			onError: 'continueRegularOutput',
		});
		const result = toResult(await retryExecution(planFor(retried), saved(execution)));
		const shown = [0, 1, 2].map((output) =>
			jsonOf(result, output).map(({ taskId, code }) => [taskId, code]),
		);
		expect(shown).toEqual([
			[],
			[[null, 'INVALID_INPUT']],
			[
				[idOf('a'), 'INVALID_INPUT'],
				[idOf('b'), 'INVALID_INPUT'],
			],
		]);
		expect(paid()).toEqual(['a', 'b']);
	});

	test('says what may have been created before a crash', async () => {
		const plan = planFor(generation({ items: prompts('a') }));
		const before = stringify(initialData(plan));
		await startExecution(plan, parse(before) as IRunExecutionData).result;
		const changed = planFor(generation({ items: prompts('a'), parameters: invalid }));
		for (let retry = 1; retry <= 2; retry++) {
			const retried = await retryExecution(changed, parse(before) as IRunExecutionData);
			expect(toResult(retried).error).toMatchObject({ type: 'CREATION_UNCERTAIN' });
		}
		const other = planFor(generation({ items: prompts('b'), parameters: invalid }));
		const retried = await retryExecution(other, parse(before) as IRunExecutionData);
		expect(toResult(retried).error).toMatchObject({ type: 'INVALID_INPUT' });
		expect(paid()).toEqual(['a']);
	});
});

test('a retry whose image is gone says what may have been created before a crash', async () => {
	const withImage = (prompt: string, data: IBinaryData) =>
		planFor(
			generation({
				items: prompts(prompt),
				binaries: [{ data }],
				parameters: {
					generationType: 'FIRST_AND_LAST_FRAMES_2_VIDEO',
					imageSource: 'binary',
					outputMode: 'byStatus',
				},
				onError: 'continueRegularOutput',
			}),
		);
	const image = imageFile(STARTS.png, 100).toString('base64');
	const plan = withImage('a', { data: image, mimeType: 'image/png' });
	const before = stringify(initialData(plan));
	await startExecution(plan, parse(before) as IRunExecutionData).result;
	expect(paid()).toEqual(['a']);
	const gone = { data: 'filesystem-v2', id: 'filesystem-v2:gone', mimeType: 'image/png' };
	const endOf = async (prompt: string) => {
		const retried = await retryExecution(
			withImage(prompt, gone),
			parse(before) as IRunExecutionData,
		);
		return toResult(retried).outputs.map((output) => output.map(({ json }) => json.code));
	};
	expect(await endOf('a')).toEqual([[], [], ['CREATION_UNCERTAIN']]);
	expect(await endOf('b')).toEqual([[], ['INVALID_INPUT'], []]);
	expect(paid()).toEqual(['a']);
});

test('a retry with images that were produced anew pays nothing twice after one that no task could use', async () => {
	const binaryOf = (file: Buffer) => ({
		data: { data: file.toString('base64'), mimeType: 'image/png' },
	});
	const withImages = (...files: Buffer[]) =>
		planFor(
			generation({
				items: prompts('a', 'a'),
				binaries: files.map(binaryOf),
				parameters: {
					generationType: 'FIRST_AND_LAST_FRAMES_2_VIDEO',
					imageSource: 'binary',
				},
				onError: 'continueRegularOutput',
			}),
		);
	const gif = imageFile(STARTS.gif, 100);
	const plan = withImages(gif, imageFile(STARTS.png, 100));
	const before = stringify(initialData(plan));
	await startExecution(plan, parse(before) as IRunExecutionData).result;
	expect(paid()).toEqual(['a']);
	for (const first of [gif, imageFile(STARTS.png, 300)]) {
		const anew = withImages(first, imageFile(STARTS.png, 200));
		const retried = await retryExecution(anew, parse(before) as IRunExecutionData);
		const codes = jsonOf(toResult(retried)).map(({ code }) => code);
		expect(codes).toEqual(['CREATION_UNCERTAIN', 'CREATION_UNCERTAIN']);
		expect(paid()).toEqual(['a']);
	}
});

test('the error of a retry names the tasks of earlier attempts with other requests', async () => {
	simulator.planCreations('*', [{}, refused(422), {}, refused(422), {}, refused(422)]);
	const result = await run({
		items: prompts('a', 'b'),
		parameters: {
			prompt: '={{ $json.prompt }} {{ Math.random() }}',
			options: { maxConcurrency: 1 },
		},
		maxTries: 3,
	});
	expect(result.error).toMatchObject({ type: '422' });
	expect(accepted()).toHaveLength(3);
	for (const { taskId } of accepted()) expect(result.error?.description).toContain(taskId);
});

/** A request is there before the server has read what it should create. */
async function untilAccepted(prompt: string): Promise<void> {
	while (accepted(prompt).length === 0) await sleep(5);
}

describe('a stopped execution', () => {
	const items = prompts('slow', 'waits');
	const parameters = { options: { maxConcurrency: 1, requestTimeout: 60 } };

	async function stop(run: SimulatedRun): Promise<ExecutionPlan> {
		const plan = planFor(generation(run));
		const { cancel, result } = startExecution(plan, initialData(plan));
		await untilAccepted('slow');
		const cancelledAt = performance.now();
		cancel();
		expect((await result).status).toBe('canceled');
		expect(performance.now() - cancelledAt).toBeLessThan(1_000);
		return plan;
	}

	test('leaves its request within a second, and creates nothing more', async () => {
		simulator.planCreations('slow', [createdLate(20_000)]);
		await stop({ items, parameters, maxTries: 5 });
		expect(paid()).toEqual(['slow']);
		expect(simulator.ledger()).toHaveLength(1);
	});

	test('creates nothing again when n8n retries it from what it had saved before', async () => {
		simulator.planCreations('slow', [createdLate(20_000)]);
		const plan = planFor(generation({ items, parameters }));
		const before = stringify(initialData(plan));
		const { cancel, result } = startExecution(plan, parse(before) as IRunExecutionData);
		await untilAccepted('slow');
		cancel();
		await result;
		for (let retry = 1; retry <= 5; retry++) {
			const retried = await retryExecution(plan, parse(before) as IRunExecutionData);
			expect(toResult(retried).error).toMatchObject({ type: 'CREATION_UNCERTAIN' });
		}
		expect(paid()).toEqual(['slow']);
	});
});

test('each turn of a loop creates its own tasks', async () => {
	/** Sends its input round again, until the node has run three times. */
	const again: INodeType = {
		description: {
			displayName: 'Again',
			name: 'again',
			group: ['transform'],
			version: 1,
			description: '',
			defaults: {},
			inputs: ['main'],
			outputs: ['main', 'main'],
			properties: [],
		},
		async execute() {
			const isLast = Number(this.evaluateExpression('{{ $runIndex }}', 0)) === 2;
			const input = this.getInputData().map(({ json }, item) => ({ json, pairedItem: { item } }));
			return isLast ? [[], input] : [input, []];
		},
	};
	const plan = planFor(generation({ items: prompts('A dog') }));
	const loop = {
		...plan,
		nodes: [...plan.nodes, node({ name: 'Again', type: 'again' })],
		connections: {
			...plan.connections,
			'Apikley Veo': { main: [[{ node: 'Again', type: 'main', index: 0 }]] },
			Again: { main: [[{ node: 'Apikley Veo', type: 'main', index: 0 }]] },
		},
		types: { ...plan.types, again },
	} satisfies ExecutionPlan;
	const { status, data } = await startExecution(loop).result;
	expect(status).toBe('success');
	expect(data.resultData.runData['Apikley Veo']).toHaveLength(3);
	expect(accepted('A dog')).toHaveLength(3);
	simulator.reset();
});

test('the tasks are in the custom data, and the notes in the saved execution', async () => {
	const { status, data } = await startExecution(
		planFor(generation({ items: prompts(...numbered(12)) })),
	).result;
	expect(status).toBe('success');
	const taskIds = accepted().map(({ taskId }) => taskId ?? '');
	const { metadata = {} } = data.resultData;
	expect(Object.keys(metadata)).toHaveLength(10);
	expect(taskIds).toEqual(expect.arrayContaining(Object.values(metadata)));
	const notes = JSON.stringify(data.executionData?.contextData);
	for (const taskId of taskIds) expect(notes).toContain(taskId);
});

test('a parked run is saved right after its tasks were created, before they are looked up', async () => {
	const parked = generation({
		items: prompts('a', 'b'),
		parameters: { waitForCompletion: true, whileWaiting: 'park', polling: { parkAfter: 600 } },
	});
	const execution = await ParkedExecution.start(parked);
	expect(execution.isParked).toBe(true);
	expect(simulator.summary().requests).toBe(2);
	for (const { taskId } of accepted()) expect(execution.saved).toContain(taskId);
	const result = await execution.finish();
	expect(jsonOf(result)).toMatchObject([{ status: 'succeeded' }, { status: 'succeeded' }]);
	expect(paid()).toEqual(['a', 'b']);
});

test('a parked run that n8n skips tells of all tasks that exist or may exist', async () => {
	simulator.planCreations('lost', [createdWithoutResponse()]);
	const items = [
		{ prompt: 'waits', wait: true },
		{ prompt: 'does not wait', wait: false },
		{ prompt: 'lost', wait: true },
	];
	const parameters = { waitForCompletion: '={{ $json.wait }}', whileWaiting: 'park' };
	const execution = await ParkedExecution.start(generation({ items, parameters }));
	expect(execution.isParked).toBe(true);
	const [skipped, ...more] = jsonOf(await execution.retryWithCurrentWorkflow());
	expect(more).toEqual([]);
	expect(skipped).toMatchObject({ code: 'RUN_SKIPPED' });
	for (const prompt of ['waits', 'does not wait']) {
		expect(skipped?.message).toContain(accepted(prompt)[0]?.taskId);
	}
	expect(skipped?.message).toContain('One more task may exist and be paid');
});
