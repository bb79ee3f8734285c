import type { Problem } from '../errors/problem';
import type { DownloadResult } from '../n8n/downloader';
import type { TaskResult } from '../output/outcome';
import type { PollResult, WaitState } from '../veo/polling/waitFor';
import type { VeoTask } from '../veo/task/task';
import type { NotUpgradable } from '../veo/task/upgrade';
import type { Plan } from './plan';

/** How far a job is. `Task` is a record where the state is saved. */
export type JobState<Task = VeoTask> =
	/** No request was sent. */
	{ readonly kind: 'new' } | ParkedJob<Task> | DoneJob<Task>;

/** The wait continues from here when its next lookup is due. */
export interface ParkedJob<Task = VeoTask> {
	readonly kind: 'parked';
	readonly wait: WaitState<Task>;
}

export interface DoneJob<Task = VeoTask> {
	readonly kind: 'done';
	readonly result: PollResult<Task> | NotUpgradable;
	/** Null if none were requested, or until the downloads start. */
	readonly videos: readonly DownloadResult[] | null;
}

/** One run of the node for all its items, from the first request to the last, over any number of parked periods. */
export interface Run {
	readonly plan: Plan;
	/** One for each job of the plan. */
	readonly states: readonly JobState[];
	/** How long after it was due the latest request started, in milliseconds. */
	readonly maxStartDelayMs: number;
}

/** Throws the problem of an item as a node error, unless On Error continues. `fine`: how many other items have a result. */
export type FailFast = (problem: Problem, itemIndex: number, fine: number) => void;

export function newRun(plan: Plan): Run {
	return { plan, states: plan.jobs.map(() => ({ kind: 'new' })), maxStartDelayMs: 0 };
}

/** True if nothing is left to wait for. */
export function isComplete({ plan, states }: Run): boolean {
	return states.every(isDone) && plan.items.every(({ kind }) => kind !== 'uncertain');
}

export function isDone(state: JobState): state is DoneJob {
	return state.kind === 'done';
}

export function done(result: TaskResult): DoneJob {
	return { kind: 'done', result, videos: null };
}

/** When the first parked wait is due, in milliseconds since 1970. */
export function nextDueAt({ plan, states }: Run): number {
	const waits = states.flatMap((state) => (state.kind === 'parked' ? [state.wait.dueAt] : []));
	const uncertain = plan.items.flatMap((item) =>
		item.kind === 'uncertain' ? [Math.min(item.until, item.dueAt ?? Infinity)] : [],
	);
	return [...waits, ...uncertain].reduce((first, dueAt) => Math.min(first, dueAt), Infinity);
}
