import type { IExecuteFunctions } from 'n8n-workflow';

import { IMAGE_COUNTS } from '../veo/api/endpoints/generate';
import type { GenerationType } from '../veo/api/endpoints/generate';
import { parseJson, trimInvisible } from '../veo/task/coerce';
import { parseAddress } from './address';
import { readChoice } from './choice';
import { InvalidParameterError, readParameter } from './invalidParameter';
import { labelOf } from './labels';
import { describeValue, isExpression } from './text';

/** The images of a request, from one of two sources. */
export interface Images {
	readonly imageUrls: readonly string[];
	/** Binary fields of the input item. */
	readonly imageFields: readonly string[];
}

const NO_IMAGES: Images = { imageUrls: [], imageFields: [] };

const DEFAULTS: Readonly<Record<keyof Images, string>> = { imageUrls: '', imageFields: 'data' };

/** As in the panel. */
const TYPE_LABELS: Readonly<Record<GenerationType, string>> = {
	TEXT_2_VIDEO: 'Text',
	FIRST_AND_LAST_FRAMES_2_VIDEO: 'First and Last Frame',
	REFERENCE_2_VIDEO: 'Reference Images',
};

/** @throws InvalidParameterError */
export function readImages(
	context: IExecuteFunctions,
	itemIndex: number,
	type: GenerationType,
): Images {
	if (IMAGE_COUNTS[type].max === 0) return NO_IMAGES;
	const source = readChoice(context, itemIndex, 'imageSource', ['url', 'binary']);
	if (source === 'binary') {
		const value = readValue(context, itemIndex, 'imageFields');
		const imageFields = parseEntries(value, labelOf('imageFields'), splitNames);
		checkCount(context, type, 'imageFields', imageFields.length);
		return { ...NO_IMAGES, imageFields };
	}
	const value = readValue(context, itemIndex, 'imageUrls');
	const imageUrls = parseImageUrls(value, labelOf('imageUrls'));
	checkCount(context, type, 'imageUrls', imageUrls.length);
	return { ...NO_IMAGES, imageUrls };
}

function readValue(context: IExecuteFunctions, itemIndex: number, name: keyof Images): unknown {
	return readParameter(context, name, itemIndex, DEFAULTS[name]) ?? '';
}

/** Returns the addresses in a value, or throws an InvalidParameterError. */
export function parseImageUrls(value: unknown, label: string): string[] {
	return parseEntries(value, label, splitAddresses).map((text) => parseImageUrl(text, label));
}

/** Returns the entries of a text, of a list, or of a list written as JSON text. */
function parseEntries(value: unknown, label: string, split: (text: string) => string[]): string[] {
	const list = parseList(value);
	if (list === null) return splitText(value, label, split);
	return list.flatMap((entry, index) => {
		const entryLabel = `Entry ${index + 1} of ${label}`;
		const texts = splitText(entry, entryLabel, split);
		if (texts.length > 0) return texts;
		// A frame too few would be another video
		throw new InvalidParameterError(`${entryLabel} is empty.`, 'Correct the expression.');
	});
}

function parseList(value: unknown): unknown[] | null {
	if (Array.isArray(value)) return value;
	if (typeof value !== 'string' || !value.trim().startsWith('[')) return null;
	const parsed = parseJson(value);
	return Array.isArray(parsed) ? parsed : null;
}

function splitText(value: unknown, label: string, split: (text: string) => string[]): string[] {
	if (typeof value === 'string') {
		return split(value)
			.map(trimInvisible)
			.filter((text) => text !== '');
	}
	throw new InvalidParameterError(
		`${label} must be text. It is ${describeValue(value)}.`,
		'Use an expression that returns text, or a list of texts.',
	);
}

function splitNames(text: string): string[] {
	return text.split(/[,\r\n]/);
}

/** An address may contain separators, so one only separates if another address follows. */
function splitAddresses(text: string): string[] {
	return text
		.split(/[\r\n]+|[,;\s]+(?=["'`“„‘«<]?(?:[a-z][a-z\d+.-]*:\/\/|data:))/i)
		.map((address) => address.replace(/^[,;\s]+|[,;\s]+$/g, ''));
}

function parseImageUrl(text: string, label: string): string {
	const address = parseAddress(text);
	if (address.kind === 'valid') return address.url;
	const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
	throw new InvalidParameterError(
		`${label} contains "${shown}", which ${address.problem}.`,
		'The API fetches images by itself, from addresses that are open to the internet. For an image in the workflow set Image Source to Binary File.',
	);
}

function checkCount(
	context: IExecuteFunctions,
	type: GenerationType,
	name: keyof Images,
	count: number,
): void {
	const { min, max } = IMAGE_COUNTS[type];
	if (count >= min && count <= max) return;
	const label = labelOf(name);
	const needed = `${TYPE_LABELS[type]} needs ${min} ${max === min + 1 ? 'or' : 'to'} ${max} images`;
	if (count > max) {
		throw new InvalidParameterError(`${needed}. ${label} has ${count}.`, 'Leave some out.');
	}
	throw new InvalidParameterError(
		`${needed}. ${label} has none${isExpression(context, name) ? ': its expression found nothing in this item' : ''}.`,
		`Fill in ${label}, or set Generate From to Text.`,
	);
}
