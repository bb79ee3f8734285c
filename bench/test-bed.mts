import type { IWorkflowSettings } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';

import type { Execution, NodeRun } from '../test/n8n-harness/execution.mjs';
import { installN8n } from '../test/n8n-harness/install.mjs';
import type { CredentialReference, N8nClient } from '../test/n8n-harness/client.mjs';
import { shownOnTerminal } from '../test/n8n-harness/system/progress.mjs';
import { packPackage } from '../test/n8n-harness/package-under-test.mjs';
import { preparedTarball, startSandbox, type Sandbox } from '../test/n8n-harness/sandbox.mjs';
import { webhookTrigger, WorkflowBuilder, type NodeSpec } from '../test/n8n-harness/workflows.mjs';
import { startSimulatorProcess, type SimulatorProcess } from '../test/simulator/client.mjs';
import { startMeter, type Meter } from './meter.mjs';

/** What n8n is limited to; executions started by hand don't count. */
export const EXECUTIONS_AT_ONCE = 5;

export interface Measured {
	/** Seconds from the call of the workflow to its answer. */
	readonly wallSeconds: number;
	/** Seconds of CPU time of the n8n process meanwhile. */
	readonly cpuSeconds: number;
	/** By how much the memory of the n8n process grew at the most meanwhile. */
	readonly memoryMiB: number;
	/** The run of the node. */
	readonly node: NodeRun;
}

/** A workflow in production. */
export interface Served {
	readonly workflowId: string;
	call(taskIds: readonly string[]): Promise<void>;
}

/**
 * A workflow that is ready to be run again and again. `onceDone` comes before the execution is fetched, which keeps n8n
 * busier than the whole wait did.
 */
export type Runner = (
	taskIds: readonly string[],
	onceDone?: () => Promise<void>,
) => Promise<Measured>;

/** One real n8n and one simulator, each in a process of its own, for all benchmarks of a run. */
export class Lab {
	private constructor(
		private readonly sandbox: Sandbox,
		readonly meter: Meter,
		readonly simulator: SimulatorProcess,
		readonly credential: CredentialReference,
	) {}

	static async open(): Promise<Lab> {
		await installN8n(shownOnTerminal);
		await packPackage(preparedTarball(), shownOnTerminal);
		const meter = await startMeter();
		return await shownOnTerminal('Starting n8n and the simulator', async () => {
			const simulator = await startSimulatorProcess({ logRequests: 'summaryOnly' });
			const sandbox = await startSandbox({
				env: { ...meter.env, N8N_CONCURRENCY_PRODUCTION_LIMIT: String(EXECUTIONS_AT_ONCE) },
			});
			const { apiKey, baseUrl } = simulator;
			const data = { apiKey, baseUrl };
			const credential = await sandbox.client.createCredential('apikleyApi', data);
			return new Lab(sandbox, meter, simulator, credential);
		});
	}

	get client(): N8nClient {
		return this.sandbox.client;
	}

	/** What n8n has logged so far (the last 4 MB). */
	logs(): string {
		return this.sandbox.n8n.logs();
	}

	/** Puts a node behind a webhook that takes task IDs and gives each as an item: `taskId`. It answers at once. */
	async serve(node: NodeSpec, settings?: IWorkflowSettings): Promise<Served> {
		return await this.serveWith('onReceived', node, settings);
	}

	/** The same, measured from the call of the webhook until it answers when all is done. */
	async prepare(node: NodeSpec): Promise<Runner> {
		const { workflowId, call } = await this.serveWith('lastNode', node);
		return async (taskIds, onceDone = async () => {}) => {
			const before = await this.meter.read();
			const startedAt = performance.now();
			await call(taskIds);
			const wallSeconds = (performance.now() - startedAt) / 1000;
			const after = await this.meter.read();
			await onceDone();
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

	private async serveWith(
		respond: 'onReceived' | 'lastNode',
		node: NodeSpec,
		settings?: IWorkflowSettings,
	): Promise<Served> {
		const { client } = this.sandbox;
		const path = randomUUID();
		const workflow = new WorkflowBuilder(`Bench: ${node.name}`, settings)
			.then(webhookTrigger(path, respond))
			.then(taskItems())
			.then(node)
			.build();
		const saved = await client.createWorkflow(workflow);
		await client.activateWorkflow(saved);
		const call = async (taskIds: readonly string[]) =>
			void (await client.callWebhook(path, { taskIds }));
		return { workflowId: saved.id, call };
	}

	private async lastExecution(workflowId: string): Promise<Execution> {
		const [last] = await this.sandbox.client.listExecutions({ workflowId });
		return await this.sandbox.client.waitForEnd(last?.id ?? '');
	}
}

/** Makes items of a webhook's task IDs, without a Code node, which would do it in another process. */
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
