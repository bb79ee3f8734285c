import type { AdaptiveThrottle } from '../limits/adaptiveThrottle';
import type { RequestLimiter, RequestTimes } from '../limits/requestLimiter';
import type { Clock, Http, HttpResponse, Random } from '../ports';
import type { JsonObject } from '../task/coerce';
import { retryDelay } from './backoff';
import type { Endpoint } from './endpoints/endpoint';
import { networkFailure, parseEnvelope } from './envelope';
import type { ApiError, ApiResult, TransientError } from './envelope';
import { exceedsMaxRetryAfter } from './retryPolicy';

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
export interface AttemptObserver<T> {
	/** Aborted when there is no use in the request any more. What was sent already isn't affected. */
	readonly signal: AbortSignal;
	/** The request is about to be sent. */
	onSend(): void;
	/** The server did nothing, so the request will be sent again. */
	onRetry(): void;
	/** The result, before another request can take the place of this one. */
	onEnd(result: ApiResult<T>): void;
}

type Attempt<T> =
	| { readonly kind: 'ended'; readonly result: ApiResult<T> }
	| { readonly kind: 'retry'; readonly startAt: number; readonly lastCode: number | null };

/** The attempts so far, the current one included. */
interface AttemptNumber {
	readonly attempts: number;
	/** Of the attempt before. */
	readonly lastCode: number | null;
}

/** Sends requests to the API within the limits of a run, and retries those whose endpoint allows it. */
export class VeoClient {
	/** Errors that every further request to a path would meet too, so none is sent any more. Null: to any path. */
	private readonly sharedFailures = new Map<string | null, ApiError>();

	constructor(
		private readonly baseUrl: string,
		private readonly limits: RetryLimits,
		private readonly ports: ClientPorts,
	) {}

	/** Resolves with the endpoint's result or the error that remains after all retries. Never rejects, unless the observer throws. */
	async send<T>(
		endpoint: Endpoint<T>,
		{ dueAt, deadline }: SendTimes,
		observer: AttemptObserver<T> | null = null,
	): Promise<ApiResult<T>> {
		const { limiter, clock } = this.ports;
		const expiresAt = deadline + this.limits.requestTimeoutMs;
		let startAt = dueAt;
		let lastCode: number | null = null;
		for (let attempts = 1; ; attempts++) {
			const times = { dueAt: startAt, deadline, expiresAt };
			const admission = await limiter.acquire(times, observer?.signal);
			if (admission !== 'granted') return end({ kind: admission }, observer);
			const startedAt = clock.now();
			try {
				const sent = await this.sendIfUseful(endpoint, times, observer);
				const attempt: Attempt<T> = this.assess(endpoint, sent, deadline, { attempts, lastCode });
				if (attempt.kind === 'ended') return end(attempt.result, observer);
				observer?.onRetry();
				({ startAt, lastCode } = attempt);
			} finally {
				limiter.release(clock.now() - startedAt);
			}
		}
	}

	private async sendIfUseful<T>(
		endpoint: Endpoint<T>,
		{ deadline, expiresAt }: RequestTimes,
		observer: AttemptObserver<T> | null,
	): Promise<ApiResult<T> | TransientError> {
		if (observer?.signal.aborted === true) return { kind: 'aborted' };
		const failure = this.sharedFailures.get(null) ?? this.endlessFailure(endpoint, deadline);
		if (failure !== undefined) return failure;
		observer?.onSend();
		return await this.sendOnce(endpoint, deadline, expiresAt);
	}

	/** A request with a deadline doesn't seem to hang, so it isn't given up with those that have none. */
	private endlessFailure(endpoint: Endpoint<unknown>, deadline: number): ApiError | undefined {
		return deadline === Infinity ? this.sharedFailures.get(pathOf(endpoint)) : undefined;
	}

	/** Decides whether a request is sent again. */
	private assess<T>(
		endpoint: Endpoint<T>,
		sent: ApiResult<T> | TransientError,
		deadline: number,
		{ attempts, lastCode }: AttemptNumber,
	): Attempt<T> {
		const result: ApiResult<T> | TransientError = confirmUnauthorized(sent, lastCode);
		if (result.kind === 'unauthorized') this.sharedFailures.set(null, result);
		if (result.kind !== 'transient') return { kind: 'ended', result };
		const { code, reason, neverSent = false }: TransientError = result;
		const failure: ApiError = { kind: 'retriesExhausted', attempts, code, reason, neverSent };
		const ended = { kind: 'ended', result: failure } as const;
		if (!endpoint.retryPolicy(result)) return ended;
		if (isEndless(result, deadline)) {
			this.sharedFailures.set(pathOf(endpoint), failure);
			return ended;
		}
		const startAt = this.retryAt(attempts, result, deadline);
		return startAt === null ? ended : { kind: 'retry', startAt, lastCode: code };
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
		const result = parseResponse(endpoint, sent.response, clock.date());
		if (result.kind !== 'transient') throttle.onSuccess(startedAt);
		else if (result.throttled && !isEndless(result, deadline)) {
			throttle.onThrottled(startedAt, clock.now(), result.retryAfterMs);
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

function parseResponse<T>(
	endpoint: Endpoint<T>,
	response: HttpResponse,
	date: number,
): ApiResult<T> | TransientError {
	const holdsValue = (received: JsonObject) => endpoint.holdsValue(received);
	const envelope = parseEnvelope(response, date, holdsValue);
	if (!('kind' in envelope)) return endpoint.parse(envelope);
	return endpoint.parseForeign?.(envelope, response.body) ?? envelope;
}

function end<T>(result: ApiResult<T>, observer: AttemptObserver<T> | null): ApiResult<T> {
	observer?.onEnd(result);
	return result;
}

function pathOf({ path }: Pick<Endpoint<unknown>, 'path'>): string {
	return path.replace(/\?.*/, '');
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
