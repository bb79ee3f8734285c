import type { Delivery } from './delivery.mjs';
import {
	emptyResponse,
	envelope,
	htmlResponse,
	jsonResponse,
	padded,
	part,
	syntheticContent,
	textResponse,
	withHeaders,
	type HttpResponse,
} from './response.mjs';
import { takeStep, type Step } from './steps.mjs';

/**
 * What goes wrong with one response, on either server. "The normal response" is what would have been sent without
 * the fault. All of it is JSON.
 */
export type Fault =
	/** Nothing goes wrong. */
	| { kind: 'none' }
	| {
			/** An HTTP status with a body of JSON (`{ code, msg, data: null }`, the default, or `json`), HTML, nothing or `text`. */
			kind: 'status';
			status: number;
			body?: 'json' | 'html' | 'empty';
			text?: string;
			json?: unknown;
			/** In the JSON body; default a sentence with the status. */
			msg?: string;
			headers?: Record<string, string>;
			/** `Retry-After` in seconds. */
			retryAfterSeconds?: number;
	  }
	/** HTTP 200 with this code in the body. */
	| { kind: 'code'; code: number; msg?: string; data?: unknown }
	/** HTTP 200 with an HTML page. */
	| { kind: 'html' }
	| { kind: 'redirect'; location: string; /** Default 302. */ status?: number }
	/** The first half of the normal body as if it were all: valid HTTP, broken JSON. */
	| { kind: 'truncated' }
	/** The normal response under another Content-Type. */
	| { kind: 'contentType'; contentType: string }
	/** The normal response, filled up with spaces to `bytes`: still valid JSON. */
	| { kind: 'oversized'; bytes: number }
	/** The connection is reset. `afterHeaders`: status and headers arrive, nothing of the body. */
	| { kind: 'reset'; when: 'beforeHeaders' | 'afterHeaders' }
	/** Silence; by default before the headers. `midBody`: after half of the normal body. */
	| { kind: 'hang'; when?: 'beforeHeaders' | 'midBody' }
	/** The connection closes in mid body; Content-Length has promised all of it. */
	| { kind: 'cutOff'; afterBytes: number }
	/** Silence in mid body. */
	| { kind: 'stall'; afterBytes: number }
	/** The normal body, slowly. */
	| { kind: 'slow'; bytesPerSecond: number }
	/** The normal response, later. */
	| { kind: 'delay'; ms: number }
	/** At most this many bytes in one response: HTTP 206, even without a Range header. */
	| { kind: 'parts'; bytes: number }
	/** No Content-Length; chunked. */
	| { kind: 'noLength' }
	/** A made-up file, with Range support on the video server. Default type `video/mp4`. */
	| { kind: 'synthetic'; bytes: number; contentType?: string }
	/** Several at once, applied in this order. */
	| { kind: 'all'; faults: Fault[] };

/** A fault and the number of requests it lasts for; default 1. */
export type FaultStep = Fault & Step;

type Kind = Fault['kind'];
type FaultOf<K extends Kind> = Extract<Fault, { kind: K }>;

type Effect<K extends Kind> = (delivery: Delivery, fault: FaultOf<K>) => Delivery;

const EFFECTS: { readonly [K in Kind]: Effect<K> } = {
	none: (delivery) => delivery,
	status: (delivery, fault) => respond(delivery, statusResponse(fault)),
	code: (delivery, { code, msg = `Error ${code}`, data }) =>
		respond(delivery, envelope(code, msg, data)),
	html: (delivery) => respond(delivery, htmlResponse(200)),
	redirect: (delivery, { status = 302, location }) =>
		respond(delivery, emptyResponse(status, { location })),
	synthetic: (delivery, { bytes, contentType = 'video/mp4' }) =>
		respond(delivery, {
			status: 200,
			headers: { 'content-type': contentType },
			body: syntheticContent(bytes),
		}),
	truncated: (delivery) =>
		respond(delivery, { body: part(delivery.response.body, 0, half(delivery)) }),
	contentType: (delivery, { contentType }) =>
		respond(delivery, withHeaders(delivery.response, { 'content-type': contentType })),
	oversized: (delivery, { bytes }) =>
		respond(delivery, { body: padded(delivery.response.body, bytes) }),
	reset: (delivery, { when }) => ({
		...delivery,
		breakOff: { at: when === 'beforeHeaders' ? when : 0, how: 'reset' },
	}),
	hang: (delivery, { when = 'beforeHeaders' }) => ({
		...delivery,
		breakOff: { at: when === 'beforeHeaders' ? when : half(delivery), how: 'hang' },
	}),
	cutOff: (delivery, { afterBytes }) => ({
		...delivery,
		breakOff: { at: afterBytes, how: 'close' },
	}),
	stall: (delivery, { afterBytes }) => ({ ...delivery, breakOff: { at: afterBytes, how: 'hang' } }),
	slow: (delivery, { bytesPerSecond }) => ({ ...delivery, bytesPerSecond }),
	delay: (delivery, { ms }) => ({ ...delivery, delayMs: delivery.delayMs + ms }),
	parts: (delivery, { bytes }) => ({ ...delivery, partBytes: bytes }),
	noLength: (delivery) => ({ ...delivery, sendLength: false }),
	all: (delivery, { faults }) => faults.reduce(applyFault, delivery),
};

/** Returns the delivery as the fault leaves it. */
export function applyFault<K extends Kind>(delivery: Delivery, fault: FaultOf<K>): Delivery {
	const effect: Effect<K> = EFFECTS[fault.kind as K];
	return effect(delivery, fault);
}

/**
 * True for a fault that needs nothing of the normal response: such a request never gets past the gateway to the API,
 * so no key is checked and no lookup is counted.
 */
export function replacesResponse(fault: Fault): boolean {
	switch (fault.kind) {
		case 'status':
		case 'code':
		case 'html':
		case 'redirect':
		case 'synthetic':
			return true;
		case 'reset':
			return fault.when === 'beforeHeaders';
		case 'hang':
			return fault.when !== 'midBody';
		case 'all':
			return fault.faults.some(replacesResponse);
		default:
			return false;
	}
}

function respond(delivery: Delivery, change: Partial<HttpResponse>): Delivery {
	return { ...delivery, response: { ...delivery.response, ...change } };
}

function half({ response }: Delivery): number {
	return Math.floor(response.body.length / 2);
}

function statusResponse(fault: FaultOf<'status'>): HttpResponse {
	const { retryAfterSeconds, headers } = fault;
	return withHeaders(statusBody(fault), {
		...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
		...headers,
	});
}

function statusBody(fault: FaultOf<'status'>): HttpResponse {
	const { status, body = 'json', text, json, msg = `Error ${status}` } = fault;
	if (json !== undefined) return jsonResponse(status, json);
	if (text !== undefined) return textResponse(status, text, 'text/plain; charset=utf-8');
	if (body === 'html') return htmlResponse(status);
	if (body === 'empty') return emptyResponse(status);
	return envelope(status, msg, null, status);
}

/** The faults of one server: for all requests, and for some keys (task IDs or paths). */
export class FaultRegistry {
	private readonly lists = new Map<string | null, FaultStep[]>();

	/** Replaces the list for a key, or (null) the one for all requests; an empty list clears it. */
	set(key: string | null, steps: readonly FaultStep[]): void {
		this.lists.set(key, [...steps]);
	}

	clear(): void {
		this.lists.clear();
	}

	/**
	 * Returns the fault for a request, and uses it up. The list for all requests comes first; if it has none left, or
	 * `none`, it is the turn of the lists of the request's own keys.
	 */
	take(...keys: readonly string[]): Fault {
		for (const key of [null, ...keys]) {
			const step = takeStep(this.lists.get(key));
			if (step && step.kind !== 'none') return step;
		}
		return { kind: 'none' };
	}
}
