import type { TurnedAway } from '../errors/callbackProblems';
import { AdaptiveThrottle } from '../veo/limits/adaptiveThrottle';
import { RequestLimiter } from '../veo/limits/requestLimiter';
import type { RequestLimits } from '../veo/limits/requestLimiter';
import type { Clock } from '../veo/ports';
import { LookupBudget } from './lookupBudget';
import type { Verdict } from './verdict';

/** How long an unknown task isn't looked up again. The provider repeats a callback after a minute at the earliest. */
const UNKNOWN_FOR_MS = 45_000;
const MAX_UNKNOWN = 1_000;

/** n8n needs some megabytes for each webhook that hasn't returned. */
const MAX_PENDING = 50;

const LIMITS: RequestLimits = { maxConcurrency: 10, requestsPerSecond: 0 };

/** What lookups share that are under way at the same time. */
export interface Traffic {
	readonly throttle: AdaptiveThrottle;
	readonly limiter: RequestLimiter;
	/** Aborted when no lookup is left, so that no timer is left either, or to end them all. */
	readonly signal: AbortSignal;
	close(): void;
}

export interface Lookup {
	readonly verdict: Promise<Verdict>;
	/** Whether the API has confirmed that the task exists. */
	isFound: boolean;
}

/** The lookups of a node in this process: one at a time for each task, and few for tasks that don't exist. */
export class SharedLookups {
	private readonly pending = new Map<string, Lookup>();
	/** When the verdict expires, on the clock's `now`. */
	private readonly unknown = new Map<string, number>();
	private readonly budget: LookupBudget;
	private traffic: Traffic;

	constructor(private readonly clock: Clock) {
		this.budget = new LookupBudget(clock);
		this.traffic = openTraffic(clock);
	}

	/** True if the task was unknown to the API a moment ago. */
	isUnknown(taskId: string): boolean {
		return (this.unknown.get(taskId) ?? -Infinity) > this.clock.now();
	}

	/** Joins the lookup of the task, or starts one. */
	join(
		taskId: string,
		start: (traffic: Traffic, onFound: () => void) => Promise<Verdict>,
	): Lookup | TurnedAway {
		const joined = this.pending.get(taskId);
		if (joined !== undefined) return joined;
		if (this.pending.size >= MAX_PENDING) return 'tooManyPending';
		if (!this.budget.take()) return 'tooManyUnknown';
		const onFound = () => {
			if (!lookup.isFound) this.budget.giveBack();
			lookup.isFound = true;
		};
		const lookup: Lookup = { isFound: false, verdict: start(this.traffic, onFound) };
		this.pending.set(taskId, lookup);
		const onEnd = (verdict?: Verdict) => this.end(taskId, lookup, verdict?.kind === 'unknown');
		void lookup.verdict.then(onEnd, () => onEnd());
		return lookup;
	}

	/** Ends all that are under way, so that none of them starts the workflow. */
	cancel(): void {
		this.pending.clear();
		this.renewTraffic();
	}

	private end(taskId: string, lookup: Lookup, isUnknown: boolean): void {
		if (isUnknown) this.remember(taskId);
		// After a cancellation there may be another lookup of the task
		if (this.pending.get(taskId) !== lookup) return;
		this.pending.delete(taskId);
		if (this.pending.size === 0) this.renewTraffic();
	}

	private renewTraffic(): void {
		this.traffic.close();
		this.traffic = openTraffic(this.clock);
	}

	private remember(taskId: string): void {
		this.unknown.delete(taskId);
		this.unknown.set(taskId, this.clock.now() + UNKNOWN_FOR_MS);
		const [oldest] = this.unknown.keys();
		if (this.unknown.size > MAX_UNKNOWN && oldest !== undefined) this.unknown.delete(oldest);
	}
}

function openTraffic(clock: Clock): Traffic {
	const controller = new AbortController();
	const { signal } = controller;
	const throttle = new AdaptiveThrottle();
	const limiter = new RequestLimiter(LIMITS, throttle, clock, signal);
	return { throttle, limiter, signal, close: () => controller.abort() };
}
