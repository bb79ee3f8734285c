import type { ByteStream, FileBody } from '../veo/ports';
import { destroyOnAbort, toReadableLike } from './nodeStream';
import type { N8nStream, NodeStream } from './nodeStream';

/** What n8n's HTTP helper sends as a body. */
export interface OpenedBody {
	readonly content: N8nStream;
	/** In bytes. */
	readonly length: number;
}

class FileSizeError extends Error {
	override readonly message = "the file in n8n's storage is not complete";
}

/**
 * Opens the file of a body, or rejects if it can't be read. A stored file is never in memory as a whole. `finished`
 * closes it, whether or not it was read to its end.
 */
export async function openFileBody(body: FileBody, finished: AbortSignal): Promise<OpenedBody> {
	const file = await body.file.open();
	if (file instanceof Uint8Array) {
		const content = await concat(frame(body, [file]));
		return { content, length: content.length };
	}
	destroyOnAbort(file, finished);
	const chunks = checkSize(body.file.size, await startReading(file));
	const content = toReadableLike(file, frame(body, chunks));
	destroyOnAbort(content as unknown as NodeStream, finished);
	return { content, length: lengthOf(body) };
}

/** Until a stream is read, an error of it would end n8n's process. So the first chunk is read at once. */
async function startReading(stream: ByteStream): Promise<AsyncIterable<Uint8Array>> {
	const chunks = stream[Symbol.asyncIterator]();
	return restOf(chunks, await chunks.next());
}

async function* restOf<T>(chunks: AsyncIterator<T>, first: IteratorResult<T>): AsyncGenerator<T> {
	for (let next = first; next.done !== true; next = await chunks.next()) yield next.value;
}

/** The server would wait for missing bytes, or take those that are too many for another request. */
async function* checkSize(
	size: number,
	chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
	let read = 0;
	for await (const chunk of chunks) {
		read += chunk.byteLength;
		if (read > size) break;
		yield chunk;
	}
	if (read !== size) throw new FileSizeError();
}

type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

async function* frame(
	{ before, encoding, after }: FileBody,
	chunks: Chunks,
): AsyncGenerator<Uint8Array> {
	yield Buffer.from(before);
	yield* encoding === 'base64' ? toBase64(chunks) : chunks;
	yield Buffer.from(after);
}

/** Base64 encodes three bytes at a time, so the rest of a chunk waits for the next one. */
async function* toBase64(chunks: Chunks): AsyncGenerator<Uint8Array> {
	let rest = Buffer.alloc(0);
	for await (const chunk of chunks) {
		const bytes = Buffer.concat([rest, chunk]);
		const end = bytes.length - (bytes.length % 3);
		yield Buffer.from(bytes.toString('base64', 0, end));
		rest = bytes.subarray(end);
	}
	yield Buffer.from(rest.toString('base64'));
}

function lengthOf({ before, file, encoding, after }: FileBody): number {
	const encoded = encoding === 'base64' ? Math.ceil(file.size / 3) * 4 : file.size;
	return Buffer.byteLength(before) + encoded + Buffer.byteLength(after);
}

async function concat(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const parts: Uint8Array[] = [];
	for await (const chunk of chunks) parts.push(chunk);
	return Buffer.concat(parts);
}
