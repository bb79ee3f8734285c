import { createHash } from 'crypto';
import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { detectImageType, SIGNATURE_LENGTH } from '../veo/image/imageType';
import type { ImageType } from '../veo/image/imageType';
import type { ByteStream, ReadableFile } from '../veo/ports';
import { isObject } from '../veo/task/coerce';
import { explainNetworkError } from './networkError';

/** Veo itself takes images of up to 20 MB. */
export const MAX_IMAGE_BYTES = 20 * 2 ** 20;

/** An image in a binary field of an input item. */
export interface Image extends ReadableFile {
	/** The name of the binary field. */
	readonly field: string;
	/** Of the input item. */
	readonly itemIndex: number;
	readonly type: ImageType;
	/**
	 * Identifies the file in this execution, also after n8n has renamed it at the end of the execution. In n8n's Retry it
	 * is the same.
	 */
	readonly key: string;
}

/** What a binary field of an input item holds. */
export type FieldContent =
	| { readonly kind: 'image'; readonly image: Image }
	/** `fields`: the binary fields that the item has. */
	| { readonly kind: 'noField'; readonly fields: readonly string[] }
	| { readonly kind: 'empty' }
	| { readonly kind: 'tooLarge'; readonly size: number }
	/** `found`: what it holds instead of an image. */
	| { readonly kind: 'notAnImage'; readonly found: string }
	/** n8n couldn't read it from where it stores binary data. */
	| { readonly kind: 'unreadable'; readonly reason: string };

interface BinaryFile extends ReadableFile {
	readonly key: string;
	/** Resolves with the bytes by which its type is detected. */
	readStart(): Promise<Uint8Array>;
}

type Helpers = IExecuteFunctions['helpers'];

/** Looks at the image in a binary field, and only reads its first bytes. Never rejects. */
export async function readImage(
	{ helpers, getInputData }: IExecuteFunctions,
	itemIndex: number,
	field: string,
): Promise<FieldContent> {
	throw new Error('not built yet');
}
