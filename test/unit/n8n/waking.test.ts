import type {
	EngineRequest,
	IDataObject,
	IExecuteData,
	IExecuteFunctions,
	IRunExecutionData,
	ITaskData,
	IWebhookFunctions,
} from 'n8n-workflow';

import { park, readParked } from '../../../nodes/ApikleyVeo/n8n/parking';
import type { Awaits } from '../../../nodes/ApikleyVeo/n8n/parking';
import { resumeAddress, wake, wakeWebhook } from '../../../nodes/ApikleyVeo/n8n/waking';
import { fakeContext, FRESH, NODE } from '../support/fakeContext';

const UNTIL = Date.UTC(2026, 0, 1);
const STATE = { version: 1, waitsFor: 'veo_1' };
const BODY = { code: 200, data: { taskId: 'veo_1' } };
const awaits: Awaits = (state, { taskId }) => state.waitsFor === taskId;

/** A run without data, which n8n keeps of a node that was started by an engine request. */
const STUB = { source: [], inputOverride: { ai_tool: [] } } as unknown as ITaskData;
const WITH_DATA = { source: [], data: { main: [[{ json: {} }]] } } as unknown as ITaskData;

/** The two entries that n8n has in its stack after the node's engine request. */
function entriesFor(executionOrder: 'v0' | 'v1', state: object = STATE): IExecuteData[] {
	const { actions, metadata } = park(fakeContext({ executionOrder }).context, UNTIL, state, {});
	const input = (actions as EngineRequest['actions'])[0]?.input ?? {};
	const requested: IExecuteData = {
		node: { ...NODE },
		data: { main: [[{ json: input }]] },
		metadata: { preserveSourceOverwrite: true },
		source: null,
	};
	const returned: IExecuteData = {
		node: { ...NODE },
		data: { main: [[]] },
		metadata: { nodeWasResumed: true, subNodeExecutionData: { actions: [], metadata } },
		source: null,
	};
	const entries = executionOrder === 'v1' ? [requested, returned] : [returned, requested];
	return JSON.parse(JSON.stringify(entries)) as IExecuteData[];
}

interface FakeCall {
	readonly executionId?: string;
	readonly body?: unknown;
	readonly query?: IDataObject;
	readonly stack?: IExecuteData[];
	readonly runs?: ITaskData[];
	/** What the context of this n8n has differently. */
	readonly context?: object;
	/** What it doesn't have. */
	readonly without?: string;
}

/** Each call is for another execution, unless it names one. */
let executions = 0;

function call({ query = {}, context, without = '', ...execution }: FakeCall = {}) {
	const { stack = entriesFor('v1'), runs = [WITH_DATA, STUB] } = execution;
	const body = 'body' in execution ? execution.body : BODY;
	const responses: unknown[] = [];
	const response = {
		status: (code: number) => ({ json: () => void responses.push(code) }),
	};
	const runExecutionData = {
		resultData: { runData: { [NODE.name]: runs } },
		executionData: { nodeExecutionStack: stack },
	} as unknown as IRunExecutionData;
	const webhookContext: Record<string, unknown> = {
		runExecutionData,
		getNode: () => NODE,
		getExecutionId: () => execution.executionId ?? `execution ${(executions += 1)}`,
		getBodyData: () => body,
		getQueryData: () => query,
		getResponseObject: () => response,
		getWorkflowSettings: () => ({}),
		isNodeFeatureEnabled: () => false,
		...context,
	};
	delete webhookContext[without];
	const returned = wake(webhookContext as unknown as IWebhookFunctions, awaits);
	return { returned, responses, stack, runs };
}

/** What the node gets when n8n runs the entry that resumes the run. */
function resumed(executionOrder: 'v0' | 'v1', entry: IExecuteData | undefined, executionId = '') {
	const input = entry?.data.main?.[0] ?? [];
	const fake = fakeContext(executionOrder === 'v0' ? { entry: entry ?? {}, input } : {});
	const context = { ...fake.context, getExecutionId: () => executionId };
	const metadata = entry?.metadata?.subNodeExecutionData?.metadata;
	return readParked(
		context,
		executionOrder === 'v0' ? FRESH : { actionResponses: [], metadata: metadata ?? {} },
	);
}

type Resumed = Extract<ReturnType<typeof readParked>, { kind: 'resume' }>;

const WOKEN = { noWebhookResponse: true, workflowData: [] };
const STAYS_PARKED = { noWebhookResponse: true };

describe.each(['v1', 'v0'] as const)('in execution order %s', (executionOrder) => {
	test('a callback for a task that is waited for resumes the run, which learns of it', () => {
		const { returned, responses, stack } = call({
			stack: entriesFor(executionOrder),
			query: { creation: 'secret', signature: 'of n8n' },
		});
		expect(returned).toEqual(WOKEN);
		expect(responses).toEqual([200]);
		expect(resumed(executionOrder, stack[1])).toEqual({
			kind: 'resume',
			state: STATE,
			callbacks: [{ taskId: 'veo_1', token: 'secret', receivedAt: expect.any(Number) as number }],
		});
	});

	test('a run that is resumed by time gets no callbacks', () => {
		expect(resumed(executionOrder, entriesFor(executionOrder)[1])).toMatchObject({
			callbacks: [],
		});
	});

	test('a run gets all callbacks that came while n8n had no slot for it', () => {
		const saved = entriesFor(executionOrder);
		const copies = ['a', 'b', 'b'].map((token) => {
			const stack = structuredClone(saved);
			return call({ executionId: 'queued', stack, query: { creation: token } }).stack;
		});
		for (const [, resume] of [...copies, saved]) {
			const callbacks = (resumed(executionOrder, resume, 'queued') as Resumed).callbacks;
			expect(new Set(callbacks.map(({ token }) => token))).toEqual(new Set(['a', 'b']));
		}
		expect(resumed(executionOrder, saved[1], 'another')).toMatchObject({ callbacks: [] });
		const [, later] = entriesFor(executionOrder);
		expect(resumed(executionOrder, later, 'queued')).toMatchObject({ callbacks: [] });
	});

	test('a run gets the callbacks that came when it was parked again from an older state', () => {
		const [, older] = entriesFor(executionOrder);
		call({ executionId: 'branched', stack: entriesFor(executionOrder, { ...STATE, lookups: 1 }) });
		expect(resumed(executionOrder, older, 'branched')).toMatchObject({
			callbacks: [{ taskId: 'veo_1' }],
		});
	});

	test('the parked run is found after entries of other nodes', () => {
		const [suspend, resume] = entriesFor(executionOrder) as [IExecuteData, IExecuteData];
		const other: IExecuteData = {
			node: { ...NODE, name: 'Set' },
			data: { main: [] },
			source: null,
		};
		const { returned, stack } = call({ stack: [suspend, other, resume] });
		expect(returned).toEqual(WOKEN);
		expect(resumed(executionOrder, stack[2])).toMatchObject({ callbacks: [{ taskId: 'veo_1' }] });
	});
});

describe('the execution stays parked, and its saved data as it is, after a call', () => {
	const throws = () => {
		throw new Error('boom');
	};

	test.each<[string, FakeCall]>([
		['for a task that is not waited for', { body: { data: { taskId: 'veo_2' } } }],
		['without a task', { body: {} }],
		['without a body', { body: undefined }],
		['when nothing of the node is parked', { stack: [] }],
		[
			'when an item only looks like a parked run',
			{
				stack: entriesFor('v0').map(({ metadata, ...entry }, index) =>
					index === 0 ? { ...entry, metadata } : entry,
				) as IExecuteData[],
			},
		],
		['whose body cannot be read', { context: { getBodyData: throws } }],
		['in an n8n that keeps the execution elsewhere', { without: 'runExecutionData' }],
		['in an n8n that resumes twice for two calls', { without: 'isNodeFeatureEnabled' }],
	])('%s', (_, faulty) => {
		const stack = faulty.stack ?? entriesFor('v1');
		const before = JSON.stringify(stack);
		const { returned, responses, runs } = call({ ...faulty, stack });
		expect(returned).toEqual(STAYS_PARKED);
		expect(responses).toEqual([200]);
		expect(JSON.stringify(stack)).toBe(before);
		expect(runs).toEqual([WITH_DATA, STUB]);
	});
});

test('n8n responds itself if the node cannot', () => {
	const getResponseObject = () => {
		throw new Error('Response is missing');
	};
	expect(call({ context: { getResponseObject } }).returned).toEqual({
		noWebhookResponse: false,
		workflowData: [],
	});
});

test.each<[string, ITaskData[], ITaskData[]]>([
	['the stub of a run that n8n keeps after a call is dropped', [WITH_DATA, STUB], [WITH_DATA]],
	['a run with data stays', [WITH_DATA], [WITH_DATA]],
	['a node without runs has none to drop', [], []],
])('%s', (_, runs, expected) => {
	expect(call({ runs }).runs).toEqual(expected);
});

test('the webhook is only there for a parked execution, and takes POST only', () => {
	expect(wakeWebhook).toMatchObject({
		restartWebhook: true,
		isFullPath: true,
		httpMethod: 'POST',
		path: 'apikley-veo',
	});
});

describe('the address that wakes the execution', () => {
	const PUBLIC = 'https://api.apikley.ru';
	const RECENT = { isNodeFeatureEnabled: () => false };

	function address(resumeUrl: unknown, baseUrl = PUBLIC, n8n: object = RECENT) {
		const context = {
			...fakeContext().context,
			evaluateExpression: () => resumeUrl,
			...n8n,
		} as unknown as IExecuteFunctions;
		return resumeAddress(context, baseUrl, 'a b');
	}

	test.each([
		[
			'https://n8n.example.com/webhook-waiting/7?signature=abc',
			'https://n8n.example.com/webhook-waiting/7/apikley-veo?signature=abc&creation=a+b',
		],
		[
			'https://example.com/n8n/webhook-waiting/7',
			'https://example.com/n8n/webhook-waiting/7/apikley-veo?creation=a+b',
		],
	])('for %s is %s', (resumeUrl, expected) => {
		expect(address(resumeUrl)).toBe(expected);
	});

	test.each([
		'http://localhost:5678/webhook-waiting/7',
		'http://127.0.0.1:5678/webhook-waiting/7',
		'http://[::1]:5678/webhook-waiting/7',
		'http://192.168.1.5:5678/webhook-waiting/7',
		'http://n8n:5678/webhook-waiting/7',
		'http://n8n.local/webhook-waiting/7',
		'http://169.254.0.1/webhook-waiting/7',
		'http://100.64.0.1/webhook-waiting/7',
	])('is not sent if it is %s, but the API is public', (resumeUrl) => {
		expect(address(resumeUrl)).toBeNull();
		expect(address(resumeUrl, 'http://localhost:4010')).not.toBeNull();
	});

	test.each<[string, unknown, object]>([
		['n8n has none', '', RECENT],
		['n8n gives no text', undefined, RECENT],
		[
			'n8n cannot evaluate it',
			'',
			{
				...RECENT,
				evaluateExpression: () => {
					throw new Error('boom');
				},
			},
		],
		['n8n is too old', 'https://n8n.example.com/w/7', {}],
	])('is not sent if %s', (_, resumeUrl, n8n) => {
		expect(address(resumeUrl, PUBLIC, n8n)).toBeNull();
	});
});
