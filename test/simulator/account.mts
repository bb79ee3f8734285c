/** At most this many creations in any span of this length. */
export interface CreationLimit {
	creations: number;
	perSeconds: number;
	/** Whether a refusal has a Retry-After header; default false. */
	retryAfter?: boolean;
}

/** As the same API documents it under another name. */
export const PROVIDER_LIMIT: CreationLimit = { creations: 20, perSeconds: 10 };

/** The account that pays: its balance in credits, and how many tasks it created lately. */
export class Account {
	balance = 0;
	/** When the latest creations were admitted, in epoch milliseconds. */
	private admitted: number[] = [];

	/** Returns 0 and counts the creation, or returns the milliseconds until one more is admitted. */
	admit(now: number, { creations, perSeconds }: CreationLimit): number {
		const since = now - perSeconds * 1000;
		this.admitted = this.admitted.filter((time) => time > since);
		if (this.admitted.length >= creations) return (this.admitted[0] ?? now) - since;
		this.admitted.push(now);
		return 0;
	}

	clear(): void {
		this.admitted = [];
	}
}
