import type { IExecuteFunctions } from 'n8n-workflow';

import { toText } from '../veo/task/coerce';
import type { JsonObject } from '../veo/task/coerce';
import { readNumber } from './number';
import { readCollection } from './options';

/** The request for a new task, as the parameters of an item have it. */
export interface CreationRequest {
	readonly endpoint: 'generate' | 'extend';
	/** The request's body without the images that are uploaded first. */
	readonly fields: JsonObject;
	/** Laid over the body: fields that this version of the node doesn't know. */
	readonly additionalFields: JsonObject;
	/** Binary fields of the input item. Their files are uploaded, and their addresses become `imageUrls`. */
	readonly imageFields: readonly string[];
}

/** What is known about a task that the node has created, beyond its record. */
export interface CreationSummary {
	readonly prompt: string | null;
	/** As it was asked for; null if it wasn't. */
	readonly aspectRatio: string | null;
}

export function summarizeCreation({ fields }: CreationRequest): CreationSummary {
	return { prompt: toText(fields.prompt), aspectRatio: toText(fields.aspectRatio) };
}

const MAX_VIDEOS_RULE = { label: 'Max Videos', default: 100, min: 1, whole: true };

/** Reads the limit by the first item, as it applies to the whole execution, or throws an InvalidParameterError. */
export function readMaxVideos(context: IExecuteFunctions): number {
	const { maxVideos } = readCollection(context, 'generationOptions', 0);
	return readNumber(maxVideos, MAX_VIDEOS_RULE);
}
