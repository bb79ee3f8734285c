import type { AxiosResponse } from 'axios';
import type {
	IDataObject,
	INodeExecutionData,
	INodeParameters,
	IWorkflowSettings,
} from 'n8n-workflow';
import { randomUUID } from 'node:crypto';

import type { CredentialReference, N8nClient } from '../../n8n-harness/client.mjs';
import type { Execution, NodeRun } from '../../n8n-harness/execution.mjs';
import { startSandbox, type Sandbox } from '../../n8n-harness/sandbox.mjs';
import type { RunningN8n, StartOptions } from '../../n8n-harness/server.mjs';
import { WebhookSink } from '../../n8n-harness/webhook-sink.mjs';
import {
	apikleyVeo,
	items,
	manualTrigger,
	webhookTrigger,
	WorkflowBuilder,
	type NodeSpec,
} from '../../n8n-harness/workflows.mjs';
import type { Simulator } from '../../simulator/controls.mjs';
import { startSimulator } from '../../simulator/simulator.mjs';
import { ExecutionWatcher } from './execution-watcher.mjs';
import { parked } from './parking.mjs';

/** Long and unusual enough to appear nowhere by chance. */
export const API_KEY = 'apikley-e2e-4f9d27c1b86e53a0';

export const NODE = 'Apikley Veo';

/** The workflow settings of the editor. */
export const AS_CREATED = { executionOrder: 'v1' } as const;

/** Generous for a machine under load: no test waits for the clock. */
const TIMEOUT_MS = 600_000;

export interface TestBedOptions {
	/** More environment variables for n8n. */
	env?: StartOptions['env'];
	/** Starts n8n in another way. */
	start?: () => Promise<Sandbox>;
	/** The node parks its waits, and `run` expects it to. */
	parks?: boolean;
}

/** The input and the settings of the node. */
export interface NodeSetup {
	/** The JSON of each input item. */
	items: readonly IDataObject[];
	/** `taskId` is the item's own unless given here. */
	parameters?: INodeParameters;
	/** Node settings such as `onError`. */
	node?: Partial<NodeSpec>;
	settings?: IWorkflowSettings;
}

/** The node's part of an execution. */
export interface NodeResult {
	execution: Execution;
	run: NodeRun;
	/** The JSON of the items of each output. */
	outputs: IDataObject[][];
	/** The JSON of the first output's items. */
	json: IDataObject[];
}

interface ActiveWorkflow {
	id: string;
	/** Calls its webhook. */
	call(body: IDataObject): Promise<AxiosResponse>;
}

interface WebhookOptions {
	settings?: IWorkflowSettings;
	responds?: 'onReceived' | 'lastNode';
}

/** A real n8n with the package, a simulator with a saved credential, and a sink for posts. Its functions can be destructured. */
export class TestBed {
	readonly watcher = new ExecutionWatcher(() => this.client);

	private constructor(
		private sandbox: Sandbox,
		readonly simulator: Simulator,
		readonly sink: WebhookSink,
		readonly credential: CredentialReference,
		private readonly parks: boolean,
	) {}

	static async open(options: TestBedOptions = {}): Promise<TestBed> {
		const { env = {}, start = async () => await startSandbox({ env }), parks = false } = options;
		const simulator = await startSimulator({ apiKey: API_KEY });
		const sink = await WebhookSink.open();
		try {
			const sandbox = await start();
			const data = { apiKey: API_KEY, baseUrl: simulator.baseUrl };
			const { client } = sandbox;
			const credential = await client.createCredential('apikleyApi', data, 'Apikley account');
			return new TestBed(sandbox, simulator, sink, credential, parks);
		} catch (error) {
			await Promise.all([simulator.close(), sink.close()]);
			throw error;
		}
	}

	get n8n(): RunningN8n {
		return this.sandbox.n8n;
	}

	get client(): N8nClient {
		return this.sandbox.client;
	}

	/** Adds tasks that are generating at the first lookup and have succeeded at the second. Returns an item for each. */
	addTasks = (...taskIds: string[]): IDataObject[] => {
		this.simulator.addTasks(taskIds.map((taskId) => ({ taskId, durationLookups: 1 })));
		return taskIds.map((taskId, row) => ({ taskId, row }));
	};

	/** Saves another credential. */
	createCredential = async (baseUrl: string): Promise<CredentialReference> =>
		await this.client.createCredential('apikleyApi', { apiKey: API_KEY, baseUrl });

	/** How often a task was looked up. */
	lookups = (taskId: string): number => this.simulator.requests({ taskId }).length;

	node = ({ parameters, ...more }: Partial<NodeSpec> = {}): NodeSpec => {
		const defaults = { taskId: '={{ $json.taskId }}', ...(this.parks && parked()) };
		return apikleyVeo({ ...defaults, ...parameters }, this.credential, more);
	};

	/** Start → Items → Apikley Veo. The next node goes after the latter. */
	workflow = ({ items: list, parameters, node, settings = AS_CREATED }: NodeSetup) =>
		new WorkflowBuilder('Test', settings)
			.then(manualTrigger())
			.then(items(list))
			.then(this.node({ ...(parameters && { parameters }), ...node }));

	/** Runs that workflow to its end. */
	run = async (setup: NodeSetup): Promise<NodeResult> =>
		await this.runWorkflow(this.workflow(setup));

	runWorkflow = async (workflow: WorkflowBuilder): Promise<NodeResult> =>
		resultOf(await this.runToEnd(workflow));

	runToEnd = async (workflow: WorkflowBuilder): Promise<Execution> =>
		this.parks
			? await this.watcher.waitForEnd(await this.park(workflow))
			: await this.client.runToEnd(workflow.build());

	/** Starts a workflow by hand. Resolves with the execution's ID when it is parked. */
	park = async (workflow: WorkflowBuilder): Promise<string> => {
		const id = await this.client.start(workflow.build());
		await this.watcher.waitUntilParked(id);
		return id;
	};

	/** Activates a workflow that a webhook starts. `fill` adds the nodes after the webhook. */
	activate = async (
		fill: (webhook: WorkflowBuilder) => WorkflowBuilder,
		{ settings = AS_CREATED, responds = 'onReceived' }: WebhookOptions = {},
	): Promise<ActiveWorkflow> => {
		const path = randomUUID();
		const webhook = new WorkflowBuilder('Webhook', settings).then(webhookTrigger(path, responds));
		const saved = await this.client.createWorkflow(fill(webhook).build());
		await this.client.activateWorkflow(saved);
		return { id: saved.id, call: async (body) => await this.client.callWebhook(path, body) };
	};

	/**
	 * Ends n8n (`kill`: as a power failure would) and starts it on the same data, maybe at another address. `tarball`: with
	 * another build of the package.
	 */
	restart = async (how: 'stop' | 'kill', tarball?: string): Promise<void> => {
		this.sandbox = await this.sandbox.restart(how, tarball);
	};

	close = async (): Promise<void> => {
		await this.sandbox.close();
		await Promise.all([this.simulator.close(), this.sink.close()]);
	};
}

/** Throws an Error if the node did not run. */
export function resultOf(execution: Execution): NodeResult {
	const run = execution.nodes[NODE];
	if (run === undefined) {
		throw new Error(`The node did not run: ${JSON.stringify(execution.error)}`);
	}
	const outputs = run.outputs.map(jsonOf);
	return { execution, run, outputs, json: outputs[0] ?? [] };
}

export function jsonOf(list: readonly INodeExecutionData[] | undefined): IDataObject[] {
	return (list ?? []).map(({ json }) => json);
}

let opened: TestBed | undefined;

/** The test bed of this file or `describe`. Throws an Error before the first test. */
export function testBed(): TestBed {
	if (opened === undefined) throw new Error('The test bed opens before the first test');
	return opened;
}

/** Opens one test bed for all tests of a file or `describe`, which run one after another. Each gets a reset simulator. */
export function useTestBed(open: TestBedOptions | (() => Promise<TestBedOptions>) = {}): void {
	useSharedTestBed(open);
	beforeEach(() => opened?.simulator.reset());
}

/** Opens one test bed for all tests of a file, which run in parallel. Each uses its own tasks. */
export function useSharedTestBed(
	options: TestBedOptions | (() => Promise<TestBedOptions>) = {},
): void {
	jest.setTimeout(TIMEOUT_MS);
	beforeAll(async () => {
		opened = await TestBed.open(typeof options === 'function' ? await options() : options);
	});
	afterAll(async () => await opened?.close());
}
