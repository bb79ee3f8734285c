import type {
	IDataObject,
	INodeExecutionData,
	INodeParameters,
	IWorkflowSettings,
} from 'n8n-workflow';

import type { CredentialReference, N8nClient } from '../../n8n-harness/client.mjs';
import type { Execution, NodeRun } from '../../n8n-harness/execution.mjs';
import { startSandbox, type Sandbox } from '../../n8n-harness/sandbox.mjs';
import type { RunningN8n, StartOptions } from '../../n8n-harness/server.mjs';
import {
	apikleyVeo,
	items,
	manualTrigger,
	WorkflowBuilder,
	type NodeSpec,
} from '../../n8n-harness/workflows.mjs';
import type { Simulator } from '../../simulator/controls.mjs';
import { startSimulator } from '../../simulator/simulator.mjs';

/** Long and odd enough to be found nowhere by chance. */
export const API_KEY = 'apikley-e2e-4f9d27c1b86e53a0';

export const NODE = 'Apikley Veo';

/** A machine under load takes its time; nothing here is waited for by the clock. */
const PATIENCE_MS = 120_000;

/** What the node is given, and how it is set. */
export interface NodeSetup {
	/** One item each. */
	items: readonly IDataObject[];
	/** `taskId` is the item's own unless given here. */
	parameters?: INodeParameters;
	/** Node settings such as `onError`. */
	node?: Partial<NodeSpec>;
	settings?: IWorkflowSettings;
}

/** How the node came out of an execution. */
export interface NodeResult {
	execution: Execution;
	run: NodeRun;
	/** The JSON of the items of each output. */
	outputs: IDataObject[][];
	/** The JSON of the first output's items. */
	json: IDataObject[];
}

/** A real n8n with the package in it, a simulator, and a saved credential that fits the simulator. */
export class Lab {
	private constructor(
		private sandbox: Sandbox,
		readonly simulator: Simulator,
		readonly credential: CredentialReference,
	) {}

	static async open(env: StartOptions['env'] = {}): Promise<Lab> {
		return await Lab.openIn(async () => await startSandbox({ env }));
	}

	/** In an n8n of another make. */
	static async openIn(start: () => Promise<Sandbox>): Promise<Lab> {
		const simulator = await startSimulator({ apiKey: API_KEY });
		try {
			const sandbox = await start();
			const { baseUrl } = simulator;
			const data = { apiKey: API_KEY, baseUrl };
			const credential = await sandbox.client.createCredential('apikleyApi', data, 'Apikley');
			return new Lab(sandbox, simulator, credential);
		} catch (error) {
			await simulator.close();
			throw error;
		}
	}

	get n8n(): RunningN8n {
		return this.sandbox.n8n;
	}

	get client(): N8nClient {
		return this.sandbox.client;
	}

	/** Start → Items → Apikley Veo; what is added next stands behind the node. */
	workflow({ items: list, parameters = {}, node = {}, settings }: NodeSetup): WorkflowBuilder {
		return new WorkflowBuilder('Test', settings)
			.then(manualTrigger())
			.then(items(list))
			.then(apikleyVeo({ taskId: '={{ $json.taskId }}', ...parameters }, this.credential, node));
	}

	/** Runs that workflow to its end. */
	run = async (setup: NodeSetup): Promise<NodeResult> =>
		await this.runWorkflow(this.workflow(setup));

	async runWorkflow(workflow: WorkflowBuilder): Promise<NodeResult> {
		return resultOf(await this.client.runToEnd(workflow.build()));
	}

	/** Ends n8n, `kill` as a power cut would, and starts it on the same data: at another address, maybe. */
	async restart(how: 'stop' | 'kill'): Promise<void> {
		this.sandbox = await this.sandbox.restart(how);
	}

	async close(): Promise<void> {
		await this.sandbox.close();
		await this.simulator.close();
	}
}

/** Throws an Error when the node did not run. */
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

let opened: Lab | undefined;

/** The lab of this test file, inside a test. Throws an Error before the first test. */
export function lab(): Lab {
	if (opened === undefined) throw new Error('The lab opens before the first test');
	return opened;
}

/** One lab for all tests of a file, from before the first to after the last; the simulator starts afresh for each. */
export function useLab(env: StartOptions['env'] = {}): void {
	useLabOf(async () => await Lab.open(env));
}

/** The same, or for all tests of a `describe`, with a lab that is opened in another way. */
export function useLabOf(open: () => Promise<Lab>): void {
	jest.setTimeout(PATIENCE_MS);
	beforeAll(async () => {
		opened = await open();
	});
	beforeEach(() => opened?.simulator.reset());
	afterAll(async () => await opened?.close());
}
