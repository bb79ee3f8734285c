/** Calls the built node as n8n does. */
import { createRequire } from 'node:module';
import path from 'node:path';

import type {
	EngineResponse,
	IDataObject,
	IExecuteData,
	INodeExecutionData,
	INodeType,
	IWebhookFunctions,
	IWebhookResponseData,
	NodeOutput,
} from 'n8n-workflow';

import { fakeContext, NODE } from '../unit/support/fakeContext';
import type { Callback } from './creations/callbacks.mjs';
import { promptFor, RESUME_URLS } from './creations/scripted-creation.mjs';
import type { ScriptedFaults } from './faults.mjs';
import type { ProcessedLists } from './processed-lists.mjs';
import { creates } from './scenario-queries.mjs';
import type { Scenario, ScriptedItem } from './scenario.mjs';
import type { ScriptedApi } from './scripted-api.mjs';
import type { RunKey } from './trace.mjs';
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
	readonly executionId: string;
	readonly api: ScriptedApi;
	readonly videoHost: ScriptedVideoHost;
	readonly disk: ScriptedDisk;
	readonly faults: ScriptedFaults;
	readonly lists: ProcessedLists;
}

const NEVER = new Promise<never>(() => {});

/** An entry of n8n's stack. */
export interface StackEntry {
	readonly execution: IExecuteData;
	/** Null for that of the user's items. */
	readonly input: INodeExecutionData[] | null;
}

export interface Call {
	readonly run: RunKey;
	readonly entry: StackEntry;
	readonly response: EngineResponse;
	readonly nodeContext: IDataObject;
	readonly cancel: AbortSignal;
	/** Aborted when n8n's process is killed. What is left of the node's code then reaches nothing any more. */
	readonly killed: AbortSignal;
}

export class NodeCaller {
	constructor(
		private readonly node: NodeClass,
		private readonly scenario: Scenario,
		private readonly environment: Environment,
	) {}

	/** What n8n passes to the node is changed by it. */
	execute({ run, entry, response, nodeContext, cancel, killed }: Call) {
		const { scenario, environment } = this;
		const { api, videoHost, disk, faults, lists } = environment;
		const { operation, whileWaiting, executionOrder, onError, outputMode, options } = scenario;
		const reach = async <T,>(result: () => T) => (killed.aborted ? await NEVER : await result());
		const fake = fakeContext({
			parameters: { operation, whileWaiting, outputMode, options },
			items: scenario.items.map((item, at) => parametersOf(item, at, run.edition, scenario)),
			onError,
			executionOrder,
			cancel,
			respond: async (_, __, request) => await reach(async () => await api.respond(request)),
			video: async (request) => await reach(async () => await videoHost.respond(request)),
			store: disk.store,
			credential: async () => await reach(() => faults.credential()),
			nodeContext,
			...(entry.input !== null && { input: entry.input }),
		});
		const context = Object.assign(fake.context, {
			getExecutionId: () => environment.executionId,
			getExecuteData: () => entry.execution,
			evaluateExpression: (expression: string) =>
				expression.includes('$runIndex') ? run.runIndex : resumeUrlIn(scenario),
			helpers: { ...fake.context.helpers, ...lists.helpersFor(entry.execution, killed) },
			...newFunctions(scenario),
		});
		faults.install(context, entry.input === null, killed);
		const output = new this.node().execute!.call(context, response) as Promise<NodeOutput>;
		return { output, waitTill: fake.waitTill, hints: fake.hints };
	}

	/** `stack`: n8n's, which the webhook changes. */
	async webhook(stack: readonly IExecuteData[], { body, token }: Callback): Promise<Called> {
		const sent: string[] = [];
		const runExecutionData = {
			resultData: { runData: {} },
			executionData: { nodeExecutionStack: stack },
		};
		const context = {
			runExecutionData,
			getNode: () => NODE,
			getExecutionId: () => this.environment.executionId,
			getBodyData: () => body,
			getQueryData: () => ({
				signature: 'secret-of-n8n',
				...(token !== null && { creation: token }),
			}),
			getResponseObject: () => ({
				status: () => ({ json: (message: unknown) => void sent.push(JSON.stringify(message)) }),
			}),
			getWorkflowSettings: () => ({}),
			...newFunctions(this.scenario),
		} as unknown as IWebhookFunctions;
		const returned = await new this.node().webhook!.call(context);
		return { returned, sent: sent.join() };
	}
}

export interface Called {
	readonly returned: IWebhookResponseData;
	/** To the caller. */
	readonly sent: string;
}

/** Those that tell a new n8n from an old one. */
function newFunctions({ isOldN8n }: Scenario) {
	return isOldN8n ? {} : { isNodeFeatureEnabled: () => false };
}

function resumeUrlIn({ creations: { callBack } }: Scenario): string {
	return callBack === 'privateN8n' ? RESUME_URLS.private : RESUME_URLS.public;
}

function parametersOf(
	{ taskId, onTimeout, creations, callbacks, output, ...parameters }: ScriptedItem,
	itemIndex: number,
	edition: number,
	{ tasks, polling, operation, creations: { maxVideos, callBack } }: Scenario,
) {
	const isInvalid = 'invalid' in taskId;
	const number = isInvalid ? null : taskId.task % tasks.length;
	const { timeout = 0, download, waits, upgrade } = (number === null ? null : tasks[number]) ?? {};
	const isUpgrade = operation === 'get1080p';
	return {
		...parameters,
		// Blanks around it are ignored
		taskId: isInvalid ? taskId.invalid : ` task/${number}`,
		downloadVideos: download?.enabled ?? false,
		downloadSource: (isUpgrade ? null : download?.source) ?? 'resultUrls',
		polling: { ...polling, timeout, onTimeout, wakeOnCallback: callBack !== 'off' },
		output: isUpgrade ? 'structured' : output,
		waitForCompletion: waits ?? true,
		videoIndex: upgrade?.index ?? 0,
		...(creates(operation) && {
			prompt:
				isInvalid && operation === 'generate' ? taskId.invalid : promptFor(itemIndex, edition),
			generationOptions: {
				maxVideos,
				...(callBack === 'user' && { callBackUrl: 'https://hooks.example.com/mine' }),
			},
		}),
	};
}
