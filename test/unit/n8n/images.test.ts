import type { IBinaryKeyData } from 'n8n-workflow';

import { MAX_IMAGE_BYTES, readImage } from '../../../nodes/ApikleyVeo/n8n/images';
import type { Image } from '../../../nodes/ApikleyVeo/n8n/images';
import { fakeBinaryData, imageFile, inline, STARTS, stored } from '../support/fakeBinaryData';
import type { FakeStorage } from '../support/fakeBinaryData';

const ID = 'filesystem-v2:workflows/w/executions/7/binary_data/1b4e28ba';

const read = async (binary: IBinaryKeyData | undefined, storage?: FakeStorage, field = 'data') =>
	await readImage(fakeBinaryData(binary, storage).context, 0, field);

async function imageIn(binary: IBinaryKeyData, storage?: FakeStorage): Promise<Image> {
	const content = await read(binary, storage);
	if (content.kind !== 'image') throw new Error(content.kind);
	return content.image;
}

/** A file in memory, and the same one in n8n's storage. */
const places = (file: Uint8Array): Array<[string, IBinaryKeyData, FakeStorage]> => [
	['in memory', { data: inline(file) }, {}],
	['in storage', { data: stored(ID) }, { files: { [ID]: file } }],
	['in storage, read byte by byte', { data: stored(ID) }, { files: { [ID]: file }, chunkSize: 1 }],
];

describe.each(places(imageFile(STARTS.webp)))('an image %s', (_, binary, storage) => {
	test('has the type that its first bytes say, whatever its name', async () => {
		const data = { ...binary.data, data: binary.data?.data ?? '', mimeType: 'text/plain' };
		const image = await imageIn({ data: { ...data, fileName: 'notes.txt' } }, storage);
		expect(image).toMatchObject({ field: 'data', itemIndex: 0, size: 1_000 });
		expect(image.type).toEqual({ kind: 'image', mimeType: 'image/webp', extension: 'webp' });
	});

	test('can be opened several times', async () => {
		const image = await imageIn(binary, storage);
		for (let times = 0; times < 2; times++) {
			const chunks: Uint8Array[] = [];
			const content = await image.open();
			if (content instanceof Uint8Array) chunks.push(content);
			else for await (const chunk of content) chunks.push(chunk);
			expect(Buffer.concat(chunks)).toEqual(imageFile(STARTS.webp));
		}
	});
});

test.each(places(imageFile(STARTS.gif)))('a GIF %s is not an image', async (_, ...args) => {
	expect(await read(...args)).toEqual({ kind: 'notAnImage', found: 'a GIF image' });
});

test.each(places(new Uint8Array()))('an empty file %s is recognized', async (_, ...args) => {
	expect(await read(...args)).toEqual({ kind: 'empty' });
});

test.each(places(imageFile(STARTS.png, MAX_IMAGE_BYTES)).slice(0, 2))(
	'an image of 20 MiB %s is small enough',
	async (_, ...args) => {
		expect(await read(...args)).toMatchObject({ kind: 'image' });
	},
);

test.each(places(imageFile(STARTS.png, 30_000_000)).slice(0, 2))(
	'an image of 30 MB %s is too large',
	async (_, ...args) => {
		expect(await read(...args)).toEqual({ kind: 'tooLarge', size: 30_000_000 });
	},
);

test('a stored file is only read at its beginning, and closed', async () => {
	const file = imageFile(STARTS.png, MAX_IMAGE_BYTES);
	const { context, streams } = fakeBinaryData({ data: stored(ID) }, { files: { [ID]: file } });
	await readImage(context, 0, 'data');
	expect(streams.map(({ read: bytes, destroyed }) => [bytes <= 128, destroyed])).toEqual([
		[true, true],
	]);
});

test('a stored file that is gone has the reason', async () => {
	expect(await read({ data: stored(ID) })).toEqual({
		kind: 'unreadable',
		reason: 'File not found',
	});
});

test.each<[string, IBinaryKeyData | undefined, FakeStorage, string[]]>([
	['an item without binary data', undefined, {}, []],
	['an item with others', { photo: inline(imageFile()), logo: stored(ID) }, {}, ['photo', 'logo']],
	[
		'an item with binary data in its JSON',
		undefined,
		{ json: { _files: { data: { ...stored(ID) } } } },
		['_files.data'],
	],
])('%s has no such field, and names those that it has', async (_, binary, storage, fields) => {
	expect(await read(binary, storage)).toEqual({ kind: 'noField', fields });
});

test.each(['toString', 'constructor', '__proto__'])('no item has a field %s', async (field) => {
	const content = await read({ data: inline(imageFile()) }, {}, field);
	expect(content).toEqual({ kind: 'noField', fields: ['data'] });
});

describe('the key of an image', () => {
	const file = imageFile();
	const keyOf = async (binary: IBinaryKeyData, storage?: FakeStorage) =>
		(await imageIn(binary, storage)).key;

	test('in memory depends on its content only', async () => {
		const key = await keyOf({ data: inline(file) });
		expect(await keyOf({ data: inline(file, { fileName: 'a.png' }) })).toBe(key);
		expect(await keyOf({ data: inline(imageFile(STARTS.jpeg)) })).not.toBe(key);
	});

	test('in storage stays when n8n renames its folder at the end of the execution', async () => {
		const files = (...ids: string[]) => ({
			files: Object.fromEntries(ids.map((id) => [id, file])),
		});
		const before = ID.replace('/7/', '/temp/');
		const other = ID.replace('1b4e28ba', '6fa459ea');
		const storage = files(ID, before, other);
		const key = await keyOf({ data: stored(ID) }, storage);
		expect(await keyOf({ data: stored(before) }, storage)).toBe(key);
		expect(await keyOf({ data: stored(other) }, storage)).not.toBe(key);
	});
});
