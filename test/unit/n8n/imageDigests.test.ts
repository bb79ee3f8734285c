import { ImageDigests } from '../../../nodes/ApikleyVeo/n8n/imageDigests';
import type { Image } from '../../../nodes/ApikleyVeo/n8n/images';

const imageOf = (key: string, open: Image['open']): Image => ({
	field: 'data',
	itemIndex: 0,
	key,
	size: 3,
	type: { kind: 'image', mimeType: 'image/png', extension: 'png' },
	open,
});

test('an image that many items have is read once', async () => {
	const digests = new ImageDigests();
	const open = jest.fn(async () => await Promise.resolve(Buffer.from('one')));
	const [first, ...others] = await Promise.all(
		[1, 2, 3].map(async () => await digests.of(imageOf('one', open))),
	);
	expect(others).toEqual([first, first]);
	expect(open).toHaveBeenCalledTimes(1);
});

test('an image that can not be read does not affect the next one', async () => {
	const digests = new ImageDigests();
	const unreadable = imageOf('gone', async () => await Promise.reject(new Error('gone')));
	const readable = imageOf('two', async () => await Promise.resolve(Buffer.from('two')));
	const both = [digests.of(unreadable), digests.of(readable)];
	await expect(both[0]).rejects.toThrow('gone');
	await expect(both[1]).resolves.toEqual(expect.any(String));
});
