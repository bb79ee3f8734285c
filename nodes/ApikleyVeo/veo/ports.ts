/**
 * How the knowledge of the API sees the world. Nothing under `veo/` imports n8n or Node: the node hands in
 * adapters for these, the unit tests hand in fakes with a time of their own.
 */

interface Response<Body> {
	readonly status: number;
	/** Header names in lower case. */
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Body;
}

/** What became of one HTTP request. Trouble on the way is data, not an exception. */
type Result<Body> =
	| { readonly kind: 'response'; readonly response: Response<Body> }
	/** `reason` is for the user to read, e.g. "the connection was reset". */
	| { readonly kind: 'failed'; readonly reason: string }
	| { readonly kind: 'aborted' };

/** With the body as decoded text, not yet known to be JSON. */
export type HttpResponse = Response<string>;
export type HttpResult = Result<string>;

export interface HttpRequest {
	readonly method: 'GET';
	readonly url: string;
}

export interface Http {
	/** Sends one authenticated request; never follows a redirect; ends soon after `signal` is aborted. */
	send(request: HttpRequest, timeoutMs: number, signal: AbortSignal): Promise<HttpResult>;
}

/** What comes next of a body on its way. Trouble is data here, too. */
export type BodyPiece =
	| { readonly kind: 'bytes'; readonly bytes: Uint8Array }
	| { readonly kind: 'end' }
	| { readonly kind: 'failed'; readonly reason: string };

export interface VideoBody {
	next(): Promise<BodyPiece>;
}

export type VideoResponse = Response<VideoBody>;
export type VideoResult = Result<VideoBody>;

/** Where the links to the videos lead: other origins than the API's, which are told no key. */
export interface VideoHost {
	/** One GET without a key; never follows a redirect. `signal` ends it soon, and the body that came of it. */
	open(
		url: string,
		headers: Readonly<Record<string, string>>,
		signal: AbortSignal,
	): Promise<VideoResult>;
}

export interface Clock {
	/** Milliseconds on a clock that only moves forward: for gaps and deadlines. */
	now(): number;
	/** Milliseconds since 1970: for dates that a server names. */
	date(): number;
	/** Ends after `ms` milliseconds, or at once when `signal` is aborted. Never rejects. */
	sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** A number from 0 (inclusive) to 1 (exclusive). */
export type Random = () => number;
