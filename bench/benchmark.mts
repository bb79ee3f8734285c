import type { Lab } from './test-bed.mjs';

/** One line of the table. */
export interface Row {
	/** What was measured, e.g. `Wall time`. */
	readonly measure: string;
	/** Of our node, with its unit. */
	readonly ours: string;
	/** Of what it is compared with; empty where there is nothing to compare. */
	readonly theirs?: string;
	/** What counts, e.g. the ratio of both. */
	readonly result: string;
	/** What it must be, e.g. `≤ 0.7`; null for what is only told. */
	readonly target: string | null;
	readonly met: boolean;
}

export interface Benchmark {
	/** To run it alone: `npm run bench -- NAME`. */
	readonly name: string;
	/** What is done, in one line above its rows. */
	readonly title: string;
	run(lab: Lab): Promise<Row[]>;
}
