import type { IExecuteFunctions } from 'n8n-workflow';

import { DEFAULT_ASPECT_RATIO, DEFAULT_MODEL, reasonToRefuse } from '../veo/api/endpoints/generate';
import { bodyFieldOf, mergeFields, respell } from '../veo/api/endpoints/bodyFields';
import { isLocalHost } from '../veo/api/baseUrl';
import { isHttpUrl } from '../veo/httpUrl';
import { isObject, toText, toTexts } from '../veo/task/coerce';
import type { JsonObject } from '../veo/task/coerce';
import { parseAdditionalFields } from './additionalFields';
import { readChoice } from './choice';
import { readGenerationOptions, readTranslation } from './generationOptions';
import { readImages } from './images';
import { readPrompt } from './prompt';
import { readTaskId } from './taskId';
import { readText } from './text';

/** The request for a new task, as the parameters of an item have it. */
export interface CreationRequest {
	readonly endpoint: 'generate' | 'extend';
	/** The request's body without the images that are uploaded first. */
	readonly fields: JsonObject;
	/** Laid over the body. Null leaves out a field that this version of the node knows. */
	readonly additionalFields: JsonObject;
	/** Binary fields of the input item. Their files are uploaded, and their addresses become `imageUrls`. */
	readonly imageFields: readonly string[];
}

/** What is known about a task that the node has created, beyond its record. */
export interface CreationSummary {
	readonly prompt: string | null;
	/** As it was asked for; null if it wasn't. */
	readonly aspectRatio: string | null;
	/** Why the API may refuse the request; null if nothing is known against it. */
	readonly reasonToRefuse: string | null;
	/** The hosts of addresses that can't be reached from the internet; absent if there are none. */
	readonly localImageHost?: string;
	readonly localCallbackHost?: string;
}

/** What is sent. `more`: fields that are only known then, such as the addresses of images that are uploaded first. */
export function bodyOf(creation: CreationRequest, more: JsonObject = {}): JsonObject {
	return mergeFields({ ...creation.fields, ...more }, creation.additionalFields);
}

/** The same with each field in the spelling of the provider's document. */
export function respelledBodyOf(creation: CreationRequest): JsonObject {
	return respell(bodyOf(creation));
}

/** Whether the user has decided which address the API calls at the end: one of their own, or none at all. */
export function hasOwnCallback({ fields, additionalFields }: CreationRequest): boolean {
	return 'callBackUrl' in respell({ ...fields, ...additionalFields });
}

export function summarizeCreation(creation: CreationRequest): CreationSummary {
	const body = respelledBodyOf(creation);
	return {
		prompt: toText(body.prompt),
		aspectRatio: toText(body.aspectRatio),
		reasonToRefuse: creation.endpoint === 'generate' ? reasonToRefuse(body) : null,
		...localHostIn('localImageHost', toTexts(body.imageUrls)),
		...localHostIn('localCallbackHost', toTexts(body.callBackUrl)),
	};
}

function localHostIn(name: string, addresses: readonly string[]): JsonObject {
	const urls = addresses.filter(isHttpUrl).map((address) => new URL(address));
	const local = urls.find(({ hostname }) => isLocalHost(hostname));
	return local === undefined ? {} : { [name]: local.host };
}

/** Reads the request for a video from a prompt. Throws an InvalidParameterError. */
export function readGeneration(context: IExecuteFunctions, itemIndex: number): CreationRequest {
	const prompt = readPrompt(context, itemIndex);
	const generationType = readChoice(context, itemIndex, 'generationType', [
		'TEXT_2_VIDEO',
		'FIRST_AND_LAST_FRAMES_2_VIDEO',
		'REFERENCE_2_VIDEO',
	]);
	const { imageUrls, imageFields } = readImages(context, itemIndex, generationType);
	const { fields, additionalFields } = readGenerationOptions(context, itemIndex);
	return parseAdditionalFields<CreationRequest>(context, {
		endpoint: 'generate',
		fields: {
			prompt,
			// The API refuses a request without a model
			model: readText(context, itemIndex, 'model', DEFAULT_MODEL),
			generationType,
			...(imageUrls.length > 0 && { imageUrls }),
			aspectRatio: readText(context, itemIndex, 'aspectRatio', DEFAULT_ASPECT_RATIO),
			...fields,
			...readTranslation(context, itemIndex),
		},
		additionalFields,
		imageFields,
	});
}

/** Reads the request for a video that continues another. Throws an InvalidParameterError. */
export function readExtension(context: IExecuteFunctions, itemIndex: number): CreationRequest {
	const taskId = readTaskId(context, itemIndex);
	const prompt = readPrompt(context, itemIndex);
	const { fields, additionalFields } = readGenerationOptions(context, itemIndex);
	return parseAdditionalFields<CreationRequest>(context, {
		endpoint: 'extend',
		fields: { taskId, prompt, ...fields },
		additionalFields,
		imageFields: [],
	});
}

/**
 * What makes a request another one: not the address that the API calls at its end, which an expression may set anew for
 * each try, nor the order of keys.
 */
export function identityOf(creation: CreationRequest): CreationRequest {
	const additionalFields = sortKeys(withoutCallback(creation.additionalFields)) as JsonObject;
	return { ...creation, fields: withoutCallback(creation.fields), additionalFields };
}

/**
 * The same without the queries of image addresses that are signed. Each time a workflow asks for such an address, it has
 * another signature, but it's the same image.
 */
export function withoutSignatures(creation: CreationRequest): CreationRequest {
	const { fields, additionalFields } = creation;
	return {
		...creation,
		fields: mapImageUrls(fields),
		additionalFields: mapImageUrls(additionalFields),
	};
}

function mapImageUrls(fields: JsonObject): JsonObject {
	return Object.fromEntries(
		Object.entries(fields).map(([name, value]) =>
			bodyFieldOf(name) === 'imageUrls' && toTexts(value).some(isSigned)
				? [name, toTexts(value).map(withoutSignature)]
				: [name, value],
		),
	);
}

/** Such as `X-Amz-Signature`, `sig`, `accessToken`, Discord's `hm`, SharePoint's `tempauth`, or Facebook's `oh`. */
const SIGNATURE = /^(hm|oh|tempauth)$|(^|[-_])sig$|(signature|token)$/i;

function isSigned(address: string): boolean {
	if (!URL.canParse(address)) return false;
	return [...new URL(address).searchParams.keys()].some((name) => SIGNATURE.test(name));
}

function withoutSignature(address: string): string {
	if (!isSigned(address)) return address;
	const { origin, pathname } = new URL(address);
	return `${origin}${pathname}`;
}

function withoutCallback(fields: JsonObject): JsonObject {
	return Object.fromEntries(
		Object.entries(fields).filter(([name]) => bodyFieldOf(name) !== 'callBackUrl'),
	);
}

function sortKeys(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sortKeys);
	if (!isObject(value)) return value;
	const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
	return Object.fromEntries(entries.map(([key, each]) => [key, sortKeys(each)]));
}
