import type { INodeParameters, IWorkflowSettings } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';

import type { CredentialReference, N8nClient } from '../test/n8n-harness/client.mjs';
import type { Execution, NodeRun } from '../test/n8n-harness/execution.mjs';
import { prepareSandboxes, startSandbox, type Sandbox } from '../test/n8n-harness/sandbox.mjs';
import { shownOnTerminal } from '../test/n8n-harness/system/progress.mjs';
import {
	apikleyVeo,
	webhookTrigger,
	WorkflowBuilder,
	type NodeSpec,
} from '../test/n8n-harness/workflows.mjs';
import { startSimulatorProcess, type SimulatorProcess } from '../test/simulator/client.mjs';
import type { SimulatorSettings } from '../test/simulator/settings.mjs';
import type { TaskScript } from '../test/simulator/task-script.mjs';
import { startMeter, type Meter, type Reading } from './meter.mjs';
import { callWebhook } from './webhook.mjs';

/** The limit on production executions. Executions started by hand don't count. */
export const MAX_EXECUTIONS = 5;

/** Saves nothing of an execution that succeeded. */
export const SUCCESS_NOT_SAVED = {
	executionOrder: 'v1',
	saveDataSuccessExecution: 'none',
} as const satisfies IWorkflowSettings;

type Tasks = ReadonlyArray<Pick<TaskScript, 'taskId'>>;

export interface Measured {
	/** Seconds from the call of the workflow's webhook to its response. */
	readonly wallSeconds: number;
	/** Seconds of CPU time that the n8n process used meanwhile. */
	readonly cpuSeconds: number;
	/** The largest growth of the n8n process's memory meanwhile. */
	readonly memoryMiB: number;
	/** The run of the node. */
	readonly node: NodeRun;
}

/** A workflow in production. */
export interface ServedWorkflow {
	readonly workflowId: string;
	/** Resolves when the webhook has responded. Rejects unless it did so with HTTP 200. */
	call(tasks: Tasks): Promise<void>;
}

/**
 * Runs a prepared workflow, any number of times. `onceDone` receives the meter's reading at the response. It runs before
 * the execution is fetched, because fetching it keeps n8n busier than the whole wait did.
 */
export type Runner = (
	tasks: Tasks,
	onceDone?: (atResponse: Reading) => Promise<void>,
) => Promise<Measured>;

/** One real n8n and one simulator, each in its own process, for all benchmarks of a run. */
export class TestBed {
	private constructor(
		private readonly sandbox: Sandbox,
		readonly meter: Meter,
		readonly simulator: SimulatorProcess,
		readonly credential: CredentialReference,
	) {}

	static async open(): Promise<TestBed> {
		await prepareSandboxes();
		const meter = await startMeter();
		return await shownOnTerminal('Starting n8n and the simulator', async () => {
			const simulator = await startSimulatorProcess({ logHeaders: false });
			const sandbox = await startSandbox({
				env: { ...meter.env, N8N_CONCURRENCY_PRODUCTION_LIMIT: String(MAX_EXECUTIONS) },
			});
			const { apiKey, baseUrl } = simulator;
			const data = { apiKey, baseUrl };
			const credential = await sandbox.client.createCredential('apikleyApi', data);
			return new TestBed(sandbox, meter, simulator, credential);
		});
	}

	get client(): N8nClient {
		return this.sandbox.client;
	}

	/** The address of n8n, without a slash at the end. */
	get url(): string {
		return this.sandbox.n8n.url;
	}

	/** What n8n has logged so far (the last 4 MB). */
	logs(): string {
		return this.sandbox.n8n.logs();
	}

	/** Our node, with the task ID of each item. */
	veoNode(parameters: INodeParameters): NodeSpec {
		return apikleyVeo({ taskId: '={{ $json.taskId }}', ...parameters }, this.credential);
	}

	/** Resets the simulator to these tasks, which start now. */
	async simulate(
		tasks: readonly TaskScript[],
		settings: Partial<SimulatorSettings> = {},
	): Promise<void> {
		await this.simulator.reset();
		await this.simulator.setOptions(settings);
		await this.simulator.addTasks(tasks);
	}

	/** Serves a node with a webhook that responds at the end, and measures each run up to its response. */
	async prepare(node: NodeSpec): Promise<Runner> {
		const { workflowId, call } = await this.serve(node, {}, 'lastNode');
		return async (tasks, onceDone = async () => {}) => {
			const before = await this.meter.read();
			const startedAt = performance.now();
			await call(tasks);
			const wallSeconds = (performance.now() - startedAt) / 1000;
			const after = await this.meter.read();
			await onceDone(after);
			const cpuSeconds = after.cpuSeconds - before.cpuSeconds;
			const memoryMiB = after.peakMiB - before.memoryMiB;
			const execution = await this.lastExecution(workflowId);
			return { wallSeconds, cpuSeconds, memoryMiB, node: nodeRun(execution, node.name) };
		};
	}

	async close(): Promise<void> {
		await this.sandbox.close();
		await this.simulator.stop();
	}

	/** Puts a node after a webhook that receives task IDs and outputs an item for each. The webhook responds at once. */
	async serve(
		node: NodeSpec,
		settings?: IWorkflowSettings,
		respond: 'onReceived' | 'lastNode' = 'onReceived',
	): Promise<ServedWorkflow> {
		const path = randomUUID();
		const workflow = new WorkflowBuilder(`Bench: ${node.name}`, settings)
			.then(webhookTrigger(path, respond))
			.then(taskItems())
			.then(node)
			.build();
		const saved = await this.client.createWorkflow(workflow);
		await this.client.activateWorkflow(saved);
		const call = async (tasks: Tasks) =>
			await callWebhook(this.client, path, { taskIds: tasks.map(({ taskId }) => taskId) });
		return { workflowId: saved.id, call };
	}

	private async lastExecution(workflowId: string): Promise<Execution> {
		const [last] = await this.client.listExecutions({ workflowId });
		return await this.client.waitForEnd(last?.id ?? '');
	}
}

/** Tasks named `prefix-0`, `prefix-1` and so on, with what `script` adds to each. */
export function createTasks(
	prefix: string,
	count: number,
	script: (n: number) => Partial<TaskScript> = () => ({}),
): TaskScript[] {
	return Array.from({ length: count }, (_, n) => ({ taskId: `${prefix}-${n}`, ...script(n) }));
}

/** Throws an Error unless the node output `count` tasks as succeeded. */
export function expectSucceeded({ node }: Measured, count: number): void {
	const items = node.outputs[0] ?? [];
	const succeeded = items.filter(({ json }) => json.status === 'succeeded');
	if (succeeded.length !== count) {
		throw new Error(`Only ${succeeded.length} of ${count} tasks came out as succeeded`);
	}
}

/** Turns the webhook's task IDs into items. A Code node would do so in another process. */
function taskItems(): NodeSpec {
	return {
		name: 'Tasks',
		type: 'n8n-nodes-base.splitOut',
		typeVersion: 1,
		parameters: {
			fieldToSplitOut: 'body.taskIds',
			options: { destinationFieldName: 'taskId' },
		},
	};
}

function nodeRun(execution: Execution, name: string): NodeRun {
	const run = execution.nodes[name];
	if (run === undefined || execution.status !== 'success') {
		throw new Error(`${name} did not run: ${JSON.stringify(execution.error)}`);
	}
	return run;
}
