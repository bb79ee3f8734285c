import type { Clock } from '../veo/ports';

/** Lookups for tasks that the API hasn't confirmed: this many at once … */
const MAX_LOOKUPS = 200;
/** … and then one more in this time. The API can take far more. */
const REFILL_MS = 200;

/** Limits the lookups that strangers can cause, who may post any number of invented task IDs. */
export class LookupBudget {
	private left = MAX_LOOKUPS;
	private refilledAt: number;

	constructor(private readonly clock: Clock) {
		this.refilledAt = clock.now();
	}

	/** Returns false if nothing is left. */
	take(): boolean {
		const now = this.clock.now();
		this.left = Math.min(MAX_LOOKUPS, this.left + (now - this.refilledAt) / REFILL_MS);
		this.refilledAt = now;
		if (this.left < 1) return false;
		this.left -= 1;
		return true;
	}

	/** The task exists, so its callback was no stranger's. */
	giveBack(): void {
		this.left += 1;
	}
}
