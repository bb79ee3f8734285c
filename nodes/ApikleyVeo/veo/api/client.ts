import type { AdaptiveThrottle } from '../limits/adaptiveThrottle';
import type { RequestLimiter, RequestTimes } from '../limits/requestLimiter';
import type { Clock, Http, Random } from '../ports';
import type { JsonObject } from '../task/coerce';
import { retryDelay } from './backoff';
import type { Endpoint } from './endpoints/endpoint';
import { networkFailure, parseEnvelope } from './envelope';
import type { ApiError, ApiResult, TransientError } from './envelope';
import { DEFAULT_PAUSE_MS, exceedsMaxRetryAfter } from './retryPolicy';

export interface RetryLimits {
	/** For one request including its body, in milliseconds. */
	readonly requestTimeoutMs: number;
	/** Attempts after the first one. */
	readonly maxRetries: number;
}

/** When a request should start, and when it may start for the last time, on the clock's `now`. */
export type SendTimes = Pick<RequestTimes, 'dueAt' | 'deadline'>;

export interface ClientPorts {
	readonly http: Http;
	readonly clock: Clock;
	readonly random: Random;
	readonly limiter: RequestLimiter;
	readonly throttle: AdaptiveThrottle;
	readonly signal: AbortSignal;
}

/** Follows the attempts of a request that must not be repeated blindly. */
export interface AttemptObserver {
	/** The request is about to be sent. False: there is no use in it any more, and the result is `expired`. */
	onSend(): boolean;
	/** The server did nothing, so the request will be sent again. */
	onRetry(): void;
}

const NO_OBSERVER: AttemptObserver = { onSend: () => true, onRetry: () => {} };

/** Sends requests to the API within the limits of a run, and retries those whose endpoint allows it. */
export class VeoClient {
	/** An error that every further request would meet too, so none is sent any more. */
	private sharedFailure: ApiError | null = null;

	constructor(
		private readonly baseUrl: string,
		private readonly limits: RetryLimits,
		private readonly ports: ClientPorts,
	) {}

	/** Resolves with the endpoint's result or the error that remains after all retries. Never rejects. */
	async send<T>(
		endpoint: Endpoint<T>,
		{ dueAt, deadline }: SendTimes,
		observer = NO_OBSERVER,
	): Promise<ApiResult<T>> {
		let startAt = dueAt;
		let lastCode: number | null = null;
		for (let attempts = 1; ; attempts++) {
			const times = { dueAt: startAt, deadline };
			const response = await this.sendWhenAdmitted(endpoint, times, observer);
			const result: ApiResult<T> | TransientError = confirmUnauthorized(response, lastCode);
			if (result.kind === 'unauthorized') this.sharedFailure = result;
			if (result.kind !== 'transient') return result;
			const { code, reason, neverSent = false }: TransientError = result;
			lastCode = code;
			const failure: ApiError = { kind: 'retriesExhausted', attempts, code, reason, neverSent };
			if (!endpoint.retryPolicy(result)) return failure;
			if (isEndless(result, deadline)) {
				this.sharedFailure = failure;
				return failure;
			}
			const retryAt = this.retryAt(attempts, result, deadline);
			if (retryAt === null) return failure;
			observer.onRetry();
			startAt = retryAt;
		}
	}

	private async sendWhenAdmitted<T>(
		endpoint: Endpoint<T>,
		times: SendTimes,
		observer: AttemptObserver,
	): Promise<ApiResult<T> | TransientError> {
		const { limiter } = this.ports;
		const expiresAt = times.deadline + this.limits.requestTimeoutMs;
		const admission = await limiter.acquire({ ...times, expiresAt });
		if (admission !== 'granted') return { kind: admission };
		try {
			if (this.sharedFailure !== null) return this.sharedFailure;
			if (!observer.onSend()) return { kind: 'expired' };
			return await this.sendOnce(endpoint, times.deadline, expiresAt);
		} finally {
			limiter.release();
		}
	}

	/** A request that the limits hold back beyond its deadline only has the rest of its time. */
	private async sendOnce<T>(
		endpoint: Endpoint<T>,
		deadline: number,
		expiresAt: number,
	): Promise<ApiResult<T> | TransientError> {
		const { throttle, clock, http, signal } = this.ports;
		const startedAt = clock.now();
		const timeoutMs = Math.ceil(Math.min(this.limits.requestTimeoutMs, expiresAt - startedAt));
		const { method, path, body, fileBody } = endpoint;
		const content = { ...(body && { body }), ...(fileBody && { fileBody }) };
		const request = { method, url: `${this.baseUrl}${path}`, ...content };
		const sent = await http.send(request, timeoutMs, signal);
		if (sent.kind === 'aborted') return sent;
		if (sent.kind === 'failed') return networkFailure(sent);
		const holdsValue = (received: JsonObject) => endpoint.holdsValue(received);
		const envelope = parseEnvelope(sent.response, clock.date(), holdsValue);
		const result = 'kind' in envelope ? envelope : endpoint.parse(envelope);
		if (result.kind !== 'transient') throttle.onSuccess();
		else if (result.throttled && !isEndless(result, deadline)) {
			throttle.onThrottled(startedAt, clock.now(), result.retryAfterMs ?? DEFAULT_PAUSE_MS);
		}
		return result;
	}

	/** When to send the next attempt, at the latest at the deadline; null if there is none. */
	private retryAt(attempts: number, error: TransientError, deadline: number): number | null {
		const now = this.ports.clock.now();
		if (attempts > this.limits.maxRetries || now >= deadline) return null;
		const delay = retryDelay(attempts, error.retryAfterMs, this.ports.random);
		return Math.min(now + delay, deadline);
	}
}

/** A gateway can send a 401 of its own, so one that isn't the API's only counts if it comes twice in a row. */
function confirmUnauthorized<T>(
	result: ApiResult<T> | TransientError,
	lastCode: number | null,
): ApiResult<T> | TransientError {
	const isRepeated = result.kind === 'transient' && result.code === 401 && lastCode === 401;
	return isRepeated ? { kind: 'unauthorized', message: null } : result;
}

/** A lookup without a deadline would seem to hang if it waited for an hour because a server says so. */
function isEndless(error: TransientError, deadline: number): boolean {
	return deadline === Infinity && exceedsMaxRetryAfter(error);
}
