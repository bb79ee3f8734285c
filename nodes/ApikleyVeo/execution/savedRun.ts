import type { TaskResult } from '../output/outcome';
import type { JobState } from './jobs';
import type { Plan } from './plan';
import type { JsonObject } from '../veo/task/coerce';
import { parseTask } from '../veo/task/task';
import type { VeoTask } from '../veo/task/task';
import type { WaitState } from '../veo/polling/waitFor';

/** What is asked, and where each inquiry of the plan stands. */
export interface Run {
	readonly plan: Plan;
	readonly states: readonly JobState[];
	/** How long after it was due the latest request started, in milliseconds. */
	readonly maxStartDelayMs: number;
}

/** The same as plain data, as n8n saves it while the execution is parked. */
export interface ParkedRun extends Omit<Run, 'standings'> {
	readonly states: readonly SavedState[];
}

type Known = Extract<TaskResult, { kind: 'known' }>;
type Parked = Exclude<JobState, TaskResult>;

/** A task is saved as the record that it was read from. */
type SavedState =
	| Exclude<TaskResult, Known>
	| (Omit<Known, 'task'> & { readonly task: JsonObject | null })
	| (Omit<Parked, 'progress'> & { readonly progress: SavedWait });

type SavedWait = Omit<WaitState, 'lastTask'> & { readonly lastTask: JsonObject | null };

export function saveRun(run: Run): ParkedRun {
	return { ...run, states: run.states.map(saveState) };
}

export function restoreRun(run: ParkedRun): Run {
	return { ...run, states: run.states.map(restoreState) };
}

/** When the first of the waits is due again, in milliseconds since 1970. */
export function nextDueAt({ states: standings }: Pick<Run, 'standings'>): number {
	return standings.reduce(
		(first, standing) =>
			standing.kind === 'parked' ? Math.min(first, standing.progress.dueAt) : first,
		Infinity,
	);
}

function saveState(standing: JobState): SavedState {
	switch (standing.kind) {
		case 'known':
			return { ...standing, task: serializeTask(standing.task) };
		case 'parked': {
			const { progress } = standing;
			return { ...standing, progress: { ...progress, lastTask: serializeTask(progress.lastTask) } };
		}
		default:
			return standing;
	}
}

function restoreState(standing: SavedState): JobState {
	switch (standing.kind) {
		case 'known':
			return { ...standing, task: restoreTask(standing.task) };
		case 'parked': {
			const { progress } = standing;
			return { ...standing, progress: { ...progress, lastTask: restoreTask(progress.lastTask) } };
		}
		default:
			return standing;
	}
}

function serializeTask(task: VeoTask | null): JsonObject | null {
	return task?.raw ?? null;
}

function restoreTask(record: JsonObject | null): VeoTask | null {
	return record === null ? null : parseTask(record);
}
