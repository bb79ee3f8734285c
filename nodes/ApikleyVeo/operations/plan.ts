import type { Problem } from '../items/problem';
import type { DownloadSource } from '../settings/download';
import type { RequestReading, TaskRequest } from '../settings/request';
import type { Schedule } from '../veo/waiting/schedule';

/** What is asked of the API and the video hosts. Items that ask the same share the answer, and what it costs. */
export interface Inquiry {
	readonly taskId: string;
	/** Null for a plain lookup. */
	readonly schedule: Schedule | null;
	/** The videos to download of a task that succeeded; null for none. */
	readonly source: DownloadSource | null;
}

export type PlannedItem =
	| { readonly kind: 'asks'; readonly request: TaskRequest; readonly inquiry: number }
	| { readonly kind: 'problem'; readonly problem: Problem };

/** What is to be found out for which item. Plain data, as it is saved with a parked wait. */
export interface Plan {
	/** In the order of the input. */
	readonly items: readonly PlannedItem[];
	readonly inquiries: readonly Inquiry[];
}

export function planFor(readings: readonly RequestReading[]): Plan {
	const inquiries: Inquiry[] = [];
	const known = new Map<string, number>();
	const numberOf = (inquiry: Inquiry): number => {
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
		const inquiry = numberOf({ taskId, schedule, source: download?.source ?? null });
		return { kind: 'asks', request, inquiry };
	});
	return { items, inquiries };
}

/** For each inquiry the items that ask it. */
export function askersOf({ items, inquiries }: Plan): number[][] {
	const askers: number[][] = inquiries.map(() => []);
	items.forEach((item, itemIndex) => {
		if (item.kind === 'asks') askers[item.inquiry]?.push(itemIndex);
	});
	return askers;
}
