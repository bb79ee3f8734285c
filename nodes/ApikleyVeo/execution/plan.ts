import type { Problem } from '../errors/lookupProblems';
import type { VideoSource } from '../parameters/downloadRequest';
import type { ParsedRequest, TaskRequest } from '../parameters/taskRequest';
import type { Schedule } from '../veo/polling/schedule';

/** What is asked of the API and the video hosts. Items that ask the same share the answer, and what it costs. */
export interface Job {
	readonly taskId: string;
	/** Null for a plain lookup. */
	readonly schedule: Schedule | null;
	/** The videos to download of a task that succeeded; null for none. */
	readonly videoSource: VideoSource | null;
}

export type PlannedItem =
	| { readonly kind: 'job'; readonly request: TaskRequest; readonly job: number }
	| { readonly kind: 'problem'; readonly problem: Problem };

/** What is to be found out for which item. Plain data, as it is saved with a parked wait. */
export interface Plan {
	/** In the order of the input. */
	readonly items: readonly PlannedItem[];
	readonly jobs: readonly Job[];
}

export function createPlan(readings: readonly ParsedRequest[]): Plan {
	const inquiries: Job[] = [];
	const known = new Map<string, number>();
	const numberOf = (inquiry: Job): number => {
		const key = JSON.stringify(inquiry);
		const number = known.get(key) ?? inquiries.push(inquiry) - 1;
		known.set(key, number);
		return number;
	};
	const items = readings.map((reading): PlannedItem => {
		if (reading.kind === 'invalid') return { kind: 'problem', problem: reading.problem };
		const { request } = reading;
		const { taskId, wait, download } = request;
		const schedule = wait?.schedule ?? null;
		const inquiry = numberOf({ taskId, schedule, videoSource: download?.videoSource ?? null });
		return { kind: 'job', request, job: inquiry };
	});
	return { items, jobs: inquiries };
}

/** For each inquiry the items that ask it. */
export function itemsByJob({ items, jobs: inquiries }: Plan): number[][] {
	const askers: number[][] = inquiries.map(() => []);
	items.forEach((item, itemIndex) => {
		if (item.kind === 'job') askers[item.job]?.push(itemIndex);
	});
	return askers;
}
