import type { IBinaryData, IBinaryKeyData } from 'n8n-workflow';

import { inspectImage } from '../../../nodes/ApikleyVeo/parameters/imageField';
import { InvalidParameterError } from '../../../nodes/ApikleyVeo/parameters/invalidParameter';
import { fakeBinaryData, imageFile, inline, STARTS, stored } from '../support/fakeBinaryData';
import type { FakeStorage } from '../support/fakeBinaryData';

const inspect = async (binary?: IBinaryKeyData, storage?: FakeStorage) =>
	await inspectImage(fakeBinaryData(binary, storage).context, 0, 'data');

test('an image in a binary field is the result', async () => {
	expect(await inspect({ data: inline(imageFile()) })).toMatchObject({
		field: 'data',
		size: 1_000,
	});
});

test.each<[string, IBinaryKeyData | undefined, FakeStorage, RegExp, RegExp]>([
	[
		'no binary data',
		undefined,
		{},
		/^This item has no binary field "data"\. It has no binary data\.$/,
		/^Connect a node /,
	],
	[
		'other binary fields',
		{ photo: inline(imageFile()), logo: stored('x') },
		{},
		/ Its binary fields are: "photo", "logo"\.$/,
		/^Enter one of these names /,
	],
	[
		'an empty file',
		{ data: inline(new Uint8Array()) },
		{},
		/^The file in the binary field "data" is empty\.$/,
		/^Look at /,
	],
	[
		'a stored file that has become empty',
		{ data: stored('x') },
		{ files: { x: new Uint8Array() }, claimedSize: 1_000 },
		/^The file in the binary field "data" is empty\.$/,
		/^Look at /,
	],
	[
		'a stored file of unknown size',
		{ data: stored('x') },
		{ files: { x: imageFile() }, claimedSize: NaN },
		/^n8n can't read the binary field "data": n8n has not stored how large it is\.$/,
		/ Run the node that outputs it again\.$/,
	],
	[
		'30 MB',
		{ data: stored('x') },
		{ files: { x: imageFile() }, claimedSize: 30_000_000 },
		/^The image in the binary field "data" is 28\.62 MiB, over the limit of 20 MiB\.$/,
		/^Reduce it /,
	],
	[
		'one byte too many',
		{ data: stored('x') },
		{ files: { x: imageFile() }, claimedSize: 20 * 2 ** 20 + 1 },
		/ is 20\.01 MiB, /,
		/^Reduce it /,
	],
	[
		'a GIF image called .jpg',
		{ data: inline(imageFile(STARTS.gif), { fileName: 'a.jpg', mimeType: 'image/jpeg' }) },
		{},
		/^The binary field "data" holds a GIF image\. Apikley takes JPEG, PNG and WebP images\.$/,
		/^Convert it /,
	],
	[
		'a file that is gone',
		{ data: stored('x') },
		{},
		/^n8n can't read the binary field "data": File not found\.$/,
		/ Run the node that outputs it again\.$/,
	],
])('an item with %s is an invalid parameter', async (_, binary, storage, message, advice) => {
	const error = (await inspect(binary, storage)) as InvalidParameterError;
	expect(error).toBeInstanceOf(InvalidParameterError);
	expect(error.message).toMatch(message);
	expect(error.advice).toMatch(advice);
});

test.each([{}, { data: 'filesystem-v2' }, { data: 'database', id: '' }, { id: '' }, null])(
	'an entry %j for a file is not called missing, but has no contents',
	async (entry) => {
		const error = (await inspect({ data: entry as unknown as IBinaryData })) as Error;
		expect(error).toBeInstanceOf(InvalidParameterError);
		expect(error.message).toMatch(/"data" of this item describes a file, but has no contents\.$/);
	},
);
