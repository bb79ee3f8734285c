import type { IncomingHttpHeaders } from 'node:http';

/** One request as a server saw it. Times are epoch milliseconds of the real clock. */
export interface LoggedRequest {
	/** 1 for the first one of its server since the log was cleared. */
	readonly id: number;
	/** For a video, from its path. Null when the request names none. */
	readonly taskId: string | null;
	readonly method: string;
	/** With its query. */
	readonly path: string;
	/** Empty when the log does not keep them. */
	readonly headers: IncomingHttpHeaders;
	readonly startedAt: number;
	/** Null while it is open. */
	readonly endedAt: number | null;
	/** The status answered; null when none was (yet). */
	readonly status: number | null;
	/** The client went away before the answer had ended. */
	readonly closedByClient: boolean;
	/** Requests of this server in flight when it came, itself among them. */
	readonly inFlight: number;
}

export interface RequestSummary {
	requests: number;
	perTask: Record<string, number>;
	/** By the status answered; `none` counts those that ended without one. */
	perStatus: Record<string, number>;
	/** Instant answers hardly overlap: to see how many a client keeps in flight, set `responseDelayMs`. */
	maxInFlight: number;
	/** In flight now. */
	open: number;
	closedByClient: number;
}

/** What is kept of each request; the summaries are always kept. */
export type LogDetail = 'withHeaders' | 'withoutHeaders' | 'summaryOnly';

export type Arrival = Pick<LoggedRequest, 'taskId' | 'method' | 'path' | 'headers'>;
export type Outcome = Pick<LoggedRequest, 'status' | 'closedByClient'>;
export type EndRequest = (outcome: Outcome) => void;

type Counters = Omit<RequestSummary, 'perTask' | 'perStatus'> & {
	perTask: Map<string, number>;
	perStatus: Map<string, number>;
};

/** The requests of one server. */
export class RequestLog {
	detail: LogDetail = 'withHeaders';
	private entries: LoggedRequest[] = [];
	private counters = newCounters();
	private readonly watchers = new Set<() => void>();

	/** Notes a request; the function returned is for its end (a second call does nothing). */
	begin(arrival: Arrival): EndRequest {
		const { counters } = this;
		counters.requests++;
		counters.open++;
		counters.maxInFlight = Math.max(counters.maxInFlight, counters.open);
		if (arrival.taskId !== null) increment(counters.perTask, arrival.taskId);
		const entry = {
			...arrival,
			headers: this.detail === 'withHeaders' ? arrival.headers : {},
			id: counters.requests,
			startedAt: Date.now(),
			endedAt: null as number | null,
			status: null as number | null,
			closedByClient: false,
			inFlight: counters.open,
		};
		if (this.detail !== 'summaryOnly') this.entries.push(entry);
		this.changed();
		return (outcome) => {
			if (entry.endedAt !== null) return;
			Object.assign(entry, outcome, { endedAt: Date.now() });
			// Its own counters: after a `clear()` it is not counted any more
			counters.open--;
			increment(counters.perStatus, String(outcome.status ?? 'none'));
			if (outcome.closedByClient) counters.closedByClient++;
			this.changed();
		};
	}

	/** The requests in the order of their arrival, of one task if `taskId` is given. */
	requests(taskId?: string): LoggedRequest[] {
		const entries = this.entries.filter((entry) => taskId === undefined || entry.taskId === taskId);
		return entries.map((entry) => ({ ...entry }));
	}

	summary(): RequestSummary {
		const { perTask, perStatus, ...counts } = this.counters;
		return {
			...counts,
			perTask: Object.fromEntries(perTask),
			perStatus: Object.fromEntries(perStatus),
		};
	}

	/** How many came, of one task if `taskId` is given. */
	count(taskId?: string): number {
		return taskId === undefined ? this.counters.requests : (this.counters.perTask.get(taskId) ?? 0);
	}

	get open(): number {
		return this.counters.open;
	}

	get closedByClient(): number {
		return this.counters.closedByClient;
	}

	/** Forgets everything, also what is in flight. */
	clear(): void {
		this.entries = [];
		this.counters = newCounters();
		this.changed();
	}

	/** Calls `watcher` at each change; the function returned ends that. */
	watch(watcher: () => void): () => void {
		this.watchers.add(watcher);
		return () => this.watchers.delete(watcher);
	}

	private changed(): void {
		for (const watcher of this.watchers) watcher();
	}
}

function newCounters(): Counters {
	return {
		requests: 0,
		perTask: new Map(),
		perStatus: new Map(),
		maxInFlight: 0,
		open: 0,
		closedByClient: 0,
	};
}

function increment(counts: Map<string, number>, key: string): void {
	counts.set(key, (counts.get(key) ?? 0) + 1);
}
