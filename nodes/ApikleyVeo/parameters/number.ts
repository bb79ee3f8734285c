import { InvalidParameterError } from './invalidParameter';

export interface NumberRule {
	/** As in the panel. */
	readonly label: string;
	readonly default: number;
	readonly min: number;
	readonly max?: number;
	/** The value must be more than `min`. */
	readonly exclusive?: boolean;
	readonly whole?: boolean;
	/** A number that makes a difference. By default that is the default, or 1. */
	readonly example?: number;
}

/** Reads a number, which may be written as text, or throws an InvalidParameterError. */
export function readNumber(value: unknown, rule: NumberRule): number {
	if (isBlank(value)) return rule.default;
	const number = typeof value === 'string' ? Number(value) : value;
	const isValid =
		typeof number === 'number' &&
		Number.isFinite(number) &&
		(rule.exclusive === true ? number > rule.min : number >= rule.min) &&
		number <= (rule.max ?? Infinity) &&
		(rule.whole !== true || Number.isInteger(number));
	if (isValid) return number;
	throw new InvalidParameterError(
		`${rule.label} must be ${describeRule(rule)}. It is ${formatValue(value)}.`,
		`Set it to ${rule.example ?? Math.max(rule.default, 1)}, for example.`,
	);
}

/** Whether there is no value, as in a field that was cleared. */
export function isBlank(value: unknown): boolean {
	return value === undefined || value === null || (typeof value === 'string' && !value.trim());
}

function describeRule({ min, max, exclusive, whole }: NumberRule): string {
	const number = `a ${whole === true ? 'whole ' : ''}number`;
	if (max !== undefined) return `${number} from ${min} to ${max}`;
	return `${number}, ${exclusive === true ? `more than ${min}` : `${min} or more`}`;
}

function formatValue(value: unknown): string {
	return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
}
