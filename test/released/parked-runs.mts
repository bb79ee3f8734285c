import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { NodeRun, RunResult } from '../integration/support/node-run.mjs';
import { ParkedExecution, returnToPresent } from '../integration/support/parked-execution.mjs';
import { lostCallback } from '../simulator/callback-script.mjs';
import type { Simulator } from '../simulator/controls.mjs';
import { createdWithoutId, refused } from '../simulator/creation-plan.mjs';
import { startSimulator } from '../simulator/simulator.mjs';
import type { TaskScript } from '../simulator/task-script.mjs';
import { folderOf, readReleases } from './releases.mjs';

/** An execution that a released version parked, and how it ended. Every later version must resume it to the same end. */
export interface ParkedRun {
	readonly run: Omit<NodeRun, 'credential'>;
	/** When n8n resumes the execution, in milliseconds since 1970. */
	readonly waitTill: number;
	/** The parsed text in n8n's database. */
	readonly saved: unknown;
	/** The tasks that are still looked up when the execution is resumed. */
	readonly tasks: readonly TaskScript[];
	readonly outputs: readonly unknown[];
}

const NEVER = { ending: { kind: 'never' } } as const;
const VIDEO = { resultUrls: ['https://videos.example.com/1.mp4'] };

/** How an execution comes to be parked. */
interface Scenario {
	readonly run: ParkedRun['run'];
	/** Plans what happens before it is parked. */
	prepare(simulator: Simulator): void;
	/** The tasks that are looked up when it is resumed. */
	tasks(simulator: Simulator): readonly TaskScript[];
}

/** With one item for each state in which a wait can be saved. */
const WAIT: Scenario = {
	run: {
		items: [
			{ taskId: 'pending' },
			{ taskId: 'delayed', initialDelay: 120 },
			{ taskId: 'succeeded' },
			{ taskId: 'failed' },
			{ taskId: 'timed out', timeout: 0 },
			{ taskId: 'not found', timeout: 0 },
			{ taskId: ['invalid'] },
		],
		parameters: {
			operation: 'waitUntilComplete',
			whileWaiting: 'park',
			outputMode: 'byStatus',
			polling: {
				parkAfter: 0,
				initialDelay: '={{ $json.initialDelay ?? 0 }}',
				timeout: '={{ $json.timeout ?? 900 }}',
				onTimeout: 'output',
			},
		},
		onError: 'continueRegularOutput',
	},
	prepare: (simulator) =>
		simulator.addTasks([
			{ taskId: 'pending', ...NEVER },
			{ taskId: 'delayed', ...NEVER },
			{ taskId: 'succeeded', ...VIDEO },
			{ taskId: 'failed', ending: { kind: 'failed', successFlag: 2, errorCode: 400 } },
			{ taskId: 'timed out', ...NEVER },
		]),
	tasks: () => [
		{ taskId: 'pending', ...VIDEO },
		{ taskId: 'delayed', ...VIDEO },
	],
};

/** With one item for each result of a creation. */
const CREATION: Scenario = {
	run: {
		items: [
			{ prompt: 'created' },
			{ prompt: 'refused' },
			{ prompt: 'uncertain', timeout: 120 },
			{ prompt: '' },
		],
		parameters: {
			resource: 'video',
			operation: 'generate',
			prompt: '={{ $json.prompt }}',
			downloadVideos: false,
			whileWaiting: 'park',
			outputMode: 'byStatus',
			polling: { timeout: '={{ $json.timeout ?? 900 }}' },
		},
		onError: 'continueRegularOutput',
	},
	prepare: (simulator) => {
		simulator.planTasks('*', [{ ...NEVER, callbacks: lostCallback() }]);
		simulator.planCreations('refused', [refused(422)]);
		simulator.planCreations('uncertain', [createdWithoutId()]);
	},
	tasks: (simulator) =>
		simulator.createdTasks('created').map((taskId) => ({ taskId, prompt: 'created', ...VIDEO })),
};

/** Texts and times, which may differ from one version or run to the next. */
const VARYING = ['message', 'createTime', 'completeTime', 'waitedSeconds'];

/** The JSON of each output's items, without what varies, and the input items that they are linked to. */
export function comparable({ outputs }: RunResult): unknown[] {
	const items = outputs.map((output) =>
		output.map(({ json, pairedItem }) => ({ json, pairedItem })),
	);
	const withoutVarying = (key: string, value: unknown) =>
		VARYING.includes(key) ? undefined : value;
	return JSON.parse(JSON.stringify(items, withoutVarying)) as unknown[];
}

/** Parks the built node in n8n's engine, in both execution orders. Returns what to keep of each, by its file's name. */
export async function parkRuns(): Promise<Record<string, ParkedRun>> {
	const simulator = await startSimulator();
	try {
		return {
			'v0.json': await parkRun(simulator, WAIT, 'v0'),
			'v1.json': await parkRun(simulator, WAIT, 'v1'),
			'creation-v0.json': await parkRun(simulator, CREATION, 'v0'),
			'creation-v1.json': await parkRun(simulator, CREATION, 'v1'),
		};
	} finally {
		returnToPresent();
		await simulator.close();
	}
}

async function parkRun(
	simulator: Simulator,
	scenario: Scenario,
	executionOrder: 'v0' | 'v1',
): Promise<ParkedRun> {
	returnToPresent();
	simulator.reset();
	scenario.prepare(simulator);
	const { apiKey, baseUrl } = simulator;
	const run = { ...scenario.run, executionOrder };
	const execution = await ParkedExecution.start({ ...run, credential: { apiKey, baseUrl } });
	const { saved, waitTill } = execution;
	const tasks = scenario.tasks(simulator);
	simulator.addTasks(tasks);
	const outputs = comparable(await execution.finish());
	return { run, waitTill, saved: JSON.parse(saved) as unknown, tasks, outputs };
}

/** The folder with the parked executions of a version. */
export function parkedFolderOf(version: string): string {
	return path.join(folderOf(version), 'parked');
}

/** The parked executions of all releases, by their names, e.g. `0.1.0/parked/v1.json`. */
export function readParkedRuns(): Array<[name: string, parkedRun: ParkedRun]> {
	return readReleases().flatMap(({ version }) => {
		const folder = parkedFolderOf(version);
		if (!existsSync(folder)) return [];
		return readdirSync(folder).map((file): [string, ParkedRun] => [
			`${version}/parked/${file}`,
			JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as ParkedRun,
		]);
	});
}
