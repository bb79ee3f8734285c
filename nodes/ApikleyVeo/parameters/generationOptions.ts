import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { MAX_SEED, MIN_SEED } from '../veo/api/endpoints/generate';
import { toObject } from '../veo/task/coerce';
import type { JsonObject } from '../veo/task/coerce';
import { parseAddress } from './address';
import { readBoolean } from './boolean';
import { InvalidParameterError } from './invalidParameter';
import { isBlank, readNumber } from './number';
import type { NumberRule } from './number';
import { readCollection } from './options';
import { describeValue } from './text';

/** With the panel's defaults. A linter wants those written out in the panel, so a test compares the two. */
export const GENERATION_RULES = {
	seeds: { label: 'Seed', default: MIN_SEED, min: MIN_SEED, max: MAX_SEED, whole: true },
	maxVideos: { label: 'Max Videos', default: 100, min: 1, whole: true },
} as const satisfies Record<string, NumberRule>;

export interface GenerationOptions {
	/** Fields of the request's body. */
	readonly fields: JsonObject;
	readonly additionalFields: JsonObject;
}

/** The fields of a body that any creation can have. Those that aren't set are not sent. Throws an InvalidParameterError. */
export function readGenerationOptions(
	context: IExecuteFunctions,
	itemIndex: number,
): GenerationOptions {
	const options = readCollection(context, 'generationOptions', itemIndex);
	const readIfSet = (name: string, read: (value: unknown) => unknown) =>
		isBlank(options[name]) ? {} : { [name]: read(options[name]) };
	return {
		fields: {
			...readIfSet('seeds', (value) => readNumber(value, GENERATION_RULES.seeds)),
			...readIfSet('watermark', (value) => parseWatermark(value, 'Watermark')),
			...readIfSet('callBackUrl', (value) => parseCallbackUrl(value, 'Callback URL')),
		},
		additionalFields: readAdditionalFields(options),
	};
}

/** Reads how many tasks may be created in one execution. It applies to all items, so the first decides. */
export function readMaxVideos(context: IExecuteFunctions): number {
	const { maxVideos } = readCollection(context, 'generationOptions', 0);
	return readNumber(maxVideos, GENERATION_RULES.maxVideos);
}

/** @throws InvalidParameterError */
export function readTranslation(context: IExecuteFunctions, itemIndex: number): JsonObject {
	const { enableTranslation } = readCollection(context, 'generationOptions', itemIndex);
	if (isBlank(enableTranslation)) return {};
	return { enableTranslation: readBoolean(enableTranslation, 'Translate Prompt to English') };
}

/** @throws InvalidParameterError */
export function parseWatermark(value: unknown, label: string): string {
	if (typeof value === 'string') return value.trim();
	if (typeof value === 'number') return String(value);
	throw new InvalidParameterError(
		`${label} must be text. It is ${describeValue(value)}.`,
		'Correct the expression, or leave it empty for no watermark.',
	);
}

/** @throws InvalidParameterError */
export function parseCallbackUrl(value: unknown, label: string): string {
	const address = typeof value === 'string' ? parseAddress(value) : null;
	if (address?.kind === 'valid') return address.url;
	throw new InvalidParameterError(
		`${label} must be an http(s) address. It is ${JSON.stringify(value)}.`,
		'Enter an address that can be reached from the internet, or leave it empty.',
	);
}

function readAdditionalFields({ additionalFields }: IDataObject): JsonObject {
	if (isBlank(additionalFields)) return {};
	const fields = toObject(additionalFields);
	if (fields !== null) return fields;
	throw new InvalidParameterError(
		'Additional Fields must be a JSON object.',
		'Use a form like {"duration": 8}: names in double quotes, and braces around all of them.',
	);
}
