import type { Clock, Http, Random } from '../ports';
import type { Brake } from '../traffic/brake';
import type { Gate } from '../traffic/gate';
import { noAnswer, readAnswer } from './answer';
import type { Answer, TransientTrouble, Unreachable } from './answer';
import { DEFAULT_PAUSE_MS, LONGEST_PAUSE_MS, retryDelay } from './backoff';
import { recordInfoUrl } from './baseUrl';

/** How one lookup ended, its retries included. */
export type Lookup =
	| Exclude<Answer, TransientTrouble>
	| Unreachable
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
	readonly gate: Gate;
	readonly brake: Brake;
	readonly signal: AbortSignal;
}

/** Looks up tasks: one request each, repeated while the trouble is of a kind that passes. */
export class VeoClient {
	/** Once known, what every further lookup would be told as well, so nobody asks again. */
	private verdictForAll: Lookup | null = null;

	constructor(
		private readonly baseUrl: string,
		private readonly limits: LookupLimits,
		private readonly ports: ClientPorts,
	) {}

	async lookUp(taskId: string, times: LookupTimes): Promise<Lookup> {
		const url = recordInfoUrl(this.baseUrl, taskId);
		let dueAt = times.dueAt;
		for (let attempts = 1; ; attempts++) {
			const answer = await this.askInTurn(url, { ...times, dueAt });
			if (answer.kind === 'keyRejected') this.verdictForAll = answer;
			if (answer.kind !== 'transient') return answer;
			const hopeless = isHopeless(answer, times.deadline);
			const retryAt = hopeless ? null : this.retryAt(attempts, answer, times.deadline);
			if (retryAt === null) {
				const { code, reason } = answer;
				const verdict: Lookup = { kind: 'unreachable', attempts, code, reason };
				if (hopeless) this.verdictForAll = verdict;
				return verdict;
			}
			dueAt = retryAt;
		}
	}

	private async askInTurn(url: string, times: LookupTimes): Promise<Lookup | TransientTrouble> {
		const { gate } = this.ports;
		const expiresAt = times.deadline + this.limits.requestTimeoutMs;
		const turn = await gate.enter({ ...times, expiresAt });
		if (turn !== 'granted') return { kind: turn };
		try {
			return this.verdictForAll ?? (await this.ask(url, times.deadline, expiresAt));
		} finally {
			gate.leave();
		}
	}

	/** A request that had to wait for its turn until after the deadline has only the rest of its time. */
	private async ask(
		url: string,
		deadline: number,
		expiresAt: number,
	): Promise<Answer | { kind: 'aborted' }> {
		const { brake, clock, http, signal } = this.ports;
		const startedAt = clock.now();
		const timeoutMs = Math.ceil(Math.min(this.limits.requestTimeoutMs, expiresAt - startedAt));
		const result = await http.get(url, timeoutMs, signal);
		if (result.kind === 'aborted') return result;
		if (result.kind === 'failed') return noAnswer(result.reason);
		const answer = readAnswer(result.answer, clock.date());
		if (answer.kind !== 'transient') brake.ease();
		else if (answer.throttled && !isHopeless(answer, deadline)) {
			brake.pull(startedAt, clock.now(), answer.retryAfterMs ?? DEFAULT_PAUSE_MS);
		}
		return answer;
	}

	/** When to try again, the deadline at the latest; null if trying is over. */
	private retryAt(attempts: number, trouble: TransientTrouble, deadline: number): number | null {
		const now = this.ports.clock.now();
		if (attempts > this.limits.maxRetries || now >= deadline) return null;
		const delay = retryDelay(attempts, trouble.retryAfterMs, this.ports.random);
		return Math.min(now + delay, deadline);
	}
}

/** A plain lookup has no deadline; one that seems to hang for an hour, as a server asked, helps nobody. */
function isHopeless(trouble: TransientTrouble, deadline: number): boolean {
	return deadline === Infinity && (trouble.retryAfterMs ?? 0) > LONGEST_PAUSE_MS;
}
