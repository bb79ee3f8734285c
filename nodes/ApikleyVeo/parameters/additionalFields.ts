import type { IExecuteFunctions } from 'n8n-workflow';

import { bodyFieldOf, mergeFields, respell } from '../veo/api/endpoints/bodyFields';
import type { BodyField } from '../veo/api/endpoints/bodyFields';
import { IMAGE_COUNTS } from '../veo/api/endpoints/generate';
import { isObject } from '../veo/task/coerce';
import type { JsonObject } from '../veo/task/coerce';
import { readBoolean } from './boolean';
import { GENERATION_RULES, parseCallbackUrl, parseWatermark } from './generationOptions';
import { parseImageUrls } from './images';
import { InvalidParameterError, tryRead } from './invalidParameter';
import { isBlank, readNumber } from './number';
import { parsePrompt } from './prompt';
import { parseTaskId } from './taskId';
import { parseText } from './text';

/** How the value of each field is read: as that of the parameter. */
const PARSERS: Readonly<Record<BodyField, (value: unknown, label: string) => unknown>> = {
	taskId: (value) => parseTaskId(value),
	prompt: parsePrompt,
	model: parseText,
	// The API may learn further ones
	generationType: parseText,
	imageUrls: parseImageUrls,
	aspectRatio: parseText,
	seeds: (value, label) => readNumber(value, { ...GENERATION_RULES.seeds, label }),
	watermark: parseWatermark,
	callBackUrl: parseCallbackUrl,
	enableTranslation: readBoolean,
};

/** The API refuses a request without these. */
const REQUIRED: readonly string[] = ['taskId', 'prompt', 'model'];

/** As parameters they aren't sent if they are blank. */
const OPTIONS: readonly string[] = ['seeds', 'watermark', 'callBackUrl', 'enableTranslation'];

interface Request {
	readonly fields: JsonObject;
	readonly additionalFields: JsonObject;
	readonly imageFields: readonly string[];
}

/**
 * Returns the request with what its Additional Fields mean: those that have a parameter of their own are read as that
 * parameter is, and null where they leave the field out. All others are for the API to check. Throws an
 * InvalidParameterError.
 */
export function parseAdditionalFields<T extends Request>(
	context: IExecuteFunctions,
	request: T,
): T {
	const { fields } = request;
	const entries = Object.entries(request.additionalFields);
	const additionalFields = Object.fromEntries(
		entries.map(([name, value]) => [name, parseField(context, name, value, fields)]),
	);
	checkSpellings(additionalFields);
	// Files that the request doesn't use need no upload
	const imageFields = 'imageUrls' in respell(additionalFields) ? [] : request.imageFields;
	checkImageCount(respell(mergeFields(fields, additionalFields)), imageFields.length);
	return { ...request, additionalFields, imageFields };
}

function parseField(
	context: IExecuteFunctions,
	name: string,
	value: unknown,
	fields: JsonObject,
): unknown {
	const field = bodyFieldOf(name);
	if (field === null) return value;
	const label = `"${name}" in Additional Fields`;
	if (value === null || (OPTIONS.includes(field) && isBlank(value))) {
		if (!REQUIRED.includes(field) || !(field in fields)) return null;
		throw new InvalidParameterError(`${label} is null, but the API needs it.`, ADVICE);
	}
	const parsed = tryRead(context, () => PARSERS[field](value, label));
	if (parsed instanceof InvalidParameterError) {
		throw new InvalidParameterError(parsed.message, ADVICE);
	}
	return Array.isArray(parsed) && parsed.length === 0 ? null : parsed;
}

const ADVICE = 'Correct it in Additional Fields, or leave it out there.';

/** Two spellings of a field would be two values for it. */
function checkSpellings(additionalFields: JsonObject): void {
	const names = Object.keys(additionalFields).filter(
		(name) => additionalFields[name] !== null && bodyFieldOf(name) !== null,
	);
	for (const name of names) {
		const other = names.find((each) => each !== name && bodyFieldOf(each) === bodyFieldOf(name));
		if (other === undefined) continue;
		throw new InvalidParameterError(
			`Additional Fields has both "${name}" and "${other}", which are the same field.`,
			'Leave one of them out.',
		);
	}
}

function checkImageCount({ generationType, imageUrls }: JsonObject, uploaded: number): void {
	const counts: unknown = (IMAGE_COUNTS as JsonObject)[String(generationType)];
	if (!isObject(counts)) return;
	const count = Array.isArray(imageUrls) ? imageUrls.length : uploaded;
	if (count >= Number(counts.min) && count <= Number(counts.max)) return;
	const images = `${count === 0 ? 'no' : count} image${count === 1 ? '' : 's'}`;
	const taken = counts.max === 0 ? 'none' : `${String(counts.min)} to ${String(counts.max)}`;
	throw new InvalidParameterError(
		`With Additional Fields, the request has ${images}. ${String(generationType)} takes ${taken}.`,
		'Correct its JSON.',
	);
}
