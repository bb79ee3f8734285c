import type { ApiResult, Envelope, TransientError } from '../envelope';
import type { RetryPolicy } from '../retryPolicy';

/** One request of the API: where it is sent, how its response is parsed, and when it is sent again. */
export interface Endpoint<T> {
	readonly method: 'GET';
	/** Path and query below the Base URL. */
	readonly path: string;
	readonly retryPolicy: RetryPolicy;
	parse(envelope: Envelope): ApiResult<T> | TransientError;
}
