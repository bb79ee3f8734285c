/** A setting that can't be used. The message says which, what it is, and what it must be. */
export class InvalidParameterError extends Error {}

export interface NumberRule {
	/** As the panel names it. */
	readonly label: string;
	readonly default: number;
	readonly min: number;
	/** The least value is itself too small. */
	readonly exclusive?: boolean;
	readonly whole?: boolean;
	/** For the message, e.g. "seconds". */
	readonly unit?: string;
}

/**
 * Reads a number that an expression can have made anything; numbers written as text will do.
 * @throws InvalidSetting
 */
export function readNumber(value: unknown, rule: NumberRule): number {
	const isBlank = typeof value === 'string' && value.trim() === '';
	if (value === undefined || value === null || isBlank) return rule.default;
	const number = typeof value === 'string' ? Number(value) : value;
	const fits =
		typeof number === 'number' &&
		Number.isFinite(number) &&
		(rule.exclusive === true ? number > rule.min : number >= rule.min) &&
		(rule.whole !== true || Number.isInteger(number));
	if (!fits)
		throw new InvalidParameterError(
			`${rule.label} must be ${describeRule(rule)}, but is ${formatValue(value)}.`,
		);
	return number;
}

/** What `read` gives, or the first setting in it that can't be used. */
export function tryRead<T>(read: () => T): T | InvalidParameterError {
	try {
		return read();
	} catch (error) {
		return error instanceof InvalidParameterError
			? error
			: new InvalidParameterError((error as Error).message);
	}
}

function describeRule({ min: least, exclusive, whole, unit, ...rule }: NumberRule): string {
	const kind = `a ${whole === true ? 'whole ' : ''}number${unit === undefined ? '' : ` of ${unit}`}`;
	const bound = exclusive === true ? `greater than ${least}` : `${least} or more`;
	return `${kind}, ${bound} (for example ${Math.max(rule.default, 1)})`;
}

function formatValue(value: unknown): string {
	return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
}
