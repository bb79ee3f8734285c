import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import type { Simulator } from '../../simulator/controls.mjs';
import { startSimulator } from '../../simulator/simulator.mjs';
import type { TaskScript } from '../../simulator/task-script.mjs';
import { startNode, type NodeRun, type RunningNode, type RunResult } from './node-run.mjs';

/** The API of the tests in this file. */
export let simulator: Simulator;

/** Generous, so that a test fails by what it finds, not by how busy the machine is. */
const TEST_TIMEOUT_MS = 60_000;

/** One simulator for all tests of a file, as new for each of them. */
export function useSimulator(): void {
	jest.setTimeout(TEST_TIMEOUT_MS);
	beforeAll(async () => {
		simulator = await startSimulator();
	});
	afterEach(() => simulator.reset());
	afterAll(async () => await simulator.close());
}

export function credential(): NodeRun['credential'] {
	return { apiKey: simulator.apiKey, baseUrl: simulator.baseUrl };
}

/** A task by its ID alone is one that the API does not know unless it was added before. */
export type Task = string | TaskScript;

export interface SimulatedRun extends Partial<NodeRun> {
	/** One item each; those with a script are added to the simulator. */
	readonly tasks?: readonly Task[];
}

/** Starts the node for tasks of the simulator. */
export function start({ tasks = [], ...run }: SimulatedRun): RunningNode {
	simulator.addTasks(tasks.filter((task) => typeof task !== 'string'));
	const items = tasks.map((task) => ({ taskId: typeof task === 'string' ? task : task.taskId }));
	return startNode({ items, credential: credential(), ...run });
}

export async function run(simulated: SimulatedRun): Promise<RunResult> {
	return await start(simulated).result;
}

/** Parameters of Wait Until Complete, looking up every 20 ms for at most 5 s unless told otherwise. */
export function waiting(
	polling: INodeParameters = {},
	more: INodeParameters = {},
): INodeParameters {
	return {
		operation: 'waitUntilComplete',
		polling: { interval: 0.02, timeout: 5, ...polling },
		...more,
	};
}

/** The JSON of one output's items. */
export function jsonOf(result: RunResult, output = 0): IDataObject[] {
	return (result.outputs[output] ?? []).map(({ json }) => json);
}

/** The input item that each item of an output comes from. */
export function pairsOf(items: readonly INodeExecutionData[] = []): unknown[] {
	return items.map(({ pairedItem }) => pairedItem);
}
