import { seeded } from '../seeded-random.mjs';

/** Random choices that are the same for the same seed, so that a run can be repeated. */
export class SeededRandom {
	/** From 0 (inclusive) to 1 (exclusive). */
	readonly next: () => number;

	constructor(seed: number) {
		this.next = seeded(seed);
	}

	between(min: number, max: number): number {
		return min + this.next() * (max - min);
	}

	pick<T>(choices: readonly [T, ...T[]]): T {
		return choices[Math.floor(this.next() * choices.length)] ?? choices[0];
	}
}
