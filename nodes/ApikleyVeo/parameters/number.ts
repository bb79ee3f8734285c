import { InvalidParameterError } from './invalidParameter';

export interface NumberRule {
	/** As in the panel. */
	readonly label: string;
	readonly default: number;
	readonly min: number;
	/** The value must be more than `min`. */
	readonly exclusive?: boolean;
	readonly whole?: boolean;
}

/** Reads a number, which may be written as text, or throws an InvalidParameterError. */
export function readNumber(value: unknown, rule: NumberRule): number {
	const isBlank = typeof value === 'string' && value.trim() === '';
	if (value === undefined || value === null || isBlank) return rule.default;
	const number = typeof value === 'string' ? Number(value) : value;
	const isValid =
		typeof number === 'number' &&
		Number.isFinite(number) &&
		(rule.exclusive === true ? number > rule.min : number >= rule.min) &&
		(rule.whole !== true || Number.isInteger(number));
	if (isValid) return number;
	throw new InvalidParameterError(
		`${rule.label} must be ${describeRule(rule)}. It is ${formatValue(value)}.`,
		`Set it to ${Math.max(rule.default, 1)}, for example.`,
	);
}

function describeRule({ min, exclusive, whole }: NumberRule): string {
	const bound = exclusive === true ? `more than ${min}` : `${min} or more`;
	return `a ${whole === true ? 'whole ' : ''}number, ${bound}`;
}

function formatValue(value: unknown): string {
	return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
}
