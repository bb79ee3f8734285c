import type { Clock, Http, Random } from '../ports';
import type { AdaptiveThrottle } from '../limits/adaptiveThrottle';
import type { RequestLimiter } from '../limits/requestLimiter';
import { noResponse, parseResponse } from './envelope';
import type { Answer, TransientError, RetriesExhausted } from './envelope';
import { DEFAULT_PAUSE_MS, MAX_RETRY_AFTER_MS, retryDelay } from './backoff';
import { recordInfoUrl } from './baseUrl';

/** How one lookup ended, its retries included. */
export type Lookup =
	| Exclude<Answer, TransientError>
	| RetriesExhausted
	/** Its turn never came before its time was over. */
	| { readonly kind: 'expired' }
	| { readonly kind: 'aborted' };

export interface LookupLimits {
	/** Milliseconds for one request, its body included. */
	readonly requestTimeoutMs: number;
	/** Tries after the first one. */
	readonly maxRetries: number;
}

/** When a lookup wants to start, and when it must have started for the last time. On the clock's `now`. */
export interface LookupTimes {
	readonly dueAt: number;
	readonly deadline: number;
}

export interface ClientPorts {
	readonly http: Http;
	readonly clock: Clock;
	readonly random: Random;
	readonly limiter: RequestLimiter;
	readonly throttle: AdaptiveThrottle;
	readonly signal: AbortSignal;
}

/** Looks up tasks: one request each, repeated while the trouble is of a kind that passes. */
export class VeoClient {
	/** Once known, what every further lookup would be told as well, so nobody asks again. */
	private sharedFailure: Lookup | null = null;

	constructor(
		private readonly baseUrl: string,
		private readonly limits: LookupLimits,
		private readonly ports: ClientPorts,
	) {}

	async lookUp(taskId: string, times: LookupTimes): Promise<Lookup> {
		const url = recordInfoUrl(this.baseUrl, taskId);
		let dueAt = times.dueAt;
		for (let attempts = 1; ; attempts++) {
			const answer = await this.sendWhenAdmitted(url, { ...times, dueAt });
			if (answer.kind === 'unauthorized') this.sharedFailure = answer;
			if (answer.kind !== 'transient') return answer;
			const hopeless = exceedsMaxRetryAfter(answer, times.deadline);
			const retryAt = hopeless ? null : this.retryAt(attempts, answer, times.deadline);
			if (retryAt === null) {
				const { code, reason } = answer;
				const verdict: Lookup = { kind: 'retriesExhausted', attempts, code, reason };
				if (hopeless) this.sharedFailure = verdict;
				return verdict;
			}
			dueAt = retryAt;
		}
	}

	private async sendWhenAdmitted(
		url: string,
		times: LookupTimes,
	): Promise<Lookup | TransientError> {
		const { limiter: gate } = this.ports;
		const expiresAt = times.deadline + this.limits.requestTimeoutMs;
		const turn = await gate.acquire({ ...times, expiresAt });
		if (turn !== 'granted') return { kind: turn };
		try {
			return this.sharedFailure ?? (await this.send(url, times.deadline, expiresAt));
		} finally {
			gate.release();
		}
	}

	/** A request that had to wait for its turn until after the deadline has only the rest of its time. */
	private async send(
		url: string,
		deadline: number,
		expiresAt: number,
	): Promise<Answer | { kind: 'aborted' }> {
		const { throttle: brake, clock, http, signal } = this.ports;
		const startedAt = clock.now();
		const timeoutMs = Math.ceil(Math.min(this.limits.requestTimeoutMs, expiresAt - startedAt));
		const result = await http.get(url, timeoutMs, signal);
		if (result.kind === 'aborted') return result;
		if (result.kind === 'failed') return noResponse(result.reason);
		const answer = parseResponse(result.response, clock.date());
		if (answer.kind !== 'transient') brake.onSuccess();
		else if (answer.throttled && !exceedsMaxRetryAfter(answer, deadline)) {
			brake.onThrottled(startedAt, clock.now(), answer.retryAfterMs ?? DEFAULT_PAUSE_MS);
		}
		return answer;
	}

	/** When to try again, the deadline at the latest; null if trying is over. */
	private retryAt(attempts: number, trouble: TransientError, deadline: number): number | null {
		const now = this.ports.clock.now();
		if (attempts > this.limits.maxRetries || now >= deadline) return null;
		const delay = retryDelay(attempts, trouble.retryAfterMs, this.ports.random);
		return Math.min(now + delay, deadline);
	}
}

/** A plain lookup has no deadline; one that seems to hang for an hour, as a server asked, helps nobody. */
function exceedsMaxRetryAfter(trouble: TransientError, deadline: number): boolean {
	return deadline === Infinity && (trouble.retryAfterMs ?? 0) > MAX_RETRY_AFTER_MS;
}
