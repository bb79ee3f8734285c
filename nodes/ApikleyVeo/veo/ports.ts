/**
 * The outside world as `veo/` sees it. Nothing in `veo/` imports n8n or Node: the node passes in adapters for these
 * interfaces, and the unit tests pass in fakes with a simulated clock.
 */

import type { JsonObject } from './task/coerce';

export type Headers = Readonly<Record<string, string>>;

interface Response<Body> {
	readonly status: number;
	/** Header names in lower case. */
	readonly headers: Headers;
	readonly body: Body;
}

/** The outcome of one HTTP request. A network error is data, not an exception. */
type Result<Body> =
	| { readonly kind: 'response'; readonly response: Response<Body> }
	| NetworkFailure
	| { readonly kind: 'aborted' };

/** A request without a response. */
export interface NetworkFailure {
	readonly kind: 'failed';
	/** For the user to read, e.g. "the connection was reset". */
	readonly reason: string;
	/** No retry changes it. */
	readonly isPermanent: boolean;
	/** The connection was never made, so the server has certainly not received the request. */
	readonly neverSent?: boolean;
}

/** The body is decoded text, not yet known to be JSON. */
export type HttpResponse = Response<string>;
export type HttpResult = Result<string>;

export interface HttpRequest {
	readonly method: 'GET' | 'POST';
	readonly url: string;
	/** Sent as JSON. */
	readonly body?: JsonObject;
	/** Sent in place of `body`. */
	readonly fileBody?: FileBody;
}

/** A body that has a file in it, which is read while it is sent. */
export interface FileBody {
	readonly contentType: string;
	/** The text before the file. */
	readonly before: string;
	readonly file: ReadableFile;
	readonly encoding: 'binary' | 'base64';
	/** The text after the file. */
	readonly after: string;
}

export interface ReadableFile {
	/** In bytes. */
	readonly size: number;
	/** Resolves with the bytes, or with a new stream of them: a stream can only be read once. */
	open(): Promise<Uint8Array | ByteStream>;
}

export interface ByteStream extends AsyncIterable<Uint8Array> {
	destroy(): void;
}

export interface Http {
	/** Sends one authenticated request. Never follows a redirect. Resolves soon after `signal` is aborted. */
	send(request: HttpRequest, timeoutMs: number, signal: AbortSignal): Promise<HttpResult>;
}

/** The next piece of a body that is being received. Here, too, an error is data. */
export type BodyPiece =
	| { readonly kind: 'bytes'; readonly bytes: Uint8Array }
	| { readonly kind: 'end' }
	| { readonly kind: 'failed'; readonly reason: string };

export interface VideoBody {
	next(): Promise<BodyPiece>;
}

export type VideoResponse = Response<VideoBody>;
export type VideoResult = Result<VideoBody>;

/** The hosts that the links to the videos point to. They are not the API, so they never get the key. */
export interface VideoHost {
	/** Sends one GET without a key. Never follows a redirect. Aborting `signal` ends the request and its body soon. */
	open(url: string, headers: Headers, signal: AbortSignal): Promise<VideoResult>;
}

export interface Clock {
	/** Milliseconds on a clock that only moves forward, for intervals and deadlines. */
	now(): number;
	/** Milliseconds since 1970, for dates that a server names. */
	date(): number;
	/** Resolves after `ms` milliseconds, or as soon as `signal` is aborted. Never rejects. */
	sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** A number from 0 (inclusive) to 1 (exclusive). */
export type Random = () => number;
