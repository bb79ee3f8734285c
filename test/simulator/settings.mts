import type { LogDetail } from './request-log.mjs';
import type { UnknownForm } from './task-script.mjs';

/** What can be set at the start and changed at any time. */
export interface SimulatorSettings {
	/** Default `test-key`. */
	apiKey: string;
	/** A wrong or missing key: HTTP 401 (default), or HTTP 200 with `code: 401`. Both occur. */
	authRejection: 'http401' | 'code401';
	/** Default `code422`, as recorded. */
	unknownAs: UnknownForm;
	/** Before every answer of the API; default 0. */
	responseDelayMs: number;
	/** Beyond it HTTP 429; default null: none. */
	rateLimit: { requestsPerSecond: number; retryAfterSeconds?: number } | null;
	/** Default `withHeaders`. */
	logRequests: LogDetail;
}

export const DEFAULT_SETTINGS: Readonly<SimulatorSettings> = {
	apiKey: 'test-key',
	authRejection: 'http401',
	unknownAs: 'code422',
	responseDelayMs: 0,
	rateLimit: null,
	logRequests: 'withHeaders',
};
