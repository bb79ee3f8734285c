/** An HTTP response before it is sent. Sending it adds Content-Length. */
export interface HttpResponse {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Content;
}

/** A body of known length, made piece by piece: a large one takes no memory. Lengths and offsets are in bytes. */
export interface Content {
	readonly length: number;
	/** The bytes from `start` up to, but not including, `end`. */
	pieces(start: number, end: number): Iterable<Buffer>;
}

const PIECE = 64 * 1024;
const DIGITS = Buffer.from('0123456789abcdef'.repeat(PIECE / 16));
const SPACES = Buffer.alloc(PIECE, ' ');

/** The JSON of every response of the API: `{ code, msg, data }`, by default with `data: null` under HTTP 200. */
export function envelope(code: number, msg: string, data: unknown = null, status = 200) {
	return jsonResponse(status, { code, msg, data });
}

export function jsonResponse(status: number, content: unknown): HttpResponse {
	return textResponse(status, JSON.stringify(content), 'application/json; charset=utf-8');
}

/** A page such as a gateway shows. */
export function htmlResponse(status: number): HttpResponse {
	const page = `<!DOCTYPE html><html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`;
	return textResponse(status, page, 'text/html; charset=utf-8');
}

export function textResponse(status: number, text: string, contentType: string): HttpResponse {
	return { status, headers: { 'content-type': contentType }, body: toContent(Buffer.from(text)) };
}

export function emptyResponse(status: number, headers: HttpResponse['headers'] = {}): HttpResponse {
	return { status, headers, body: toContent(Buffer.alloc(0)) };
}

export function withHeaders(response: HttpResponse, headers: HttpResponse['headers']) {
	return { ...response, headers: { ...response.headers, ...headers } };
}

/**
 * Cuts a response down to what a Range header asks for: 206, or 416 if it asks for nothing that is there. Ignores
 * all but a single range with a start, as RFC 9110 allows. Sends at most `maxBytes` of the range.
 */
export function applyRange(
	response: HttpResponse,
	rangeHeader: string | undefined,
	maxBytes = Infinity,
): HttpResponse {
	if (response.status !== 200) return response;
	const offering = withHeaders(response, { 'accept-ranges': 'bytes' });
	const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(rangeHeader ?? '') ?? [];
	if (first === undefined) return offering;
	const { length } = response.body;
	const start = Number(first);
	const wanted = last ? Math.min(length, Number(last) + 1) : length;
	const end = Math.min(wanted, start + maxBytes);
	if (start >= end) return emptyResponse(416, { 'content-range': `bytes */${length}` });
	return {
		...withHeaders(offering, { 'content-range': `bytes ${start}-${end - 1}/${length}` }),
		status: 206,
		body: part(response.body, start, end),
	};
}

export function toContent(buffer: Buffer): Content {
	return {
		length: buffer.length,
		pieces: (start, end) => (start < end ? [buffer.subarray(start, end)] : []),
	};
}

/** All of `content` in memory. */
export function bytesOf(content: Content): Buffer {
	return Buffer.concat([...content.pieces(0, content.length)]);
}

/** A made-up file: the byte at offset n is the same however it is fetched. */
export function syntheticContent(length: number): Content {
	return { length, pieces: (start, end) => repeated(DIGITS, start, end) };
}

/** `content` followed by spaces: JSON stays valid. */
export function padded(content: Content, length: number): Content {
	return {
		length: Math.max(length, content.length),
		*pieces(start, end) {
			yield* content.pieces(start, Math.min(end, content.length));
			yield* repeated(SPACES, Math.max(start, content.length), end);
		},
	};
}

/** The part of `content` from `start` up to, but not including, `end`. */
export function part(content: Content, start: number, end: number): Content {
	return {
		length: end - start,
		pieces: (from, to) => content.pieces(start + from, start + to),
	};
}

function* repeated(pattern: Buffer, start: number, end: number): Iterable<Buffer> {
	for (let at = start; at < end; ) {
		const from = at % pattern.length;
		const piece = pattern.subarray(from, Math.min(pattern.length, from + end - at));
		yield piece;
		at += piece.length;
	}
}
