/** The part of n8n that runs the node: its parameters, its output, and resuming a parked execution. */
import { createRequire } from 'node:module';
import path from 'node:path';

import type {
	EngineRequest,
	EngineResponse,
	IDataObject,
	IExecuteData,
	INodeExecutionData,
	INodeType,
	IWebhookFunctions,
	NodeOutput,
} from 'n8n-workflow';

import { fakeContext, FRESH, NODE, type FakeRun } from '../unit/support/fakeContext';
import type { ScriptedFaults } from './faults.mjs';
import type { ScriptedApi } from './scripted-api.mjs';
import type { Scenario, ScriptedItem } from './scenario.mjs';
import { time } from './simulated-time.mjs';
import type { ScriptedDisk } from './videos/disk.mjs';
import type { ScriptedVideoHost } from './videos/host.mjs';

/** The built node, as n8n loads it. */
export type NodeClass = new () => INodeType;

export function loadNode(dist: string): NodeClass {
	const file = path.join(dist, 'nodes', 'ApikleyVeo', 'ApikleyVeo.node.js');
	return (createRequire(import.meta.url)(file) as { ApikleyVeo: NodeClass }).ApikleyVeo;
}

/** Everything that the node interacts with. */
export interface Environment {
	readonly api: ScriptedApi;
	readonly videoHost: ScriptedVideoHost;
	readonly disk: ScriptedDisk;
	readonly faults: ScriptedFaults;
}

/** One of the two entries on n8n's stack that parking creates. */
interface StackEntry {
	readonly response: EngineResponse;
	readonly run: Partial<FakeRun>;
}

/** Runs the scenario's items through the node, parking and resuming as often as it asks for. */
export async function runNode(
	node: NodeClass,
	scenario: Scenario,
	environment: Environment,
	cancel: AbortSignal,
): Promise<INodeExecutionData[][]> {
	const { executionOrder, resumeDelaysMs } = scenario;
	let entry: StackEntry = { response: FRESH, run: {} };
	for (let rounds = 0; ; rounds++) {
		const { output } = execute(node, scenario, environment, cancel, entry, true);
		const result = await output;
		if (!isEngineRequest(result)) return result ?? [];
		const { first, second } = stackEntriesFor(result, executionOrder);
		const suspended = execute(node, scenario, environment, cancel, first);
		await suspended.output;
		const [until, ...others] = suspended.waitTill;
		if (until === undefined || others.length > 0) throw new Error('not put to wait exactly once');
		const delayMs = resumeDelaysMs[rounds % resumeDelaysMs.length] ?? 0;
		const sleep = { until: until.getTime() + delayMs, first, second, cancel };
		entry = await sleepUntilResumed(node, scenario, sleep);
	}
}

function execute(
	node: NodeClass,
	scenario: Scenario,
	{ api, videoHost, disk, faults }: Environment,
	cancel: AbortSignal,
	{ response, run }: StackEntry,
	canThrow = false,
) {
	const { operation, whileWaiting, executionOrder, onError, outputMode, options } = scenario;
	const fake = fakeContext({
		parameters: { operation, whileWaiting, outputMode, options },
		items: scenario.items.map((item) => parametersOf(item, scenario)),
		onError,
		executionOrder,
		cancel,
		respond: async (taskId, _, request) => await api.respond(taskId, request),
		video: async (request) => await videoHost.respond(request),
		store: disk.store,
		credential: () => faults.credential(),
		...run,
	});
	// In execution order v0 a resumed run reads its state from its input
	if (canThrow) faults.install(fake.context, run.input === undefined);
	const output = new node().execute!.call(fake.context, response) as Promise<NodeOutput>;
	return { output, waitTill: fake.waitTill };
}

function parametersOf(
	{ taskId, onTimeout, ...parameters }: ScriptedItem,
	{ tasks, polling }: Scenario,
) {
	const number = 'task' in taskId ? taskId.task % tasks.length : null;
	const { timeout = 0, download } = (number === null ? undefined : tasks[number]) ?? {};
	return {
		...parameters,
		// Blanks around it are ignored
		taskId: 'invalid' in taskId ? taskId.invalid : ` task/${number}`,
		downloadVideos: download?.enabled ?? false,
		downloadSource: download?.source ?? 'resultUrls',
		polling: { ...polling, timeout, onTimeout },
	};
}

function isEngineRequest(output: NodeOutput): output is EngineRequest {
	return output !== null && 'actions' in output;
}

/** The requested node runs first in execution order v1, and last in v0. */
function stackEntriesFor(request: EngineRequest, order: Scenario['executionOrder']) {
	const [action] = request.actions;
	const input: INodeExecutionData[] = [{ json: saved(action?.input ?? {}) as IDataObject }];
	const marked: Partial<IExecuteData> = {
		node: { ...NODE },
		metadata: { preserveSourceOverwrite: true },
	};
	const requestedEntry: StackEntry = { response: FRESH, run: { input, entry: marked } };
	const metadata = saved(request.metadata) as EngineResponse['metadata'];
	const returnEntry: StackEntry = { response: { actionResponses: [], metadata }, run: {} };
	return order === 'v1'
		? { first: requestedEntry, second: returnEntry }
		: { first: returnEntry, second: requestedEntry };
}

/** As read back from n8n's database. */
function saved<T>(data: T): T {
	return JSON.parse(JSON.stringify(data)) as T;
}

interface Sleep {
	/** When n8n resumes the execution, on the computer's clock. */
	readonly until: number;
	readonly first: StackEntry;
	readonly second: StackEntry;
	readonly cancel: AbortSignal;
}

/** Resolves with the entry that resumes the run, when its time has come, or before that after a callback. */
async function sleepUntilResumed(
	node: NodeClass,
	{ callbacks, tasks }: Scenario,
	{ until, first, second, cancel }: Sleep,
): Promise<StackEntry> {
	const coming = callbacks
		.filter(({ atMs }) => atMs > time.elapsed)
		.sort((a, b) => a.atMs - b.atMs);
	for (const { atMs, task } of coming) {
		const callAt = Date.now() + atMs - time.elapsed;
		if (callAt >= until) break;
		await sleepUntil(callAt, cancel);
		const taskId = task === null ? 'another' : `task/${task % tasks.length}`;
		const resumed = toStackEntry(second);
		if (await callWebhook(node, [toStackEntry(first), resumed], taskId)) {
			return fromStackEntry(second, resumed);
		}
	}
	await sleepUntil(until, cancel);
	return second;
}

/** What n8n has on its stack. */
function toStackEntry({ response, run }: StackEntry): IExecuteData {
	const subNodeExecutionData = { actions: [], metadata: response.metadata as object };
	const { input } = run;
	return {
		node: { ...NODE },
		data: { main: [[...(input ?? [])]] },
		source: null,
		metadata: input === undefined ? { subNodeExecutionData } : { ...run.entry?.metadata },
	};
}

function fromStackEntry({ response, run }: StackEntry, changed: IExecuteData): StackEntry {
	const metadata = changed.metadata?.subNodeExecutionData?.metadata;
	return metadata === undefined
		? { response, run: { ...run, input: changed.data.main?.[0] ?? [] } }
		: { response: { ...response, metadata }, run };
}

/** True if the callback resumes the execution. */
async function callWebhook(
	node: NodeClass,
	nodeExecutionStack: IExecuteData[],
	taskId: string,
): Promise<boolean> {
	const response = { status: () => response, json: () => response };
	const context = {
		runExecutionData: { resultData: { runData: {} }, executionData: { nodeExecutionStack } },
		getNode: () => NODE,
		getExecutionId: () => String(time.elapsed),
		getBodyData: () => ({ code: 200, data: { taskId } }),
		getQueryData: () => ({}),
		getResponseObject: () => response,
		getWorkflowSettings: () => ({}),
		isNodeFeatureEnabled: () => false,
	} as unknown as IWebhookFunctions;
	const { workflowData } = await new node().webhook!.call(context);
	return workflowData !== undefined;
}

async function sleepUntil(date: number, cancel: AbortSignal): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		const stop = () => {
			clearTimeout(timer);
			reject(new Error('cancelled while parked'));
		};
		const wake = () => {
			cancel.removeEventListener('abort', stop);
			resolve();
		};
		const timer = setTimeout(wake, Math.max(0, date - Date.now()));
		if (cancel.aborted) stop();
		else cancel.addEventListener('abort', stop, { once: true });
	});
}
