import type { Problem } from '../errors/problem';
import type { TaskOutcome } from '../output/outcome';
import type { ParsedRequest, TaskRequest } from '../parameters/taskRequest';
import type { Schedule } from '../veo/polling/schedule';
import type { VideoSource } from '../veo/task/task';

/** A unit of work. Items that request the same share one, and so its requests and its result. */
export interface Job {
	readonly taskId: string;
	/** Null for a single lookup. */
	readonly schedule: Schedule | null;
	/** The videos to download if the task succeeds; null for none. */
	readonly videoSource: VideoSource | null;
}

export type PlannedItem =
	/** `job`: an index into the plan's jobs. */
	| { readonly kind: 'job'; readonly request: TaskRequest; readonly job: number }
	/** `task`: the item that it keeps. */
	| { readonly kind: 'problem'; readonly problem: Problem; readonly task?: TaskOutcome };

/** Which items need which jobs. Plain data, as it is saved when the run is parked. */
export interface Plan {
	/** In the order of the input. */
	readonly items: readonly PlannedItem[];
	readonly jobs: readonly Job[];
}

export function createPlan(requests: readonly ParsedRequest[]): Plan {
	const jobs: Job[] = [];
	const indexes = new Map<string, number>();
	const indexOf = (job: Job): number => {
		const key = JSON.stringify(job);
		const index = indexes.get(key) ?? jobs.push(job) - 1;
		indexes.set(key, index);
		return index;
	};
	const items = requests.map((parsed): PlannedItem => {
		if (parsed.kind === 'invalid') return { kind: 'problem', problem: parsed.problem };
		const { request } = parsed;
		const { taskId, wait, download } = request;
		const schedule = wait?.schedule ?? null;
		const job = indexOf({ taskId, schedule, videoSource: download?.videoSource ?? null });
		return { kind: 'job', request, job };
	});
	return { items, jobs };
}

/** Returns for each job the indexes of its items. */
export function itemsByJob({ items, jobs }: Plan): number[][] {
	const indexes: number[][] = jobs.map(() => []);
	items.forEach((item, itemIndex) => {
		if (item.kind === 'job') indexes[item.job]?.push(itemIndex);
	});
	return indexes;
}
