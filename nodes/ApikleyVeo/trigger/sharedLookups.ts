import type { Clock } from '../veo/ports';
import { LookupBudget } from './lookupBudget';
import type { Verdict } from './verdict';

/** How long an unknown task isn't looked up again. The provider repeats a callback after a minute at the earliest. */
const UNKNOWN_FOR_MS = 45_000;
const MAX_UNKNOWN = 1_000;

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

	constructor(private readonly clock: Clock) {
		this.budget = new LookupBudget(clock);
	}

	/** True if the task was unknown to the API a moment ago. */
	isUnknown(taskId: string): boolean {
		return (this.unknown.get(taskId) ?? -Infinity) > this.clock.now();
	}

	/** Joins the lookup of the task, or starts one. Null if too many tasks have turned out to be unknown. */
	join(taskId: string, start: (onFound: () => void) => Promise<Verdict>): Lookup | null {
		const joined = this.pending.get(taskId);
		if (joined !== undefined) return joined;
		if (!this.budget.take()) return null;
		const lookup: Lookup = {
			isFound: false,
			verdict: start(() => {
				if (!lookup.isFound) this.budget.giveBack();
				lookup.isFound = true;
			}).then((verdict) => {
				if (verdict.kind === 'unknown') this.remember(taskId);
				return verdict;
			}),
		};
		this.pending.set(taskId, lookup);
		const remove = () => this.pending.delete(taskId);
		void lookup.verdict.then(remove, remove);
		return lookup;
	}

	private remember(taskId: string): void {
		this.unknown.delete(taskId);
		this.unknown.set(taskId, this.clock.now() + UNKNOWN_FOR_MS);
		const [oldest] = this.unknown.keys();
		if (this.unknown.size > MAX_UNKNOWN && oldest !== undefined) this.unknown.delete(oldest);
	}
}
