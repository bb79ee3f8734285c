import type { Finding } from '../items/outcome';
import type { Standing } from '../operations/answer';
import type { Plan } from '../operations/plan';
import type { JsonObject } from '../veo/task/forms';
import { readTask } from '../veo/task/task';
import type { VeoTask } from '../veo/task/task';
import type { WaitProgress } from '../veo/waiting/wait';

/** What is asked, and where each inquiry of the plan stands. */
export interface Run {
	readonly plan: Plan;
	readonly standings: readonly Standing[];
	/** How long after it was due the latest request started, in milliseconds. */
	readonly longestDelayMs: number;
}

/** The same as plain data, as n8n saves it while the execution is parked. */
export interface ParkedRun extends Omit<Run, 'standings'> {
	readonly standings: readonly SavedStanding[];
}

type Known = Extract<Finding, { kind: 'known' }>;
type Parked = Exclude<Standing, Finding>;

/** A task is saved as the record that it was read from. */
type SavedStanding =
	| Exclude<Finding, Known>
	| (Omit<Known, 'task'> & { readonly task: JsonObject | null })
	| (Omit<Parked, 'progress'> & { readonly progress: SavedProgress });

type SavedProgress = Omit<WaitProgress, 'lastTask'> & { readonly lastTask: JsonObject | null };

export function saveRun(run: Run): ParkedRun {
	return { ...run, standings: run.standings.map(saveStanding) };
}

export function restoreRun(run: ParkedRun): Run {
	return { ...run, standings: run.standings.map(restoreStanding) };
}

/** When the first of the waits is due again, in milliseconds since 1970. */
export function nextDueAt({ standings }: Pick<Run, 'standings'>): number {
	return standings.reduce(
		(first, standing) =>
			standing.kind === 'parked' ? Math.min(first, standing.progress.dueAt) : first,
		Infinity,
	);
}

function saveStanding(standing: Standing): SavedStanding {
	switch (standing.kind) {
		case 'known':
			return { ...standing, task: recordOf(standing.task) };
		case 'parked': {
			const { progress } = standing;
			return { ...standing, progress: { ...progress, lastTask: recordOf(progress.lastTask) } };
		}
		default:
			return standing;
	}
}

function restoreStanding(standing: SavedStanding): Standing {
	switch (standing.kind) {
		case 'known':
			return { ...standing, task: taskOf(standing.task) };
		case 'parked': {
			const { progress } = standing;
			return { ...standing, progress: { ...progress, lastTask: taskOf(progress.lastTask) } };
		}
		default:
			return standing;
	}
}

function recordOf(task: VeoTask | null): JsonObject | null {
	return task?.record ?? null;
}

function taskOf(record: JsonObject | null): VeoTask | null {
	return record === null ? null : readTask(record);
}
