/** As much of n8n as runs the node: its parameters, what comes out, and coming back to a parked execution. */
import { createRequire } from 'node:module';
import path from 'node:path';

import type {
	EngineRequest,
	EngineResponse,
	IDataObject,
	IExecuteData,
	INodeExecutionData,
	INodeType,
	NodeOutput,
} from 'n8n-workflow';

import { fakeContext, FRESH, NODE, type FakeRun } from '../unit/support/fakeContext';
import type { Script, ScriptedItem } from './scenario.mjs';
import type { ScriptedServer } from './server.mjs';
import type { ScriptedDisk } from './videos/disk.mjs';
import type { ScriptedVideoHost } from './videos/host.mjs';

/** The built node, as n8n loads it. */
export type NodeClass = new () => INodeType;

export function loadNode(dist: string): NodeClass {
	const file = path.join(dist, 'nodes', 'ApikleyVeo', 'ApikleyVeo.node.js');
	return (createRequire(import.meta.url)(file) as { ApikleyVeo: NodeClass }).ApikleyVeo;
}

/** All that the node meets. */
export interface World {
	readonly server: ScriptedServer;
	readonly videoHost: ScriptedVideoHost;
	readonly disk: ScriptedDisk;
}

/** One of the two entries of n8n's stack that parking makes. */
interface StackEntry {
	readonly response: EngineResponse;
	readonly run: Partial<FakeRun>;
}

/** Runs the script's items through the node, with all parking in between. */
export async function runNode(
	node: NodeClass,
	script: Script,
	world: World,
	cancel: AbortSignal,
): Promise<INodeExecutionData[][]> {
	let entry: StackEntry = { response: FRESH, run: {} };
	for (let rounds = 0; ; rounds++) {
		const output = await execute(node, script, world, cancel, entry).output;
		if (!isRequest(output)) return output ?? [];
		const { first, second } = entriesFor(output, script.executionOrder);
		const { output: asleep, waitTill } = execute(node, script, world, cancel, first);
		await asleep;
		const [until] = waitTill;
		if (until === undefined || waitTill.length > 1) throw new Error('not put to wait once');
		const late = script.lateMs[rounds % script.lateMs.length] ?? 0;
		await wakeAt(until.getTime() + late, cancel);
		entry = second;
	}
}

function execute(
	node: NodeClass,
	{ operation, whileWaiting, executionOrder, onError, outputMode, ...script }: Script,
	{ server, videoHost, disk }: World,
	cancel: AbortSignal,
	{ response, run }: StackEntry,
) {
	const { options } = script;
	const fake = fakeContext({
		parameters: { operation, whileWaiting, outputMode, options },
		items: script.items.map((item) => parametersOf(item, script)),
		onError,
		executionOrder,
		cancel,
		respond: async (taskId, _, request) => await server.respond(taskId, request),
		video: async (request) => await videoHost.respond(request),
		store: disk.store,
		...run,
	});
	const output = new node().execute!.call(fake.context, response) as Promise<NodeOutput>;
	return { output, waitTill: fake.waitTill };
}

function parametersOf(item: ScriptedItem, { tasks, polling }: Pick<Script, 'tasks' | 'polling'>) {
	const { asks, failedTask, onTimeout, output, binaryProperty } = item;
	const task = 'task' in asks ? asks.task % tasks.length : null;
	const { timeout = 0, download } = (task === null ? undefined : tasks[task]) ?? {};
	return {
		// Blanks around it don't matter
		taskId: 'nonsense' in asks ? asks.nonsense : ` task-${task}`,
		failedTask,
		output,
		binaryProperty,
		downloadVideos: download?.wanted ?? false,
		downloadSource: download?.source ?? 'resultUrls',
		polling: { ...polling, timeout, onTimeout },
	};
}

function isRequest(output: NodeOutput): output is EngineRequest {
	return output !== null && 'actions' in output;
}

/** The node that was asked for comes first in the order v1, and last in the old one. */
function entriesFor(request: EngineRequest, order: Script['executionOrder']) {
	const [action] = request.actions;
	const input: INodeExecutionData[] = [{ json: saved(action?.input ?? {}) as IDataObject }];
	const marked: Partial<IExecuteData> = {
		node: { ...NODE },
		metadata: { preserveSourceOverwrite: true },
	};
	const asked: StackEntry = { response: FRESH, run: { input, entry: marked } };
	const metadata = saved(request.metadata) as EngineResponse['metadata'];
	const back: StackEntry = { response: { actionResponses: [], metadata }, run: {} };
	return order === 'v1' ? { first: asked, second: back } : { first: back, second: asked };
}

/** Through n8n's database. */
function saved<T>(data: T): T {
	return JSON.parse(JSON.stringify(data)) as T;
}

async function wakeAt(date: number, cancel: AbortSignal): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		const timer = setTimeout(
			() => {
				cancel.removeEventListener('abort', stop);
				resolve();
			},
			Math.max(0, date - Date.now()),
		);
		const stop = () => {
			clearTimeout(timer);
			reject(new Error('cancelled while parked'));
		};
		if (cancel.aborted) stop();
		else cancel.addEventListener('abort', stop, { once: true });
	});
}
