import type { FileBody } from '../../ports';
import type { JsonObject } from '../../task/coerce';
import type { ApiResult, Envelope, TransientError } from '../envelope';
import type { RetryPolicy } from '../retryPolicy';

/** One request of the API: where it is sent, how its response is parsed, and when it is sent again. */
export interface Endpoint<T> {
	readonly method: 'GET' | 'POST';
	/** Path and query below the Base URL. */
	readonly path: string;
	/** Sent as JSON. */
	readonly body?: JsonObject;
	/** Sent in place of `body`. */
	readonly fileBody?: FileBody;
	readonly retryPolicy: RetryPolicy;
	/** Whether the body has what was requested, whatever code and status are around it. */
	holdsValue(body: JsonObject): boolean;
	parse(envelope: Envelope): ApiResult<T> | TransientError;
	/** Parses the text of a response that isn't the API's, if it can mean more than `error`. */
	parseForeign?(error: TransientError, text: string): ApiResult<T> | TransientError;
}
