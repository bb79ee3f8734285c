import { isPlainObject, parseJson } from '../json.mjs';

/** The fields of a request's body. Anything but a JSON object has none. */
export type Fields = Readonly<Record<string, unknown>>;

/** What the API wants of a field, if it is there. */
export interface FieldRule {
	isValid(value: unknown): boolean;
	/** The refusal of a value that isn't valid. */
	msg: string;
}

export function fieldsOf(body: Buffer): Fields {
	const content = parseJson(body);
	return isPlainObject(content) ? content : {};
}

/** Returns the message of the first field that breaks its rule; null if none does. */
export function brokenRule(
	fields: Fields,
	rules: Readonly<Record<string, FieldRule>>,
	refuseUnknown: boolean,
): string | null {
	for (const [name, value] of Object.entries(fields)) {
		const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
		if (!rule && refuseUnknown) return `Unknown parameter: ${name}`;
		if (rule && value !== undefined && !rule.isValid(value)) return rule.msg;
	}
	return null;
}

export const oneOf = (values: readonly string[], msg: string): FieldRule => ({
	isValid: (value) => values.includes(value as string),
	msg,
});

export const ofType = (type: 'string' | 'boolean', msg: string): FieldRule => ({
	isValid: (value) => typeof value === type,
	msg,
});

export function isFilled(value: unknown): value is string {
	return typeof value === 'string' && value.trim() !== '';
}

export function isWebAddress(value: unknown): value is string {
	return typeof value === 'string' && URL.canParse(value) && /^https?:/i.test(value);
}

/** The rules of the fields that every creation has. */
export const COMMON_RULES = {
	prompt: { isValid: isFilled, msg: 'Prompt cannot be empty' },
	seeds: {
		isValid: (value: unknown) =>
			Number.isInteger(value) && Number(value) >= 10_000 && Number(value) <= 99_999,
		msg: 'Seeds must be an integer between 10000 and 99999',
	},
	watermark: ofType('string', 'Watermark must be a string'),
	callBackUrl: { isValid: isWebAddress, msg: 'Invalid callBackUrl' },
} as const satisfies Record<string, FieldRule>;
