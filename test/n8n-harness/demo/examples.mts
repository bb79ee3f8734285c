import type { CredentialReference } from '../client.mjs';
import type { NodeRun } from '../execution.mjs';
import type { Workflow } from '../workflows.mjs';
import { exampleName, exampleWorkflow, WAITING_NODE } from './example-workflow.mjs';
import { videoFaultsIn, videoRowsOf, videoTableOf } from './generated-videos.mjs';
import { GENERATING_NODE, GENERATION_NAME, generationWorkflow } from './generation-workflow.mjs';
import { faultsIn, tableOf } from './report.mjs';
import { rowsOf, type Generation, type TaskSource } from './task-source.mjs';

/** A workflow of the demo, and what is expected of a run. */
export interface Example {
	/** The workflow's name. */
	readonly name: string;
	/** Shown during the run. */
	readonly progress: string;
	/** The node whose results are shown. */
	readonly node: string;
	/** That of the node, in seconds. */
	readonly timeout: number;
	/** Why it can't run; null if it can. */
	readonly obstacle: string | null;
	build(credential: CredentialReference): Workflow;
	tableOf(run: NodeRun): string;
	/** Returns a line for everything that is wrong. */
	faultsIn(run: NodeRun): string[];
}

const NO_TASKS =
	'There is no task to wait for. Set APIKLEY_TASK_IDS to the IDs of your tasks, separated by commas.';

/** The workflows of the demo, in the order of their tables. */
export function examplesOf(source: TaskSource): readonly [Example, ...Example[]] {
	const { generation } = source;
	return [waiting(source), ...(generation === null ? [] : [generating(generation)])];
}

function waiting(source: TaskSource): Example {
	const { tasks, timeout, baseUrl } = source;
	return {
		name: exampleName(source),
		progress: `Waiting for ${tasks.length} tasks, up to ${timeout} s, at ${baseUrl}`,
		node: WAITING_NODE,
		timeout,
		obstacle: tasks.length === 0 ? NO_TASKS : null,
		build: (credential) => exampleWorkflow(source, credential),
		tableOf: (run) => tableOf(rowsOf(run), source),
		faultsIn: (run) => faultsIn(rowsOf(run), source),
	};
}

function generating(generation: Generation): Example {
	const { prompts, timeout } = generation;
	return {
		name: GENERATION_NAME,
		progress: `Waiting for ${prompts.length} generated videos, in a parked execution`,
		node: GENERATING_NODE,
		timeout,
		obstacle: null,
		build: (credential) => generationWorkflow(generation, credential),
		tableOf: (run) => videoTableOf(videoRowsOf(run, generation)),
		faultsIn: (run) => videoFaultsIn(videoRowsOf(run, generation), generation),
	};
}
