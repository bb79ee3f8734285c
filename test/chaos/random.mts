import { seeded } from '../seeded-random.mjs';

/** Chance that is the same for the same seed, so that a run can be repeated. */
export class SeededRandom {
	/** From 0 (inclusive) to 1 (exclusive). */
	readonly next: () => number;

	constructor(seed: number) {
		this.next = seeded(seed);
	}

	between(least: number, most: number): number {
		return least + this.next() * (most - least);
	}

	pick<T>(choices: readonly [T, ...T[]]): T {
		return choices[Math.floor(this.next() * choices.length)] ?? choices[0];
	}
}
