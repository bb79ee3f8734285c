import { IMAGE_COUNTS } from '../veo/api/endpoints/generate';
import { toHttpUrl } from '../veo/httpUrl';
import { isObject, toText } from '../veo/task/coerce';
import type { JsonObject } from '../veo/task/coerce';
import { GENERATION_RULES } from './generationOptions';
import { InvalidParameterError } from './invalidParameter';
import { readNumber } from './number';

const isText = (value: unknown) => toText(value) !== null;
const isAddress = (value: unknown) => typeof value === 'string' && toHttpUrl(value) !== null;

/** What the API takes in the fields that have a parameter of their own. */
const RULES: Readonly<
	Record<string, readonly [isValid: (value: unknown) => boolean, expected: string]>
> = {
	prompt: [isText, 'text that is not empty'],
	model: [isText, 'text that is not empty'],
	watermark: [(value) => typeof value === 'string', 'text'],
	callBackUrl: [isAddress, 'an http(s) address'],
	imageUrls: [
		(value) => Array.isArray(value) && value.every(isAddress),
		'a list of http(s) addresses',
	],
};

interface Body {
	readonly fields: JsonObject;
	readonly additionalFields: JsonObject;
	readonly imageFields: readonly string[];
}

/**
 * Checks that Additional Fields, which replace fields of the body, pass the checks of the parameters that they replace.
 * Fields without a parameter are for the API to check. Throws an InvalidParameterError.
 */
export function checkAdditionalFields({ fields, additionalFields, imageFields }: Body): void {
	for (const [name, value] of Object.entries(additionalFields)) {
		const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
		const [isValid, expected] = rule ?? [() => true, ''];
		if (!isValid(value)) throw invalid(`has "${name}", which must be ${expected}.`);
	}
	if ('seeds' in additionalFields) readNumber(additionalFields.seeds, GENERATION_RULES.seeds);
	checkImageCount({ ...fields, ...additionalFields }, imageFields.length);
}

function checkImageCount({ generationType, imageUrls }: JsonObject, uploaded: number): void {
	const counts: unknown = (IMAGE_COUNTS as JsonObject)[String(generationType)];
	if (!isObject(counts)) return;
	const count = Array.isArray(imageUrls) ? imageUrls.length : uploaded;
	if (count >= Number(counts.min) && count <= Number(counts.max)) return;
	const images = `${count === 0 ? 'no' : count} image${count === 1 ? '' : 's'}`;
	const taken = counts.max === 0 ? 'none' : `${String(counts.min)} to ${String(counts.max)}`;
	throw invalid(`makes it ${images} for ${String(generationType)}, which takes ${taken}.`);
}

function invalid(problem: string): InvalidParameterError {
	return new InvalidParameterError(`Additional Fields ${problem}`, 'Correct its JSON.');
}
