import { atMost, type Row } from './benchmark.mjs';

/** Several measurements of the same thing. */
export interface Sample {
	readonly median: number;
	readonly min: number;
	readonly max: number;
}

/** Takes at least one value. */
export function sampleOf(values: readonly number[]): Sample {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = (sorted.length - 1) / 2;
	const [low = NaN, high = NaN] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
	return { median: (low + high) / 2, min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN };
}

/** The value that this share of all values does not exceed, e.g. 0.95. Takes at least one value. */
export function quantile(values: readonly number[], share: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** The median and the range: `5.43 s (5.40–5.61)`. */
export function formatSample(values: readonly number[], unit = ''): string {
	const { median, min, max } = sampleOf(values);
	return `${median.toFixed(2)}${unit} (${min.toFixed(2)}–${max.toFixed(2)})`;
}

/** Divides round by round, so that a busy minute of the machine affects both sides alike. */
export function ratiosOf(ours: readonly number[], theirs: readonly number[]): number[] {
	return ours.map((value, round) => value / (theirs[round] ?? NaN));
}

/** The row that compares both sides. The target is for the median of the ratios. */
export function ratioRow(
	[measure, unit]: readonly [measure: string, unit: string],
	ours: readonly number[],
	theirs: readonly number[],
	maxRatio?: number,
): Row {
	const ratios = ratiosOf(ours, theirs);
	return {
		measure,
		ours: formatSample(ours, unit),
		theirs: formatSample(theirs, unit),
		result: formatSample(ratios),
		...(maxRatio !== undefined && { target: atMost(sampleOf(ratios).median, maxRatio) }),
	};
}
