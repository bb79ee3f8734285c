import { seeded } from '../seeded-random.mjs';

/** What happens to which share of all (0 to 1 each, 1 at most together); nothing special happens to the rest. */
export interface Shares<T> {
	/** The same seed gives the same draws. */
	seed: number;
	shares: ReadonlyArray<{ share: number; plan: T }>;
}

/** Draws one plan after another, each as often as its share says. */
export class Draw<T> {
	private readonly random: () => number;

	constructor(private readonly shares: Shares<T>) {
		this.random = seeded(shares.seed);
	}

	/** Returns undefined for the rest. */
	next(): T | undefined {
		let left = this.random();
		return this.shares.shares.find(({ share }) => (left -= share) < 0)?.plan;
	}
}
