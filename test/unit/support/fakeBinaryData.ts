import type { IBinaryData, IBinaryKeyData, IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { FakeStream } from './fakeContext';

/** The first bytes of each type of image, in Latin-1. */
export const STARTS = {
	jpeg: '\xff\xd8\xff\xe0\0\x10JFIF\0',
	png: '\x89PNG\r\n\x1a\n\0\0\0\rIHDR',
	webp: 'RIFF\x24\0\0\0WEBPVP8 ',
	gif: 'GIF89a\x01\0\x01\0',
};

/** A file of `size` bytes that begins like an image. */
export function imageFile(start: string = STARTS.png, size = 1_000): Buffer {
	return Buffer.concat([Buffer.from(start, 'latin1'), Buffer.alloc(size)], size);
}

/** Binary data that n8n keeps in memory. */
export function inline(file: Uint8Array, details: Partial<IBinaryData> = {}): IBinaryData {
	return { data: Buffer.from(file).toString('base64'), mimeType: 'image/png', ...details };
}

/** Binary data that n8n stores elsewhere. */
export function stored(id: string): IBinaryData {
	return { data: 'filesystem-v2', mimeType: 'image/png', id };
}

export interface FakeStorage {
	/** By the ID of the binary data. */
	readonly files?: Readonly<Record<string, Uint8Array>>;
	/** How large n8n says that each file is, if it is wrong. */
	readonly claimedSize?: number;
	/** In how many bytes at a time a file is read, if nothing else is asked for. */
	readonly chunkSize?: number;
	readonly json?: IDataObject;
}

/** The part of n8n by which a node reads the binary data of its only input item. */
export function fakeBinaryData(
	binary: IBinaryKeyData | undefined,
	{ files = {}, claimedSize, chunkSize = 64 * 1024, json = {} }: FakeStorage = {},
) {
	const streams: FakeStream[] = [];
	const find = (id: string) => {
		const file = files[id];
		if (file === undefined) throw new Error('File not found');
		return file;
	};
	const context = {
		getInputData: () => [{ json, ...(binary && { binary }) }],
		helpers: {
			assertBinaryData(_itemIndex: number, field: string) {
				const found = binary?.[field];
				if (!found) throw new Error(`The item has no binary field '${field}'`);
				return found;
			},
			getBinaryMetadata: async (id: string) => ({ fileSize: claimedSize ?? find(id).byteLength }),
			async getBinaryStream(id: string, size = chunkSize) {
				const stream = new FakeStream(chunksOf(find(id), size));
				streams.push(stream);
				return await Promise.resolve(stream);
			},
		},
	} as unknown as IExecuteFunctions;
	return { context, streams };
}

function* chunksOf(file: Uint8Array, size: number): Generator<Uint8Array> {
	for (let offset = 0; offset < file.byteLength; offset += size) {
		yield file.subarray(offset, offset + size);
	}
}
