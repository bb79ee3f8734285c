import type { TestBed } from './test-bed.mjs';

/** One line of the table. */
export interface Row {
	/** What was measured, e.g. `Wall time`. */
	readonly measure: string;
	/** The figure of our node, with its unit. */
	readonly ours: string;
	/** The figure of what it is compared with, if anything. */
	readonly theirs?: string;
	/** The figure that counts, e.g. the ratio of both. */
	readonly result?: string;
	/** Missing for figures that are only reported. */
	readonly target?: Target;
}

export interface Target {
	/** What the result must be, e.g. `≤ 0.7`. */
	readonly text: string;
	readonly isMet: boolean;
}

export interface Benchmark {
	/** Selects it on the command line: `npm run bench -- NAME`. */
	readonly name: string;
	/** What is done: the line above its rows. */
	readonly title: string;
	run(bed: TestBed): Promise<Row[]>;
}

/** The target `≤ limit`. */
export function atMost(value: number, limit: number, unit = ''): Target {
	return { text: `≤ ${limit}${unit}`, isMet: value <= limit };
}
