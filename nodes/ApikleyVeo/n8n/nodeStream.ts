import type { IExecuteFunctions, IN8nHttpFullResponse } from 'n8n-workflow';

/** As much of Node's streams as is used here: a node may not import them. */
export interface NodeStream extends AsyncIterable<Uint8Array> {
	destroy(): void;
}

/** What n8n takes as binary data beside a buffer. */
export type N8nStream = Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0];

/** Those of these headers that came once, by their names in lower case. */
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

/** Nobody waits for what is left of it once the signal is aborted. */
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
 * A stream that n8n can store. Some of its ways to do so listen to a stream's events, so it must be one of Node's:
 * it is made by the class that a stream from n8n's own HTTP helper descends from. The last class with a `from` of
 * its own is Readable, whichever kind of stream the sample is.
 */
export function toReadableLike(
	sample: NodeStream | null,
	chunks: AsyncIterable<Uint8Array>,
): N8nStream {
	let readable: StreamClass | null = null;
	for (let next: object | null = sample; next !== null; next = prototypeOf(next)) {
		if (isStreamClass(next.constructor)) readable = next.constructor;
	}
	if (readable === null) throw new Error('n8n gave a stream of an unknown kind');
	return readable.from(chunks);
}

function prototypeOf(value: object): object | null {
	return Object.getPrototypeOf(value) as object | null;
}

function isStreamClass(value: object): value is StreamClass {
	return Object.hasOwn(value, 'from');
}
