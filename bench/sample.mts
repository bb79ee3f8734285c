/** Several measurements of the same. */
export interface Sample {
	readonly median: number;
	readonly least: number;
	readonly most: number;
}

/** Of at least one value. */
export function sampleOf(values: readonly number[]): Sample {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = (sorted.length - 1) / 2;
	const [low = NaN, high = NaN] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
	return { median: (low + high) / 2, least: sorted[0] ?? NaN, most: sorted.at(-1) ?? NaN };
}

/** Round by round, so that a busy minute of the machine strikes both alike. */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): Sample {
	return sampleOf(ours.map((value, round) => value / (theirs[round] ?? NaN)));
}

/** `5.43 s (5.40–5.61)`: the median and the spread. */
export function shown({ median, least, most }: Sample, unit = ''): string {
	const [middle, from, to] = [median, least, most].map((value) => value.toFixed(2));
	return `${middle}${unit} (${from}–${to})`;
}
