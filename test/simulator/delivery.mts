import type { Answer } from './answer.mjs';

/** How an answer is sent. */
export interface Delivery {
	readonly answer: Answer;
	readonly acceptRanges: boolean;
	/** False: chunked, without Content-Length. */
	readonly sendLength: boolean;
	/** Waited before anything is sent. */
	readonly delayMs: number;
	readonly bytesPerSecond: number | null;
	/** Where it breaks off: before the headers, or after so many bytes of the body (0: right after the headers). */
	readonly breakOff: BreakOff | null;
}

export interface BreakOff {
	readonly at: 'beforeHeaders' | number;
	readonly how: 'reset' | 'close' | 'hang';
}

/** The plain way: whole, at once. */
export function deliveryOf(answer: Answer, acceptRanges = false): Delivery {
	return {
		answer,
		acceptRanges,
		sendLength: true,
		delayMs: 0,
		bytesPerSecond: null,
		breakOff: null,
	};
}
