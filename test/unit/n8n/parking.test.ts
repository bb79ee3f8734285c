import type {
	EngineRequest,
	EngineResponse,
	IDataObject,
	IExecuteData,
	INodeExecutionData,
} from 'n8n-workflow';

import {
	canPark,
	hasInputNode,
	park,
	putToWait,
	readParked,
} from '../../../nodes/ApikleyVeo/n8n/parking';
import { fakeContext, FRESH, NODE } from '../support/fakeContext';
import type { FakeRun } from '../support/fakeContext';

const UNTIL = Date.UTC(2026, 0, 1);
const STATE = { version: 1, states: [] };
/** What n8n passes on if it skips the run. */
const PLACEHOLDER = { code: 'SKIPPED' };
const SOURCE = { previousNode: 'If', previousNodeOutput: 1, previousNodeRun: 3 };

/** The entry that puts the execution to wait, and the one that resumes the run. */
const SUSPEND = { until: UNTIL, state: null, source: null };
const RESUME = {
	until: UNTIL,
	state: STATE,
	source: SOURCE,
	parkedAt: { process: expect.any(String) as string, number: expect.any(Number) as number },
};
const INPUT = [{ json: { row: 1 } }];

const entryWith = (entry: Partial<IExecuteData>): FakeRun => ({
	entry: { node: { ...NODE }, ...entry },
});

/** What n8n passes to the node after an engine request, through its database. */
const responseTo = ({ metadata }: EngineRequest): EngineResponse => ({
	actionResponses: [],
	metadata: JSON.parse(JSON.stringify(metadata)) as object,
});

/** n8n runs the requested entry with its data as the input. */
const requestedRun = (request: EngineRequest, entry: Partial<IExecuteData> = {}): FakeRun => ({
	...entryWith({ metadata: { preserveSourceOverwrite: true }, ...entry }),
	input: [{ json: request.actions[0]?.input as IDataObject }],
});

describe.each([
	['v1', { apikleyVeoParked: SUSPEND }, { ...RESUME, input: INPUT }],
	['v0', { ...PLACEHOLDER, apikleyVeoParked: RESUME }, SUSPEND],
] as const)('in execution order %s', (executionOrder, requestedInput, returnEntry) => {
	const { context } = fakeContext({
		executionOrder,
		...entryWith({ source: { main: [SOURCE] }, data: { main: [INPUT] } }),
	});
	const request = park(context, UNTIL, STATE, PLACEHOLDER);

	test('a parked run requests that n8n runs the node itself', () => {
		expect(request).toEqual({
			actions: [
				{
					actionType: 'ExecutionNodeAction',
					nodeName: 'Apikley Veo',
					input: requestedInput,
					type: 'main',
					id: 'park',
					metadata: {},
				},
			],
			metadata: { apikleyVeoParked: returnEntry },
		});
	});

	test('one entry suspends the execution, the other resumes the run', () => {
		const requested = readParked(fakeContext(requestedRun(request)).context, FRESH);
		const returned = readParked(fakeContext().context, responseTo(request));
		const suspend = { kind: 'suspend', until: UNTIL };
		const resume = { kind: 'resume', state: STATE, callbacks: [] };
		const expected = executionOrder === 'v1' ? [suspend, resume] : [resume, suspend];
		expect([requested, returned]).toEqual(expected);
	});

	test('a run that fails after it was resumed can be resumed again by a retry', () => {
		const { context: requested } = fakeContext(requestedRun(request));
		const returned = fakeContext(entryWith({ metadata: { nodeWasResumed: true } })).context;
		const read = () => [
			readParked(requested, FRESH),
			// n8n keeps the response for its next try
			readParked(returned, responseTo(request)),
		];
		expect(read()).toEqual(read());
	});
});

describe('an entry', () => {
	const request = park(
		fakeContext(entryWith({ source: { main: [SOURCE] } })).context,
		UNTIL,
		STATE,
		PLACEHOLDER,
	);

	test.each<[string, FakeRun, EngineResponse | undefined]>([
		['without what was saved', {}, FRESH],
		['in an n8n without engine requests', {}, undefined],
		[
			"whose input only looks like it, as a user's item may",
			{ ...requestedRun(request), ...entryWith({}) },
			FRESH,
		],
		['that was requested by another node', { ...requestedRun(request), input: [] }, FRESH],
	])('starts a new run %s', (_, run, response) => {
		expect(readParked(fakeContext(run).context, response)).toBeNull();
	});

	test('that resumes a run gets its source back, and loses its metadata', () => {
		const main = [{ previousNode: 'If', previousNodeOutput: 0, previousNodeRun: 0 }];
		const metadata = { nodeWasResumed: true };
		const { context, entry } = fakeContext(entryWith({ source: { main }, metadata }));
		readParked(context, responseTo(request));
		expect(main).toEqual([SOURCE]);
		expect(entry).not.toHaveProperty('metadata');
	});

	test.each([
		['in the same list', (items: INodeExecutionData[]) => items],
		['in a shorter one, with Execute Once', (items: INodeExecutionData[]) => items.slice(0, 1)],
	])('that resumes a run has its input again, %s', (_, listOf) => {
		const input = ['a', 'b'].map((id, item) => ({ json: { id }, pairedItem: { item } }));
		const parking = fakeContext(
			entryWith({ source: { main: [SOURCE] }, data: { main: [[...input]] } }),
		);
		const parked = park(parking.context, UNTIL, STATE, PLACEHOLDER);
		const { data } = JSON.parse(JSON.stringify(parking.entry)) as IExecuteData;
		expect(data).toEqual({ main: [[{ json: PLACEHOLDER }]] });
		const seen = listOf(data.main?.[0] ?? []);
		readParked(fakeContext(entryWith({ data })).context, responseTo(parked));
		expect(data.main).toEqual([input]);
		expect(seen[0]).toEqual(input[0]);
	});

	test('that suspends the execution is changed so that n8n skips it later', async () => {
		const node = { ...NODE, alwaysOutputData: true, rewireOutputLogTo: 'main' as const };
		const { context, entry, waitTill } = fakeContext(requestedRun(request, { node }));
		const parkedUntil = '2026-01-01T00:00:00.000Z';
		expect(await putToWait(context, UNTIL, 0)).toEqual([[{ json: { parkedUntil } }]]);
		expect(waitTill).toEqual([new Date(UNTIL)]);
		expect(entry.data).toEqual({ main: [] });
		// n8n disables this node, which the other entry shares
		expect(entry.node).not.toBe(node);
		expect(entry.node).not.toHaveProperty('alwaysOutputData');
		expect(node).not.toHaveProperty('rewireOutputLogTo');
	});
});

test.each([
	[0, [1]],
	[2, [0, 0, 1]],
])('while a run is parked, n8n shows its item on output %i only', async (outputIndex, lengths) => {
	const outputs = await putToWait(fakeContext().context, UNTIL, outputIndex);
	expect(outputs.map(({ length }) => length)).toEqual(lengths);
});

test.each<[string, FakeRun, EngineResponse | undefined, boolean]>([
	['is available from n8n 2.6 on', {}, FRESH, true],
	['is not available without workflow settings', { hasWorkflowSettings: false }, FRESH, false],
	['is not available without engine requests', {}, undefined, false],
])('parking %s', (_, run, response, isAvailable) => {
	expect(canPark(fakeContext(run).context, response)).toBe(isAvailable);
});

test.each<[string, IExecuteData['source'], boolean]>([
	['has', { main: [SOURCE] }, true],
	['has no', null, false],
	['has no', { main: [null] }, false],
])('a node %s input node with the source %j', (_, source, expected) => {
	expect(hasInputNode(fakeContext(entryWith({ source })).context)).toBe(expected);
});

test.each([8.64e15, 8.64e15 + 1, Infinity])(
	'an execution that would wait until %p is parked until a date that n8n can save',
	async (until) => {
		const { context } = fakeContext();
		const [[item] = []] = await putToWait(context, until, 0);
		expect(item?.json.parkedUntil).toMatch(/^2999-/);
	},
);
