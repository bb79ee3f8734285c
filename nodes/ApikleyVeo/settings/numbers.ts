/** A setting that can't be used. The message says which, what it is, and what it must be. */
export class InvalidSetting extends Error {}

export interface NumberRule {
	/** As the panel names it. */
	readonly label: string;
	readonly default: number;
	readonly least: number;
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
export function readSetting(value: unknown, rule: NumberRule): number {
	const isBlank = typeof value === 'string' && value.trim() === '';
	if (value === undefined || value === null || isBlank) return rule.default;
	const number = typeof value === 'string' ? Number(value) : value;
	const fits =
		typeof number === 'number' &&
		Number.isFinite(number) &&
		(rule.exclusive === true ? number > rule.least : number >= rule.least) &&
		(rule.whole !== true || Number.isInteger(number));
	if (!fits)
		throw new InvalidSetting(`${rule.label} must be ${expectation(rule)}, but is ${show(value)}.`);
	return number;
}

/** What `read` gives, or the first setting in it that can't be used. */
export function catchInvalid<T>(read: () => T): T | InvalidSetting {
	try {
		return read();
	} catch (error) {
		return error instanceof InvalidSetting ? error : new InvalidSetting((error as Error).message);
	}
}

function expectation({ least, exclusive, whole, unit, ...rule }: NumberRule): string {
	const kind = `a ${whole === true ? 'whole ' : ''}number${unit === undefined ? '' : ` of ${unit}`}`;
	const bound = exclusive === true ? `greater than ${least}` : `${least} or more`;
	return `${kind}, ${bound} (for example ${Math.max(rule.default, 1)})`;
}

function show(value: unknown): string {
	return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
}
