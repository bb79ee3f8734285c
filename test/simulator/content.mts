/** A body of known length, made piece by piece: a large one takes no memory. Lengths and offsets are bytes. */
export interface Content {
	readonly length: number;
	/** The bytes from `start` up to, not including, `end`. */
	pieces(start: number, end: number): Iterable<Buffer>;
}

const PIECE = 64 * 1024;
const DIGITS = Buffer.from('0123456789abcdef'.repeat(PIECE / 16));
const SPACES = Buffer.alloc(PIECE, ' ');

export function contentOf(bytes: Buffer | string): Content {
	const buffer = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
	return {
		length: buffer.length,
		pieces: (start, end) => (start < end ? [buffer.subarray(start, end)] : []),
	};
}

/** A made-up file: the byte at offset n is the same however it is fetched. */
export function syntheticContent(length: number): Content {
	return { length, pieces: (start, end) => repeated(DIGITS, start, end) };
}

/** `content` with spaces behind it: JSON stays valid. */
export function padded(content: Content, length: number): Content {
	return {
		length: Math.max(length, content.length),
		*pieces(start, end) {
			yield* content.pieces(start, Math.min(end, content.length));
			yield* repeated(SPACES, Math.max(start, content.length), end);
		},
	};
}

/** The part of `content` from `start` up to, not including, `end`. */
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
