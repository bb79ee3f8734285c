import type { Simulator } from '../../simulator/controls.mjs';
import { presets } from '../../simulator/presets.mjs';
import {
	PortInUseError,
	startSimulator,
	type SimulatorOptions,
} from '../../simulator/simulator.mjs';
import type { TaskScript } from '../../simulator/task-script.mjs';
import { freePort } from '../system/ports.mjs';
import type { TaskRow, TaskSource } from './task-source.mjs';

const PREFERRED_PORT = 8787;

/** Short enough for a demo, and long enough to see the wait: the last task ends after 5 s. */
const FACTOR = 0.2;
const INTERVAL_SECONDS = 1;
/** Longer than the last task takes, with room for a slow machine. The task that never ends takes all of it. */
const TIMEOUT_SECONDS = 8;

const PROMPTS = [
	'A paper boat drifts down a street after the rain',
	'A lighthouse in a storm, seen from the sea',
	'A barista pours latte art in a sunlit café',
];
/** Long enough that the execution is parked before the task ends, on most machines … */
const GENERATION_SECONDS = 6;
/** … and if it is not, the next callback wakes it. */
const CALLBACK_RETRY_SECONDS = [2, 3, 5, 8, 13, 21, 34];
const GENERATION_TIMEOUT_SECONDS = 300;

/** Starts the simulator with its eight tasks. It makes a video of any prompt. */
export async function simulatedTasks(): Promise<TaskSource> {
	const tasks = presets(FACTOR);
	const expected = new Map(tasks.map(({ script }) => [script.taskId, expectationFor(script)]));
	const scripts = tasks.map(({ script }) => script);
	const simulator = await startNearby({
		apiKey: 'demo-key',
		tasks: scripts,
		callbackRetrySeconds: CALLBACK_RETRY_SECONDS,
	});
	simulator.planTasks('*', [{ durationSeconds: GENERATION_SECONDS }]);
	return {
		label: 'simulator',
		apiKey: simulator.apiKey,
		baseUrl: simulator.baseUrl,
		tasks: tasks.map(({ script: { taskId }, description: outcome }) => ({ taskId, outcome })),
		interval: INTERVAL_SECONDS,
		timeout: TIMEOUT_SECONDS,
		generation: {
			prompts: PROMPTS,
			timeout: GENERATION_TIMEOUT_SECONDS,
			endedAt: (taskId) =>
				simulator.requests({ server: 'callbacks', taskId })[0]?.startedAt ?? null,
		},
		faultsOf: (row) => faultsOf(row, expected.get(row.taskId)),
		// Generated tasks stay as they are
		startOver: () => simulator.addTasks(scripts),
		close: async () => await simulator.close(),
	};
}

/** Starts the simulator on the preferred ports or near them, or on any ports if another program takes those first. */
async function startNearby(options: SimulatorOptions): Promise<Simulator> {
	const port = await freePort(PREFERRED_PORT);
	const videoPort = await freePort(port + 1);
	try {
		return await startSimulator({ ...options, port, videoPort });
	} catch (error) {
		if (!(error instanceof PortInUseError)) throw error;
		return await startSimulator(options);
	}
}

type Expectation = Pick<TaskRow, 'status' | 'fallbackFlag' | 'resolution' | 'output' | 'problem'>;

function expectationFor({ ending, resolution = '720p' }: TaskScript): Expectation {
	const noVideo = { fallbackFlag: false, resolution: null, problem: null };
	if (ending?.kind === 'failed') return { ...noVideo, status: 'failed', output: 'Failed' };
	if (ending?.kind === 'never') return { ...noVideo, status: 'generating', output: 'Pending' };
	const fallbackFlag = ending?.kind === 'succeeded' && ending.model === 'fallback';
	return { status: 'succeeded', fallbackFlag, resolution, output: 'Succeeded', problem: null };
}

function faultsOf(row: TaskRow, expected: Expectation | undefined): string[] {
	if (expected === undefined) return ['unexpected task'];
	return (Object.keys(expected) as Array<keyof Expectation>)
		.filter((key) => row[key] !== expected[key])
		.map(
			(key) => `${key} is ${JSON.stringify(row[key])}, expected ${JSON.stringify(expected[key])}`,
		);
}
