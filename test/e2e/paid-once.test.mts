/** A creation is made once, whatever n8n does with its execution: by the ledger of the simulated API. */
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { loopOverItems } from '../n8n-harness/core-nodes.mjs';
import type { Execution } from '../n8n-harness/execution.mjs';
import {
	apikleyVeo,
	setField,
	type NodeSpec,
	type WorkflowBuilder,
} from '../n8n-harness/workflows.mjs';
import { createdLate, createdWithoutResponse, refused } from '../simulator/creation-plan.mjs';
import { paidTwice } from '../simulator/ledger.mjs';
import { jsonOf, NODE, resultOf, testBed, useTestBed } from './support/test-bed.mjs';

useTestBed();

const RETRIES = 5;
const WORKFLOWS = ['original', 'current'] as const;

/** Long after everything that happens here, unless it is stopped. */
const LATE_MS = 120_000;

const generate = (parameters: INodeParameters = {}, node: Partial<NodeSpec> = {}): NodeSpec =>
	apikleyVeo(
		{
			resource: 'video',
			operation: 'generate',
			prompt: '={{ $json.prompt }}',
			downloadVideos: false,
			polling: { interval: 1 },
			...parameters,
		},
		testBed().credential,
		node,
	);

/** Turns the prompts of the webhook's call into items. */
const promptItems: NodeSpec = {
	name: 'Prompts',
	type: 'n8n-nodes-base.splitOut',
	typeVersion: 1,
	parameters: { fieldToSplitOut: 'body.prompts', options: { destinationFieldName: 'prompt' } },
};

type Fill = (prompts: WorkflowBuilder) => WorkflowBuilder;

/** Starts a production execution with an item for each prompt. Resolves with its ID. */
async function start(prompts: readonly string[], fill: Fill): Promise<string> {
	const { activate, watcher } = testBed();
	const { id, call } = await activate((webhook) => fill(webhook.then(promptItems)));
	await call({ prompts: [...prompts] });
	return await watcher.waitUntilStarted(id);
}

const end = async (id: string): Promise<Execution> => await testBed().watcher.waitForEnd(id);

/** Retries an execution five times with each workflow. Resolves with the executions. */
async function retryAll(id: string): Promise<Execution[]> {
	const { client } = testBed();
	const retries = [];
	for (const workflow of WORKFLOWS) {
		for (let retry = 1; retry <= RETRIES; retry++) {
			retries.push(await end(await client.retryExecution(id, workflow)));
		}
	}
	return retries;
}

const accepted = (prompt?: string) =>
	testBed().simulator.ledger({ accepted: true, ...(prompt !== undefined && { prompt }) });
const taskIds = () => accepted().map(({ taskId }) => taskId ?? '');
/** The prompts of all tasks that exist, sorted. */
const paid = () =>
	accepted()
		.map(({ content }) => (content as IDataObject).prompt)
		.sort();

/** A request is there before the server has read what it should create. */
async function untilAccepted(count: number): Promise<void> {
	while (accepted().length < count) await sleep(20);
}

/** Resolves when all tasks are looked up. */
async function untilLookedUp(): Promise<void> {
	const { simulator } = testBed();
	while (!taskIds().every((taskId) => simulator.requests({ taskId }).length > 0)) await sleep(20);
}

/** A table whose rows, each with a prompt, can change between the executions that read it. */
async function serveRows(rows: readonly string[]) {
	const close = () => {
		server.closeAllConnections();
		server.close();
	};
	const source = { rows, url: '', close };
	const server = createServer((_, response) => {
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify(source.rows.map((prompt) => ({ prompt }))));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	source.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return source;
}

const codesOf = (executions: readonly Execution[]) =>
	executions.map(({ nodes, error }) => (nodes[NODE]?.error ?? error)?.type);

afterEach(() => expect(paidTwice(testBed().simulator.ledger())).toEqual([]));

const TEN = Array.from({ length: 10 }, (_, index) => `good ${index}`);

describe('a failed execution', () => {
	test('with Retry On Fail creates ten good tasks once each, in all its tries and retries', async () => {
		testBed().simulator.planCreations('bad', [{ ...refused(422), times: 'always' }]);
		const tries = { retryOnFail: true, maxTries: 5, waitBetweenTries: 1 };
		const id = await start(TEN.toSpliced(3, 0, 'bad'), (prompts) =>
			prompts.then(generate({}, tries)),
		);
		const failed = await end(id);
		expect(failed.status).toBe('error');
		expect(paid()).toEqual(TEN);
		for (const taskId of taskIds()) {
			expect(failed.nodes[NODE]?.error?.description).toContain(taskId);
			expect(Object.values(failed.customData)).toContain(taskId);
		}
		const codes = codesOf(await retryAll(id));
		expect(codes).toEqual(codes.map(() => '422'));
		expect(paid()).toEqual(TEN);
	});

	test('creates what was left when the reason of its failure is gone', async () => {
		testBed().simulator.planCreations('bad', [refused(402)]);
		const id = await start(['a', 'bad', 'b'], (prompts) =>
			prompts.then(generate({ options: { maxConcurrency: 1 } })),
		);
		expect((await end(id)).status).toBe('error');
		expect(paid()).toEqual(['a']);
		const retried = await end(await testBed().client.retryExecution(id));
		expect(retried.status).toBe('success');
		expect(resultOf(retried).json.map(({ status }) => status)).toEqual(Array(3).fill('succeeded'));
		expect(paid()).toEqual(['a', 'b', 'bad']);
	});

	test('does not create an uncertain task again', async () => {
		testBed().simulator.planCreations('lost', [createdWithoutResponse()]);
		const options = { requestTimeout: 1 };
		const id = await start(['a', 'lost'], (prompts) => prompts.then(generate({ options })));
		expect(codesOf([await end(id)])).toEqual(['CREATION_UNCERTAIN']);
		const codes = codesOf(await retryAll(id));
		expect(codes).toEqual(codes.map(() => 'CREATION_UNCERTAIN'));
		expect(paid()).toEqual(['a', 'lost']);
	});

	test('whose later node failed keeps the created tasks', async () => {
		const fails: NodeSpec = {
			name: 'Fails',
			type: 'n8n-nodes-base.stopAndError',
			typeVersion: 1,
			parameters: { errorMessage: 'No' },
		};
		const id = await start(['a'], (prompts) => prompts.then(generate()).then(fails));
		expect((await end(id)).status).toBe('error');
		for (const { status } of await retryAll(id)) expect(status).toBe('error');
		expect(paid()).toEqual(['a']);
	});
});

test.each([
	['continueRegularOutput', [['a', 'lost', 'bad']]],
	['continueErrorOutput', [['a'], ['lost', 'bad']]],
] as const)('with On Error: %s each item has its own end', async (onError, expected) => {
	const { simulator } = testBed();
	simulator.planCreations('bad', [refused(400)]);
	simulator.planCreations('lost', [createdWithoutResponse()]);
	const prompts = ['a', 'lost', 'bad'];
	const id = await start(prompts, (builder) =>
		builder.then(generate({ options: { requestTimeout: 1 } }, { onError })),
	);
	const { execution, run } = resultOf(await end(id));
	expect(execution.status).toBe('success');
	const items = run.outputs.map((output) =>
		output.map(({ pairedItem }) => prompts[(pairedItem as { item: number }).item]),
	);
	expect(items).toEqual(expected);
	const codes = run.outputs.flatMap(jsonOf).flatMap(({ code }) => code ?? []);
	expect(codes).toEqual(['CREATION_UNCERTAIN', 400]);
	expect(paid()).toEqual(['a', 'lost']);
});

test('a second turn of a loop creates again', async () => {
	const { simulator } = testBed();
	const id = await start(['same', 'same', 'other'], (prompts) =>
		prompts
			.then(loopOverItems(1))
			.add(generate())
			.connect('Loop', NODE, 1)
			.connect(NODE, 'Loop')
			.then(setField('done', 'yes')),
	);
	const { status, runs, nodes } = await end(id);
	expect(status).toBe('success');
	expect(runs[NODE]).toHaveLength(3);
	expect(jsonOf(nodes.Set?.outputs[0]).map(({ taskId }) => taskId)).toEqual(taskIds());
	expect(accepted('same')).toHaveLength(2);
	simulator.reset();
});

describe('a stopped execution', () => {
	const UNCERTAIN = Array(2 * RETRIES).fill('CREATION_UNCERTAIN');

	test.each([
		['while it waits for its tasks', {}],
		['while it waits, with its progress saved', { saveExecutionProgress: true }],
	])('%s creates nothing again, and its custom data has the tasks', async (_, settings) => {
		const { client, simulator, activate, watcher } = testBed();
		simulator.planTasks('*', [{ ending: { kind: 'never' } }]);
		const { id: workflowId, call } = await activate(
			(webhook) => webhook.then(promptItems).then(generate()),
			{ settings: { executionOrder: 'v1', ...settings } },
		);
		await call({ prompts: ['a', 'b'] });
		const id = await watcher.waitUntilStarted(workflowId);
		await untilAccepted(2);
		await untilLookedUp();
		await client.stopExecution(id);
		const { status, customData } = await end(id);
		expect(status).toBe('canceled');
		expect(Object.values(customData).sort()).toEqual(taskIds().sort());
		expect(codesOf(await retryAll(id))).toEqual(UNCERTAIN);
		expect(paid()).toEqual(['a', 'b']);
	});

	test('in a loop creates nothing again, although its source has other items by then', async () => {
		const { client, simulator } = testBed();
		simulator.planTasks('c', [{ ending: { kind: 'never' } }]);
		const source = await serveRows(['a', 'b', 'c']);
		const rows: NodeSpec = {
			name: 'Rows',
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			parameters: { url: source.url, options: {} },
		};
		const id = await start(['start'], (prompts) =>
			prompts
				.then(rows)
				.then(loopOverItems(1))
				.add(generate({}, { onError: 'continueRegularOutput' }))
				.connect('Loop', NODE, 1)
				.connect(NODE, 'Loop')
				.then(setField('done', 'yes')),
		);
		await untilAccepted(3);
		await untilLookedUp();
		await client.stopExecution(id);
		expect((await end(id)).status).toBe('canceled');
		source.rows = ['c', 'd'];
		const ends = (await retryAll(id)).map(({ nodes }) =>
			jsonOf(nodes.Set?.outputs[0]).map(({ code, status }) => code ?? status),
		);
		source.close();
		expect(ends[0]).toEqual(['CREATION_UNCERTAIN', 'succeeded']);
		expect(ends.slice(1)).toEqual(
			Array(2 * RETRIES - 1).fill(['CREATION_UNCERTAIN', 'CREATION_UNCERTAIN']),
		);
		expect(paid()).toEqual(['a', 'b', 'c', 'd']);
	});

	test('while a creation is in flight only creates what was not sent', async () => {
		const { client, simulator } = testBed();
		simulator.planCreations('slow', [createdLate(LATE_MS)]);
		const options = { maxConcurrency: 1, requestTimeout: LATE_MS };
		const node = { onError: 'continueRegularOutput' } as const;
		const id = await start(['a', 'slow', 'waits'], (prompts) =>
			prompts.then(generate({ options }, node)),
		);
		await untilAccepted(2);
		await client.stopExecution(id);
		expect((await end(id)).status).toBe('canceled');
		await simulator.waitFor({ open: 0, closedByClient: 1 });
		const [first, ...others] = await retryAll(id);
		const ends = (execution: Execution) =>
			resultOf(execution).json.map(({ code, status }) => code ?? status);
		expect(first && ends(first)).toEqual(['CREATION_UNCERTAIN', 'CREATION_UNCERTAIN', 'succeeded']);
		for (const other of others) expect(ends(other)).toEqual(Array(3).fill('CREATION_UNCERTAIN'));
		expect(paid()).toEqual(['a', 'slow', 'waits']);
	});
});

test('an execution whose n8n is killed creates nothing again, and continues if it was parked', async () => {
	const { client, simulator, restart, watcher } = testBed();
	simulator.planTasks('*', [{ durationSeconds: 20 }]);
	simulator.planCreations('in flight', [createdLate(LATE_MS)]);
	simulator.setPathFaults('/hangs', [{ kind: 'hang', times: 'always' }]);
	const hangs: NodeSpec = {
		name: 'Hangs',
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: { url: `${simulator.baseUrl}/hangs`, options: {} },
	};
	const park = { whileWaiting: 'park', polling: { parkAfter: 600 } };
	const options = { requestTimeout: LATE_MS };
	const parked = await start(['parked 1', 'parked 2'], (prompts) => prompts.then(generate(park)));
	const stopped = await start(['stopped'], (prompts) => prompts.then(generate(park)));
	const skipped = await start(['skipped'], (prompts) => prompts.then(generate(park)));
	await Promise.all(
		[parked, stopped, skipped].map(async (id) => await watcher.waitUntilParked(id)),
	);
	for (const id of [stopped, skipped]) await client.stopExecution(id);
	const running = [
		await start(['waiting'], (prompts) => prompts.then(generate())),
		await start(['in flight'], (prompts) => prompts.then(generate({ options }))),
		// A finished node comes later in the workflow's JSON, so n8n leaves the crashed run of this one in the execution
		await start(['before a node'], (prompts) =>
			prompts.add(generate()).then(setField('prompt', '={{ $json.prompt }}')).connect('Set', NODE),
		),
		// The node itself has finished by then
		await start(['later'], (prompts) =>
			prompts.then(generate({ waitForCompletion: false })).then(hangs),
		),
	];
	await untilAccepted(8);
	while (simulator.requests().every(({ path }) => path !== '/hangs')) await sleep(20);
	await restart('kill');
	const retried = await testBed().client.retryExecution(stopped);
	const [skippedItem] = resultOf(
		await end(await testBed().client.retryExecution(skipped, 'current')),
	).json;
	const skippedId = accepted('skipped')[0]?.taskId;
	expect(skippedItem).toMatchObject({ taskId: skippedId, code: 'RUN_SKIPPED' });
	for (const id of running) {
		expect((await end(id)).status).toBe('crashed');
		expect(codesOf(await retryAll(id))).toEqual(Array(2 * RETRIES).fill('CREATION_UNCERTAIN'));
	}
	for (const [id, prompts] of [
		[parked, ['parked 1', 'parked 2']],
		[retried, ['stopped']],
	] as const) {
		const { json } = resultOf(await end(id));
		expect(json.map(({ taskId, status }) => [taskId, status])).toEqual(
			prompts.map((prompt) => [accepted(prompt)[0]?.taskId, 'succeeded']),
		);
	}
	expect(paid()).toEqual([
		'before a node',
		'in flight',
		'later',
		'parked 1',
		'parked 2',
		'skipped',
		'stopped',
		'waiting',
	]);
});
