import type { Problem } from '../errors/problem';
import type { TaskOutcome } from '../output/outcome';
import type { ParsedRequest, TaskRequest } from '../parameters/taskRequest';
import { wakeableSchedule } from '../veo/polling/parkedSchedule';
import type { Schedule } from '../veo/polling/schedule';
import type { JsonObject } from '../veo/task/coerce';
import type { SentRequest } from '../veo/task/origin';
import type { VideoSource } from '../veo/task/task';

/** A unit of work. Items that request the same share one, and so its requests and its result. */
export interface Job {
	readonly taskId: string;
	/** The video whose 1080p version is wanted. Null or absent: the task's record is. */
	readonly videoIndex?: number | null;
	/** Null for a single lookup. */
	readonly schedule: Schedule | null;
	/** The videos to download if the task succeeds; null for none. */
	readonly videoSource: VideoSource | null;
	/** True if the node has created the task: its ID is saved as soon as possible. */
	readonly isCreated?: boolean;
}

/** A request for a task that exists, or why there is none. */
export type PlannableRequest =
	| Exclude<ParsedRequest, { kind: 'creation' }>
	/** `data`: the API's response to the creation. */
	| {
			readonly kind: 'created';
			readonly request: TaskRequest;
			readonly data: JsonObject;
			readonly wakes: boolean;
	  }
	| UncertainCreation;

/** A task that may exist. Its callback, which is waited for, names it. */
export interface UncertainCreation {
	readonly kind: 'uncertain';
	/** For the task, if it exists. */
	readonly request: Omit<TaskRequest, 'taskId'>;
	/** Of its creation, in the notes of the execution. */
	readonly name: string;
	/** By which its callback can be recognized. */
	readonly token: string;
	/** Why it is uncertain, for the user to read. */
	readonly reason: string;
	/** Milliseconds since 1970. */
	readonly until: number;
	/** Absent in a run that an older version saved. */
	readonly sent?: SentRequest;
	/** Tasks that callbacks named, and that the API didn't know yet or was not asked for. */
	readonly named?: readonly string[];
	/** Tasks that callbacks named, and that the request can't have created by their records. */
	readonly ruledOut?: readonly string[];
	/** When those are looked up again, in milliseconds since 1970. */
	readonly dueAt?: number | undefined;
}

export type PlannedItem =
	/** `job`: an index into the plan's jobs. */
	| { readonly kind: 'job'; readonly request: TaskRequest; readonly job: number }
	/** Nothing is wanted but the new task. */
	| { readonly kind: 'created'; readonly request: TaskRequest; readonly data: JsonObject }
	| UncertainCreation
	/** `task`: the item that it keeps. */
	| { readonly kind: 'problem'; readonly problem: Problem; readonly task?: TaskOutcome };

/** Which items need which jobs. Plain data, as it is saved when the run is parked. */
export interface Plan {
	/** In the order of the input. */
	readonly items: readonly PlannedItem[];
	readonly jobs: readonly Job[];
}

export function createPlan(requests: readonly PlannableRequest[]): Plan {
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
		if (parsed.kind === 'uncertain') return parsed;
		const { request } = parsed;
		if (parsed.kind === 'task') return { kind: 'job', request, job: indexOf(jobFor(request)) };
		if (request.wait === null) return parsed;
		return { kind: 'job', request, job: indexOf(createdJobFor(request, parsed.wakes)) };
	});
	return { items, jobs };
}

function jobFor({ taskId, videoIndex = null, wait, download }: TaskRequest): Job {
	const schedule = wait?.schedule ?? null;
	return {
		taskId,
		videoIndex,
		schedule,
		videoSource: download?.videoSource ?? null,
	};
}

/** `wakes`: the task's callback will resume the run if it is parked. */
export function createdJobFor(request: TaskRequest, wakes: boolean): Job {
	const job = jobFor(request);
	const schedule = wakes && job.schedule !== null ? wakeableSchedule(job.schedule) : job.schedule;
	return { ...job, schedule, isCreated: true };
}

/** All tasks whose IDs are known. */
export function taskIdsOf({ items, jobs }: Plan): string[] {
	const created = items.flatMap((item) => (item.kind === 'created' ? item.request.taskId : []));
	return [...new Set([...jobs.map(({ taskId }) => taskId), ...created])];
}

/** The creations whose tasks may exist. */
export function uncertainIn(items: readonly PlannedItem[]): UncertainCreation[] {
	return items.flatMap((item) => (item.kind === 'uncertain' ? item : []));
}

/** The tasks that the node has created, in the order of the input. */
export function createdTaskIds({ items }: Plan): string[] {
	return items.flatMap((item) => {
		const isCreated = item.kind === 'created' || (item.kind === 'job' && item.request.creation);
		return isCreated ? [item.request.taskId] : [];
	});
}

/** Returns for each job the indexes of its items. */
export function itemsByJob({ items, jobs }: Plan): number[][] {
	const indexes: number[][] = jobs.map(() => []);
	items.forEach((item, itemIndex) => {
		if (item.kind === 'job') indexes[item.job]?.push(itemIndex);
	});
	return indexes;
}
