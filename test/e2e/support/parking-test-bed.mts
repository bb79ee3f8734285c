import type { AxiosResponse } from 'axios';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';

import type { CredentialReference, N8nClient } from '../../n8n-harness/client.mjs';
import type { Execution } from '../../n8n-harness/execution.mjs';
import { Inbox } from '../../n8n-harness/webhook-sink.mjs';
import {
	apikleyVeo,
	webhookTrigger,
	WorkflowBuilder,
	type NodeSpec,
} from '../../n8n-harness/workflows.mjs';
import type { Simulator } from '../../simulator/controls.mjs';
import { ExecutionWatch } from './execution-watcher.mjs';
import { Lab, resultOf, type NodeResult, type NodeSetup } from './test-bed.mjs';

/** The tests run side by side, each as long as n8n takes for all. */
const PATIENCE_MS = 400_000;

/** n8n looks for parked executions once a minute, so the node parks for no shorter time. */
export const SHORTEST_GAP_S = 65;

/** Settings of a workflow as the editor creates it. */
export const AS_CREATED = { executionOrder: 'v1' } as const;

/** Wait Until Complete, parked as soon as the first lookup finds the task not ended. */
export function parked(polling: INodeParameters = {}, more: INodeParameters = {}): INodeParameters {
	return {
		operation: 'waitUntilComplete',
		whileWaiting: 'park',
		polling: { parkAfter: 0, ...polling },
		...more,
	};
}

/** The item of a task that ended while the execution was parked. */
export const endedWhileParked = (taskId: string, status = 'succeeded', lookups = 2) =>
	expect.objectContaining({
		taskId,
		status,
		wait: { lookups, waitedSeconds: expect.any(Number), timedOut: false },
	});

/** A lab for waits that are parked side by side. Its functions can be taken out of it. */
export class ParkingLab {
	private constructor(
		private readonly lab: Lab,
		readonly inbox: Inbox,
		readonly watch: ExecutionWatch,
	) {}

	static async open(env: Readonly<Record<string, string>>): Promise<ParkingLab> {
		return await ParkingLab.around(await Lab.open(env));
	}

	static async around(lab: Lab): Promise<ParkingLab> {
		return new ParkingLab(lab, await Inbox.open(), new ExecutionWatch(() => lab.client));
	}

	get client(): N8nClient {
		return this.lab.client;
	}

	get credential(): CredentialReference {
		return this.lab.credential;
	}

	get simulator(): Simulator {
		return this.lab.simulator;
	}

	/** Tasks of which the first lookup finds that they generate, and the second that they have succeeded. */
	tasks = (...taskIds: string[]): IDataObject[] => {
		this.simulator.addTasks(taskIds.map((taskId) => ({ taskId, durationLookups: 1 })));
		return taskIds.map((taskId, row) => ({ taskId, row }));
	};

	/** How often a task was looked up. */
	lookups = (taskId: string): number => this.simulator.requests({ taskId }).length;

	/** The node, parked, for a workflow that is not of the usual form. */
	node = ({ parameters, ...more }: Partial<NodeSpec> = {}): NodeSpec => {
		const taskId = '={{ $json.taskId }}';
		return apikleyVeo({ taskId, ...parked(), ...parameters }, this.lab.credential, more);
	};

	/** Start → Items → Apikley Veo, parked unless told otherwise. */
	workflow = ({ parameters = parked(), settings = AS_CREATED, ...setup }: NodeSetup) =>
		this.lab.workflow({ ...setup, parameters, settings });

	/** Starts a workflow by hand and returns the execution's ID once it is parked. */
	park = async (workflow: WorkflowBuilder): Promise<string> => {
		const id = await this.client.start(workflow.build());
		await this.watch.untilParked(id);
		return id;
	};

	/** The same, to its end. */
	runToEnd = async (workflow: WorkflowBuilder): Promise<Execution> =>
		await this.watch.untilEnded(await this.park(workflow));

	run = async (setup: NodeSetup): Promise<NodeResult> =>
		resultOf(await this.runToEnd(this.workflow(setup)));

	/** Turns on a workflow that a webhook starts; `fill` adds what stands behind it. */
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

	restart: Lab['restart'] = async (how) => await this.lab.restart(how);

	close = async (): Promise<void> => {
		await this.lab.close();
		await this.inbox.close();
	};
}

interface ActiveWorkflow {
	id: string;
	/** Calls its webhook. */
	call(body: IDataObject): Promise<AxiosResponse>;
}

interface WebhookOptions {
	settings?: NodeSetup['settings'];
	responds?: 'onReceived' | 'lastNode';
}

let opened: ParkingLab | undefined;

/** The lab of this test file, inside a test. Throws an Error before the first test. */
export function lab(): ParkingLab {
	if (opened === undefined) throw new Error('The lab opens before the first test');
	return opened;
}

/** One lab for all tests of a file, which run side by side: each has tasks of its own. */
export function useParkingLab(env: Readonly<Record<string, string>> = {}): void {
	jest.setTimeout(PATIENCE_MS);
	beforeAll(async () => {
		opened = await ParkingLab.open(env);
	});
	afterAll(async () => await opened?.close());
}
