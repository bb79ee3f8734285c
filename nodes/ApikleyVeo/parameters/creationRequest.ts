import type { JsonObject } from '../veo/task/coerce';

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
