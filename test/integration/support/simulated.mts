import type {
	IDataObject,
	INodeExecutionData,
	INodeParameters,
	IPairedItemData,
} from 'n8n-workflow';

import type { Simulator } from '../../simulator/controls.mjs';
import type { Fault } from '../../simulator/faults.mjs';
import { startSimulator } from '../../simulator/simulator.mjs';
import type { TaskScript } from '../../simulator/task-script.mjs';
import type { Credential } from './engine.mjs';
import { ParkedExecution } from './parked-execution.mjs';
import { startNode, type NodeRun, type RunningNode, type RunResult } from './node-run.mjs';

/** The API of all tests in a file. */
export let simulator: Simulator;

/** Long enough for a busy machine. */
const TEST_TIMEOUT_MS = 60_000;

/** Starts one simulator for all tests of a file, and resets it after each of them. */
export function useSimulator(): void {
	jest.setTimeout(TEST_TIMEOUT_MS);
	beforeAll(async () => {
		simulator = await startSimulator();
	});
	afterEach(() => simulator.reset());
	afterAll(async () => await simulator.close());
}

export function credential(): Credential {
	return { apiKey: simulator.apiKey, baseUrl: simulator.baseUrl };
}

export const ORDERS = ['v1', 'v0'] as const;
export const NEVER: TaskScript = { taskId: 'never', ending: { kind: 'never' } };

/** Tasks t0, t1 and so on. */
export function many(count: number): TaskScript[] {
	return Array.from({ length: count }, (_, n) => ({ taskId: `t${n}` }));
}

/** A task that is only an ID is unknown to the API, unless it was added before. */
export type Task = string | TaskScript;

export interface SimulatedRun extends Partial<NodeRun> {
	/** One item each. Those with a script are added to the simulator. */
	readonly tasks?: readonly Task[];
}

/** A run of the node for tasks of the simulator. */
export function simulatedRun({ tasks = [], ...run }: SimulatedRun): NodeRun {
	simulator.addTasks(tasks.filter((task) => typeof task !== 'string'));
	const items = tasks.map((task) => ({ taskId: typeof task === 'string' ? task : task.taskId }));
	return { items, credential: credential(), ...run };
}

export function start(run: SimulatedRun): RunningNode {
	return startNode(simulatedRun(run));
}

/** Starts a run that is parked. */
export async function startParked(run: SimulatedRun): Promise<ParkedExecution> {
	return await ParkedExecution.start(simulatedRun(run));
}

export async function run(simulated: SimulatedRun): Promise<RunResult> {
	return await start(simulated).result;
}

/** Parameters of Wait Until Complete. By default it looks up every 20 ms for at most 5 s. */
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

/** A task with this fault in every response. */
export function failing(taskId: string, fault: Fault): TaskScript {
	return { taskId, faults: [{ ...fault, times: 'always' }] };
}

/** The JSON of one output's items. */
export function jsonOf(result: RunResult, output = 0): IDataObject[] {
	return (result.outputs[output] ?? []).map(({ json }) => json);
}

/** Every item of an output as a pair: its task ID, and the index of the input item that it is linked to. */
export function linksOf(items: readonly INodeExecutionData[] = []): Array<[unknown, number]> {
	return items.map(({ json, pairedItem }) => [json.taskId, (pairedItem as IPairedItemData).item]);
}
