import { NodeOperationError } from 'n8n-workflow';
import type {
	EngineRequest,
	EngineResponse,
	IDataObject,
	IExecuteData,
	INodeExecutionData,
} from 'n8n-workflow';

import { ApikleyVeo } from '../../../nodes/ApikleyVeo/ApikleyVeo.node';
import {
	CREDENTIAL,
	fakeContext,
	FRESH,
	NODE,
	response,
	fakeTaskResponse,
} from '../support/fakeContext';
import type { FakeResponse, FakeRun } from '../support/fakeContext';
import { FAILED, RUNNING, SUCCEEDED } from '../support/records';

type Outputs = INodeExecutionData[][];

const NOW = Date.UTC(2026, 0, 1);

beforeEach(() => {
	jest.useFakeTimers({ now: NOW });
	jest.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
	jest.useRealTimers();
	jest.restoreAllMocks();
});

const running = () => fakeTaskResponse(RUNNING as IDataObject);
const succeeded = () => fakeTaskResponse(SUCCEEDED as IDataObject);
const failed = () => fakeTaskResponse(FAILED as IDataObject);

function respond(taskId: string): FakeResponse {
	if (taskId.startsWith('failed')) return failed();
	if (taskId.startsWith('succeeded')) return succeeded();
	return running();
}

const tasks = (...taskIds: string[]) => taskIds.map((taskId) => ({ taskId }));
const dateIn = (seconds: number) => NOW + seconds * 1000;

interface ParkedRunOfNode extends FakeRun {
	readonly polling?: IDataObject;
}

/** Runs the node as n8n does, with waits that are parked at once. */
async function run({ polling, ...given }: ParkedRunOfNode, answer: EngineResponse | null = FRESH) {
	const parameters = {
		operation: 'waitUntilComplete',
		whileWaiting: 'park',
		polling: { parkAfter: 0, ...polling },
		...given.parameters,
	};
	const fake = fakeContext({ respond, ...given, parameters });
	const result = new ApikleyVeo().execute.call(fake.context, answer ?? undefined);
	const settled = result.then(
		(value) => ({ value, error: null }),
		(error: unknown) => ({ value: null, error }),
	);
	await jest.runAllTimersAsync();
	const { value, error } = await settled;
	return { ...fake, error, outputs: value as Outputs, request: value as EngineRequest };
}

/** Through n8n's database, to where it comes back to. */
function saved(request: EngineRequest): EngineResponse {
	const metadata = JSON.parse(JSON.stringify(request.metadata)) as object;
	return { actionResponses: [], metadata };
}

function entryWith(entry: Partial<IExecuteData>): Partial<IExecuteData> {
	return { node: { ...NODE }, ...entry };
}

describe('a wait that is not over', () => {
	test('asks n8n to run the node, asleep until the first lookup is due, and to come back', async () => {
		const { request, asked } = await run({ items: tasks('running') });
		expect(asked()).toEqual(['running']);
		expect(request.actions).toEqual([
			{
				actionType: 'ExecutionNodeAction',
				nodeName: 'Apikley Veo',
				input: { apikleyVeoParked: { until: dateIn(65), parkedRun: null, source: null } },
				type: 'main',
				id: 'park',
				metadata: {},
			},
		]);
	});

	test('is not parked where all have ended', async () => {
		const { outputs } = await run({ items: tasks('succeeded', 'failed') });
		expect(outputs[0]?.map(({ json }) => json.status)).toEqual(['succeeded', 'failed']);
	});

	test('goes on in memory as an AI tool, and where nothing comes before the node', async () => {
		const polling = { timeout: 20, onTimeout: 'output' };
		for (const where of [{ asTool: true }, { entry: { source: null } }]) {
			const { outputs, asked } = await run({ items: tasks('running'), polling, ...where });
			expect(outputs[0]?.[0]?.json).toMatchObject({ wait: { lookups: 3, timedOut: true } });
			expect(asked()).toHaveLength(3);
		}
	});
});

describe('asleep', () => {
	const note = { until: dateIn(65), parkedRun: null, source: null };
	const input = [{ json: { apikleyVeoParked: note } }];

	test('the execution is put to wait, and the entry of the stack made harmless', async () => {
		const node = { ...NODE, alwaysOutputData: true, rewireOutputLogTo: 'main' as const };
		const entry = entryWith({ node, metadata: { preserveSourceOverwrite: true } });
		const { outputs, asked, waitTill, entry: left } = await run({ input, entry });
		expect(waitTill).toEqual([new Date(dateIn(65))]);
		expect(outputs).toEqual([[{ json: { parkedUntil: new Date(dateIn(65)).toISOString() } }]]);
		expect(asked()).toEqual([]);
		expect(left.data).toEqual({ main: [] });
		// n8n is going to disable it; the entry that comes back has the other one
		expect(left.node).not.toBe(node);
		expect(left.node).not.toHaveProperty('alwaysOutputData');
		expect(node).not.toHaveProperty('rewireOutputLogTo');
	});

	test("an item of the user's that looks like it puts nothing to sleep", async () => {
		const { waitTill, asked } = await run({ input, items: tasks('succeeded') });
		expect([waitTill, asked()]).toEqual([[], ['succeeded']]);
	});
});

describe('coming back', () => {
	const source = { previousNode: 'If', previousNodeOutput: 1, previousNodeRun: 3 };
	const parkedAt = async (given: ParkedRunOfNode) => {
		const { request } = await run({ entry: entryWith({ source: { main: [source] } }), ...given });
		return saved(request);
	};

	test('looks up what has not ended, and puts all out as if it had waited in memory', async () => {
		const items = tasks('succeeded', 'running', 'running', 'failed');
		const parameters = { outputMode: 'byStatus' };
		const back = await parkedAt({ items, parameters });
		jest.setSystemTime(dateIn(65));
		const { outputs, asked } = await run({ items, parameters, respond: succeeded }, back);
		expect(asked()).toEqual(['running']);
		expect(
			outputs.map((output) => output.map(({ json, pairedItem }) => [json, pairedItem])),
		).toEqual([
			[
				[expect.objectContaining({ wait: expect.objectContaining({ lookups: 1 }) }), { item: 0 }],
				[
					expect.objectContaining({
						taskId: 'running',
						status: 'succeeded',
						wait: { lookups: 2, waitedSeconds: 65, timedOut: false },
					}),
					{ item: 1 },
				],
				[expect.objectContaining({ taskId: 'running' }), { item: 2 }],
			],
			[[expect.objectContaining({ taskId: 'failed' }), { item: 3 }]],
			[],
		]);
	});

	test('n8n gets back where the input came from, and forgets the note', async () => {
		const items = tasks('running');
		const back = await parkedAt({ items });
		const main = [{ previousNode: 'If', previousNodeOutput: 0, previousNodeRun: 0 }];
		const metadata = { nodeWasResumed: true };
		const { entry } = await run(
			{ items, respond: succeeded, entry: entryWith({ source: { main }, metadata }) },
			back,
		);
		expect(main).toEqual([source]);
		expect(entry.metadata).toBeUndefined();
	});

	test('before the time has come: nothing is looked up, and it is parked again', async () => {
		const items = tasks('running');
		const back = await parkedAt({ items });
		jest.setSystemTime(dateIn(10));
		const { asked, request } = await run({ items }, back);
		expect(asked()).toEqual([]);
		expect(request.actions[0]?.input).toMatchObject({ apikleyVeoParked: { until: dateIn(65) } });
	});

	test('those due a little later are awaited with the first', async () => {
		const items = [
			{ taskId: 'running_1', polling: { parkAfter: 0 } },
			{ taskId: 'running_2', polling: { parkAfter: 0, initialDelay: 90 } },
			{ taskId: 'running_3', polling: { parkAfter: 0, initialDelay: 120 } },
		];
		const back = await parkedAt({ items });
		jest.setSystemTime(dateIn(65));
		const { asked, request } = await run({ items }, back);
		expect(asked()).toEqual(['running_1', 'running_2']);
		expect(Date.now()).toBe(dateIn(90));
		expect(request.actions[0]?.input).toMatchObject({ apikleyVeoParked: { until: dateIn(120) } });
	});

	test('a wait that times out ends the node, or goes on as On Timeout says', async () => {
		const items = tasks('running');
		for (const [onTimeout, lookups] of [
			['error', null],
			['output', 2],
		] as const) {
			const polling = { timeout: 100, onTimeout };
			jest.setSystemTime(NOW);
			const back = await parkedAt({ items, polling });
			jest.setSystemTime(dateIn(100));
			const { error, outputs } = await run({ items, polling }, back);
			if (lookups === null) {
				expect(error).toBeInstanceOf(NodeOperationError);
				expect(error).toMatchObject({
					message: expect.stringMatching(/^Task running has not ended after 100 s/),
				});
			} else {
				expect(outputs[0]?.[0]?.json).toMatchObject({ wait: { lookups, timedOut: true } });
			}
		}
	});

	test('a credential that no longer works fails what has not ended, and nothing else', async () => {
		const items = tasks('succeeded', 'running');
		const onError = 'continueRegularOutput';
		const back = await parkedAt({ items, onError });
		const credential = () => ({ ...CREDENTIAL, baseUrl: 'ftp://example.com' });
		const { outputs, asked } = await run({ items, onError, credential }, back);
		expect(asked()).toEqual([]);
		expect(outputs[0]?.map(({ json }) => json)).toEqual([
			expect.objectContaining({ taskId: 'succeeded', status: 'succeeded' }),
			{
				taskId: 'running',
				code: 'INVALID_INPUT',
				message: expect.stringMatching(
					/^Task running can't be looked up: The Base URL must begin with https/,
				),
			},
		]);
		const { error } = await run({ items, credential }, back);
		expect(error).toMatchObject({ context: { itemIndex: 1 } });
	});

	test('a key that is rejected meanwhile', async () => {
		const items = tasks('running');
		const back = await parkedAt({ items });
		jest.setSystemTime(dateIn(65));
		const { error } = await run({ items, respond: () => response(401) }, back);
		expect(error).toMatchObject({ message: expect.stringMatching(/rejected the API key/) });
	});
});

describe('where waits cannot be parked', () => {
	test.each<[string, FakeRun, EngineResponse | null, RegExp]>([
		['this n8n is too old', {}, null, /: This n8n is too old .*2\.6 or newer.* Keep Running/],
		[
			'it is older than 2.6',
			{ hasWorkflowSettings: false },
			FRESH,
			/: This n8n is too old .* Keep Running/,
		],
	])('%s: says so before anything is looked up', async (_, given, answer, message) => {
		const { error, asked } = await run({ items: tasks('running'), ...given }, answer);
		expect(error).toMatchObject({ message: expect.stringMatching(message) });
		expect(asked()).toEqual([]);
	});

	test('a Park After that is no number', async () => {
		const { error, asked } = await run({ items: tasks('running'), polling: { parkAfter: -1 } });
		expect(error).toMatchObject({ message: expect.stringMatching(/: Park After must be/) });
		expect(asked()).toEqual([]);
	});
});
