/**
 * What goes wrong with one answer, on either server. "The normal answer" is what would have been sent without it.
 * All of it is JSON.
 */
export type Fault =
	/** Nothing goes wrong. */
	| { kind: 'none' }
	| {
			/** An HTTP status with a body of JSON (`{ code, msg, data: null }`, the default), HTML, nothing or `text`. */
			kind: 'status';
			status: number;
			body?: 'json' | 'html' | 'empty';
			text?: string;
			/** Of the JSON body; default a sentence with the status. */
			msg?: string;
			headers?: Record<string, string>;
			/** `Retry-After` in seconds. */
			retryAfterSeconds?: number;
			/** `Retry-After` as the HTTP date that lies so many seconds ahead (HTTP dates have whole seconds). */
			retryAfterDateInSeconds?: number;
	  }
	/** HTTP 200 with this code in the body. */
	| { kind: 'code'; code: number; msg?: string; data?: unknown }
	/** HTTP 200 with an HTML page. */
	| { kind: 'html' }
	| { kind: 'redirect'; location: string; /** Default 302. */ status?: number }
	/** The first half of the normal body (or its first `bytes`) as if it were all: valid HTTP, broken JSON. */
	| { kind: 'truncated'; bytes?: number }
	/** The normal answer under another Content-Type. */
	| { kind: 'contentType'; contentType: string }
	/** The normal answer with spaces behind it, up to so many bytes: still valid JSON. */
	| { kind: 'oversized'; bytes: number }
	/** The connection is reset. `afterHeaders`: status and headers arrive, nothing of the body. */
	| { kind: 'reset'; when: 'beforeHeaders' | 'afterHeaders' }
	/** Silence; default before the headers. `midBody`: after half of the normal body. */
	| { kind: 'hang'; when?: 'beforeHeaders' | 'midBody' }
	/** The connection closes after so many bytes of the body; Content-Length has promised all of it. */
	| { kind: 'cutOff'; afterBytes: number }
	/** Silence after so many bytes of the body. */
	| { kind: 'stall'; afterBytes: number }
	/** The normal body, so many bytes a second. */
	| { kind: 'slow'; bytesPerSecond: number }
	/** The normal answer, later. */
	| { kind: 'delay'; ms: number }
	/** A Range header is ignored: HTTP 200 with everything. */
	| { kind: 'noRange' }
	/** No Content-Length; chunked. */
	| { kind: 'noLength' }
	/** A made-up file of so many bytes, with Range support on the video server. Default type `video/mp4`. */
	| { kind: 'synthetic'; bytes: number; contentType?: string }
	/** Several at once, applied in this order. */
	| { kind: 'all'; faults: Fault[] };

/** A fault and for how many requests it stands; default 1. */
export type FaultStep = Fault & { times?: number | 'always' };

/** Faults in a row, used up by requests. */
class FaultQueue {
	private readonly steps: Array<{ fault: Fault; left: number }>;

	constructor(steps: readonly FaultStep[]) {
		this.steps = steps.map((fault) => ({
			fault,
			left: fault.times === 'always' ? Infinity : (fault.times ?? 1),
		}));
	}

	take(): Fault | undefined {
		while (this.steps[0] && this.steps[0].left <= 0) this.steps.shift();
		const step = this.steps[0];
		if (step) step.left--;
		return step?.fault;
	}
}

/** The faults of one server: for every request, and for some (by task ID or path). */
export class FaultBook {
	private everywhere = new FaultQueue([]);
	private readonly byKey = new Map<string, FaultQueue>();

	/** Replaces the list for every request; an empty one clears it. */
	set(steps: readonly FaultStep[]): void {
		this.everywhere = new FaultQueue(steps);
	}

	/** Replaces the list for one key; an empty one clears it. */
	setFor(key: string, steps: readonly FaultStep[]): void {
		if (steps.length > 0) this.byKey.set(key, new FaultQueue(steps));
		else this.byKey.delete(key);
	}

	clear(): void {
		this.set([]);
		this.byKey.clear();
	}

	/**
	 * The fault for a request; uses it up. The list for every request comes first; where that has none, or `none`,
	 * it is the turn of the key's own.
	 */
	take(key: string): Fault {
		const common = this.everywhere.take();
		if (common && common.kind !== 'none') return common;
		return this.byKey.get(key)?.take() ?? { kind: 'none' };
	}
}
