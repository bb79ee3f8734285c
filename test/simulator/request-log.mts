import type { IncomingHttpHeaders } from 'node:http';

import type { Fault } from './faults.mjs';

/** One request as a server saw it. Times are epoch milliseconds of the real clock. */
export interface LoggedRequest {
	/** For a video, from its path. Null if the request names none. */
	readonly taskId: string | null;
	readonly method: string;
	/** With its query. */
	readonly path: string;
	/** Empty if the log does not keep them. */
	readonly headers: IncomingHttpHeaders;
	readonly startedAt: number;
	/** Null while it is open. */
	readonly endedAt: number | null;
	/** The response's status; null if there was none (yet). */
	readonly status: number | null;
	/** The client went away before the response was complete. */
	readonly closedByClient: boolean;
	/** What the simulator made go wrong with the response; `none` while it is open. */
	readonly fault: Fault['kind'];
}

export interface RequestSummary {
	requests: number;
	perTask: Record<string, number>;
	/** By the response's status; `none` counts the requests that ended without one. */
	perStatus: Record<string, number>;
	/** Instant responses hardly overlap: to see how many a client keeps in flight, set `responseDelayMs`. */
	maxInFlight: number;
	/** In flight now. */
	open: number;
	closedByClient: number;
}

/** What to wait for; all that is named must hold. */
export interface WaitCondition {
	/** Default `api`. */
	server?: 'api' | 'videos' | 'callbacks';
	/** At least this many requests have come … */
	requests?: number;
	/** … for this task. */
	taskId?: string;
	/** At least this many were aborted by the client. */
	closedByClient?: number;
	/** Exactly this many are in flight. */
	open?: number;
	/** Default 10,000. */
	timeoutMs?: number;
}

type Arrival = Pick<LoggedRequest, 'taskId' | 'method' | 'path' | 'headers'>;
type Outcome = Pick<LoggedRequest, 'status' | 'closedByClient' | 'fault'>;

/** The requests of one server. */
export class RequestLog {
	keepsHeaders = true;
	private entries: LoggedRequest[] = [];
	private counters = emptySummary();
	private readonly watchers = new Set<() => void>();

	/** Logs a request. Returns a function to call when it ends; a second call does nothing. */
	begin(arrival: Arrival): (outcome: Outcome) => void {
		const { counters } = this;
		counters.requests++;
		counters.open++;
		counters.maxInFlight = Math.max(counters.maxInFlight, counters.open);
		if (arrival.taskId !== null) increment(counters.perTask, arrival.taskId);
		const entry = {
			...arrival,
			headers: this.keepsHeaders ? arrival.headers : {},
			startedAt: Date.now(),
			endedAt: null as number | null,
			status: null as number | null,
			closedByClient: false,
			fault: 'none' as const,
		};
		this.entries.push(entry);
		this.changed();
		return (outcome) => {
			if (entry.endedAt !== null) return;
			Object.assign(entry, outcome, { endedAt: Date.now() });
			// The counters of its arrival: after a `clear()` it no longer counts
			counters.open--;
			increment(counters.perStatus, String(outcome.status ?? 'none'));
			if (outcome.closedByClient) counters.closedByClient++;
			this.changed();
		};
	}

	/** Returns the requests in the order of their arrival, only those of one task if `taskId` is given. */
	requests(taskId?: string): LoggedRequest[] {
		const entries = this.entries.filter((entry) => taskId === undefined || entry.taskId === taskId);
		return entries.map((entry) => ({ ...entry }));
	}

	summary(): RequestSummary {
		const { perTask, perStatus, ...counts } = this.counters;
		return { ...counts, perTask: { ...perTask }, perStatus: { ...perStatus } };
	}

	/** Forgets everything, including what is in flight. */
	clear(): void {
		this.entries = [];
		this.counters = emptySummary();
		this.changed();
	}

	/**
	 * Resolves as soon as the log meets the condition. Throws an Error with the log's summary if it does not in time,
	 * or when `signal` aborts.
	 */
	async waitFor(condition: WaitCondition, signal: AbortSignal): Promise<RequestSummary> {
		const { timeoutMs = 10_000 } = condition;
		return await new Promise((resolve, reject) => {
			const settle = () => {
				clearTimeout(timer);
				this.watchers.delete(check);
				signal.removeEventListener('abort', onClosed);
			};
			const fail = (why: string) => {
				settle();
				reject(new Error(`${why}; the log: ${JSON.stringify(this.summary())}`));
			};
			const onClosed = () => fail('The simulator was closed');
			const check = () => {
				if (!this.meets(condition)) return;
				settle();
				resolve(this.summary());
			};
			const late = `Not within ${timeoutMs} ms: ${JSON.stringify(condition)}`;
			const timer = setTimeout(() => fail(late), timeoutMs);
			this.watchers.add(check);
			signal.addEventListener('abort', onClosed);
			if (signal.aborted) onClosed();
			else check();
		});
	}

	private meets(condition: WaitCondition): boolean {
		const { counters } = this;
		const { requests = 0, taskId, closedByClient = 0, open = counters.open } = condition;
		const came = taskId === undefined ? counters.requests : (counters.perTask[taskId] ?? 0);
		return came >= requests && counters.closedByClient >= closedByClient && counters.open === open;
	}

	private changed(): void {
		for (const watcher of this.watchers) watcher();
	}
}

function emptySummary(): RequestSummary {
	return {
		requests: 0,
		// No prototype: a task may be called `constructor`
		perTask: Object.create(null) as Record<string, number>,
		perStatus: {},
		maxInFlight: 0,
		open: 0,
		closedByClient: 0,
	};
}

function increment(counts: Record<string, number>, key: string): void {
	counts[key] = (counts[key] ?? 0) + 1;
}
