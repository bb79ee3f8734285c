import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { detectImageType, SIGNATURE_LENGTH } from '../veo/image/imageType';
import type { ImageType } from '../veo/image/imageType';
import type { ByteStream, ReadableFile } from '../veo/ports';
import { isObject } from '../veo/task/coerce';
import type { JsonObject } from '../veo/task/coerce';
import { digest } from './digest';
import { explainNetworkError } from './networkError';

/** Apikley documents no limit. Google takes images of up to 20 MB for Veo. */
export const MAX_IMAGE_BYTES = 20 * 2 ** 20;

/** An image in a binary field of an input item. */
export interface Image extends ReadableFile {
	readonly field: string;
	readonly itemIndex: number;
	readonly type: ImageType;
	/** The same for the same file in an execution, n8n's retries of it included. */
	readonly key: string;
}

/** What a binary field of an input item has in it. */
export type FieldContent =
	| { readonly kind: 'image'; readonly image: Image }
	/** `fields`: the binary fields that the item does have. */
	| { readonly kind: 'noField'; readonly fields: readonly string[] }
	/** The field is there, but nothing says where its contents are. */
	| { readonly kind: 'noContents' }
	| { readonly kind: 'empty' }
	| { readonly kind: 'tooLarge'; readonly size: number }
	/** `found`: what it is instead, e.g. "a GIF image". */
	| { readonly kind: 'notAnImage'; readonly found: string }
	/** n8n couldn't read it. `reason` is for the user to read. */
	| { readonly kind: 'unreadable'; readonly reason: string };

interface BinaryFile extends ReadableFile {
	readonly key: string;
	/** Resolves with the first bytes, by which the type is detected. */
	readStart(): Promise<Uint8Array>;
}

type Helpers = IExecuteFunctions['helpers'];

/** Resolves with what a binary field of an item has in it. Only the first bytes of a file are read. Never rejects. */
export async function readImage(
	context: IExecuteFunctions,
	itemIndex: number,
	field: string,
): Promise<FieldContent> {
	const binary = findBinary(context, itemIndex, field);
	if (binary === null) {
		const fields = binaryFields(context, itemIndex);
		return fields.includes(field) ? { kind: 'noContents' } : { kind: 'noField', fields };
	}
	if (!hasContents(binary)) return { kind: 'noContents' };
	try {
		const { readStart, ...file } = await toFile(context.helpers, binary);
		if (file.size === 0) return { kind: 'empty' };
		if (file.size > MAX_IMAGE_BYTES) return { kind: 'tooLarge', size: file.size };
		const start = await readStart();
		if (start.length === 0) return { kind: 'empty' };
		const type = detectImageType(start);
		return type.kind === 'image'
			? { kind: 'image', image: { ...file, field, itemIndex, type } }
			: { kind: 'notAnImage', found: type.found };
	} catch (error) {
		return { kind: 'unreadable', reason: explainNetworkError(error) };
	}
}

function findBinary(
	{ helpers }: IExecuteFunctions,
	itemIndex: number,
	field: string,
): JsonObject | null {
	try {
		const binary: unknown = helpers.assertBinaryData(itemIndex, field);
		// n8n also finds `toString` and `__proto__` in an item
		return isObject(binary) && binary !== Object.prototype ? binary : null;
	} catch {
		return null;
	}
}

/** What n8n writes into the data of a file that it has stored elsewhere, under an ID. */
const STORED_ELSEWHERE = /^(filesystem(-v2)?|s3|database|azure.*)$/;

function hasContents(binary: JsonObject): binary is JsonObject & IBinaryData {
	const { id, data } = binary;
	if (typeof id === 'string' && id !== '') return true;
	return typeof data === 'string' && !STORED_ELSEWHERE.test(data);
}

/** A workflow can have a setting that puts binary data into the JSON of its items. */
const FIELDS_IN_JSON = '_files';

function binaryFields(context: IExecuteFunctions, itemIndex: number): string[] {
	const item = context.getInputData()[itemIndex];
	const inJson = item?.json[FIELDS_IN_JSON];
	return [
		...Object.keys(item?.binary ?? {}),
		...Object.keys(isObject(inJson) ? inJson : {}).map((name) => `${FIELDS_IN_JSON}.${name}`),
	];
}

async function toFile(helpers: Helpers, { id, data }: IBinaryData): Promise<BinaryFile> {
	return id === undefined || id === '' ? inlineFile(data) : await storedFile(helpers, id);
}

/** n8n keeps binary data in memory. */
function inlineFile(data: string): BinaryFile {
	return {
		size: Buffer.byteLength(data, 'base64'),
		key: digest(data),
		readStart: async () => Buffer.from(data.slice(0, 2 * SIGNATURE_LENGTH), 'base64'),
		open: async () => Buffer.from(data, 'base64'),
	};
}

/** n8n keeps binary data on disk, in its database, or in S3. */
async function storedFile(helpers: Helpers, id: string): Promise<BinaryFile> {
	const { fileSize } = await helpers.getBinaryMetadata(id);
	if (!Number.isFinite(fileSize)) throw new TypeError('n8n has not stored how large it is');
	return {
		size: fileSize,
		// When a webhook's execution ends, n8n renames the folder of the file
		key: id.slice(id.lastIndexOf('/') + 1),
		readStart: async () => await readStart(await helpers.getBinaryStream(id, SIGNATURE_LENGTH)),
		open: async () => await helpers.getBinaryStream(id),
	};
}

/** Some storage modes begin with a smaller chunk, or return the whole file in one. */
async function readStart(stream: ByteStream): Promise<Uint8Array> {
	let start = Buffer.alloc(0);
	for await (const chunk of stream) {
		start = Buffer.concat([start, chunk.subarray(0, SIGNATURE_LENGTH)]);
		if (start.length >= SIGNATURE_LENGTH) break;
	}
	return start;
}
