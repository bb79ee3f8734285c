import { openFileBody } from '../../../nodes/ApikleyVeo/n8n/fileBody';
import type { FileBody } from '../../../nodes/ApikleyVeo/veo/ports';
import { bytes, FakeStream } from '../support/fakeContext';

const FILE = Buffer.from(Array.from({ length: 1_000 }, (_, index) => index % 256));

type Encoding = FileBody['encoding'];
type Content = Uint8Array | FakeStream;

const bodyOf = (content: Content, encoding: Encoding = 'binary', size = FILE.length): FileBody => ({
	contentType: 'text/plain',
	before: 'before é ',
	file: { size, open: async () => await Promise.resolve(content) },
	encoding,
	after: ' after',
});

function* chunksOf(size: number): Generator<Uint8Array> {
	for (let offset = 0; offset < FILE.length; offset += size) {
		yield FILE.subarray(offset, offset + size);
	}
}

async function read(content: unknown): Promise<Buffer> {
	if (content instanceof Uint8Array) return Buffer.from(content);
	const parts: Uint8Array[] = [];
	for await (const chunk of content as FakeStream) parts.push(chunk);
	return Buffer.concat(parts);
}

const never = () => new AbortController().signal;

describe.each<[string, () => Content]>([
	['in memory', () => FILE],
	...[1, 2, 3, 7, 999, 1_000].map((size): [string, () => Content] => [
		`read ${size} bytes at a time`,
		() => new FakeStream(chunksOf(size)),
	]),
])('a file %s', (_, content) => {
	test.each<[Encoding, Uint8Array]>([
		['binary', FILE],
		['base64', bytes(FILE.toString('base64'))],
	])('is between the texts of its body, and the length is right: %s', async (encoding, file) => {
		const { content: sent, length } = await openFileBody(bodyOf(content(), encoding), never());
		const body = await read(sent);
		expect(body).toEqual(Buffer.concat([bytes('before é '), file, bytes(' after')]));
		expect(length).toBe(body.length);
	});
});

test('the length of base64 data with line breaks is that of what is sent', async () => {
	const { content, length } = await openFileBody(bodyOf(FILE, 'base64', 1_020), never());
	expect(length).toBe((await read(content)).length);
});

test.each([FILE.length + 1, FILE.length - 1, 0])(
	'a stored file of 1,000 bytes that should have %i is an error, and not one byte too many is sent',
	async (size) => {
		const stream = new FakeStream(chunksOf(100));
		const { content } = await openFileBody(bodyOf(stream, 'binary', size), never());
		let sent = 0;
		const sending = async () => {
			for await (const chunk of content as unknown as FakeStream) sent += chunk.byteLength;
		};
		await expect(sending()).rejects.toThrow('not complete');
		expect(sent - bytes('before é ').length).toBeLessThanOrEqual(size);
	},
);

test('a stored file is not read before it is sent, but for its first chunk', async () => {
	const stream = new FakeStream(chunksOf(100));
	await openFileBody(bodyOf(stream), never());
	expect(stream.read).toBe(100);
});

test('a stored file that cannot be read is an error before anything is sent', async () => {
	const next = async () => await Promise.reject(new Error('EIO: i/o error, read'));
	const broken = Object.assign(new FakeStream([]), { [Symbol.asyncIterator]: () => ({ next }) });
	await expect(openFileBody(bodyOf(broken), never())).rejects.toThrow('EIO');
});

test.each([true, false])(
	'a stored file is closed when the request is over, even if that is before it was opened: %p',
	async (isEarly) => {
		const ended = new AbortController();
		const stream = new FakeStream(chunksOf(100));
		if (isEarly) ended.abort();
		await openFileBody(bodyOf(stream), ended.signal).catch(() => {});
		expect(stream.destroyed).toBe(isEarly);
		ended.abort();
		expect(stream.destroyed).toBe(true);
	},
);
