import { ImageDigests } from '../../../nodes/ApikleyVeo/n8n/imageDigests';
import { ImageUploader } from '../../../nodes/ApikleyVeo/n8n/imageUploader';
import type { Image } from '../../../nodes/ApikleyVeo/n8n/images';
import { createClient } from '../support/createClient';
import { apiError, httpResponse, sequence } from '../support/fakeHttp';
import type { FakeRequest, Script } from '../support/fakeHttp';

/** Its bytes are those of its name. A key that ends in a prime is another file with the same bytes. */
function imageOf(key: string, itemIndex = 0): Image {
	const bytes = Buffer.from(key.replaceAll("'", '').padEnd(10));
	return {
		field: 'data',
		itemIndex,
		size: bytes.length,
		key,
		type: { kind: 'image', mimeType: 'image/png', extension: 'png' },
		open: async () => await Promise.resolve(bytes),
	};
}

function nameIn({ fileBody }: FakeRequest): string {
	return /"fileName":"([^"]+)"/.exec(fileBody?.before ?? '')?.[1] ?? '';
}

/** Takes a second for each file. */
const accepts: Script = (request) => {
	const data = { downloadUrl: `https://files.example.com/${nameIn(request)}` };
	return httpResponse(200, { success: true, code: 200, data }, {}, 1_000);
};

const observer = { signal: new AbortController().signal, onFailed: () => {} };

function createUploader(script: Script) {
	const { client, clock, http } = createClient(script);
	const uploader = new ImageUploader(client, clock, new ImageDigests());
	const upload = async (...keys: string[]) =>
		await clock.finish(
			Promise.all(
				keys.map(async (key, index) => await uploader.upload(imageOf(key, index), observer)),
			),
		);
	return { http, upload };
}

test('an image that several items need at the same moment is uploaded once', async () => {
	const { http, upload } = createUploader(accepts);
	const [first, ...others] = await upload('a', 'a', 'a');
	expect(first).toMatchObject({ kind: 'success' });
	expect(others).toEqual([first, first]);
	expect(await upload('a')).toEqual([first]);
	expect(http.requests).toHaveLength(1);
});

test('each image has an address and a name of its own', async () => {
	const { http, upload } = createUploader(accepts);
	const keys = Array.from({ length: 20 }, (_, index) => `${index}`);
	const results = await upload(...keys);
	const names = http.requests.map(nameIn);
	expect(new Set(names).size).toBe(20);
	for (const name of names) expect(name).toMatch(/^[\da-f-]{36}\.png$/);
	expect(results).toEqual(
		names.map((name) => ({ kind: 'success', value: `https://files.example.com/${name}` })),
	);
});

test('files with the same bytes are uploaded once, whether or not they are needed at the same moment', async () => {
	const { http, upload } = createUploader(accepts);
	const results = await upload('a', "a'", 'b', "a''", "b'");
	const [a, , b] = results;
	expect(results).toEqual([a, a, b, a, b]);
	expect(a).not.toEqual(b);
	expect(await upload("b''", "a'")).toEqual([b, a]);
	expect(http.requests).toHaveLength(2);
});

test("a file whose bytes can't be compared is uploaded for itself", async () => {
	const { client, clock, http } = createClient(accepts);
	const uploader = new ImageUploader(client, clock, new ImageDigests());
	const unreadable = {
		...imageOf("a'"),
		open: async () => await Promise.reject(new Error('gone')),
	};
	const uploads = [imageOf('a'), unreadable].map(
		async (image) => await uploader.upload(image, observer),
	);
	const [first, second] = await clock.finish(Promise.all(uploads));
	expect(second).toMatchObject({ kind: 'success' });
	expect(second).not.toEqual(first);
	expect(http.requests).toHaveLength(2);
});

test('an upload that failed is tried again when the image is needed again', async () => {
	const { http, upload } = createUploader((request, nth) =>
		nth === 0 ? apiError(400) : accepts(request, nth),
	);
	expect(await upload('a', 'a')).toMatchObject([{ kind: 'rejected' }, { kind: 'rejected' }]);
	expect(await upload('a')).toMatchObject([{ kind: 'success' }]);
	expect(http.requests).toHaveLength(2);
});

test('nothing is uploaded after the key was rejected', async () => {
	const { http, upload } = createUploader(sequence(apiError(401)));
	await upload('a');
	expect(await upload('b')).toMatchObject([{ kind: 'unauthorized' }]);
	expect(http.requests).toHaveLength(1);
});

test('no further image is uploaded once the observer of a failure says that none is needed', async () => {
	const { client, clock, http } = createClient(sequence(apiError(402)), { maxConcurrency: 1 });
	const uploader = new ImageUploader(client, clock, new ImageDigests());
	const ending = new AbortController();
	const ends = { signal: ending.signal, onFailed: () => ending.abort() };
	const images = ['a', 'b', 'c'].map((key) => imageOf(key));
	const uploads = images.map(async (image) => await uploader.upload(image, ends));
	const results = await clock.finish(Promise.all(uploads));
	expect(results.map(({ kind }) => kind)).toEqual(['noCredits', 'aborted', 'aborted']);
	expect(http.requests).toHaveLength(1);
});
