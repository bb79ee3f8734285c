/** Plays the scenario's API in the place of n8n's HTTP helper, and records what the node really received. */
import type { IHttpRequestOptions } from 'n8n-workflow';

import type { FakeResponse } from '../unit/support/fakeContext';
import { ScriptedBody, split, type BodyPlan } from './body.mjs';
import type { ScriptedFaults } from './faults.mjs';
import { meaningOf, NO_RESPONSE, type Meaning } from './model.mjs';
import { encodeResponse } from './response-bytes.mjs';
import type { Delivery } from './responses.mjs';
import { taskNumberOf } from './scenario-queries.mjs';
import type { Scenario } from './scenario.mjs';
import { time, Timers } from './simulated-time.mjs';
import { videoLinksOf } from './videos/files.mjs';

/** One request and its response. */
export interface Exchange {
	readonly serial: number;
	readonly taskId: string;
	readonly options: IHttpRequestOptions;
	readonly startedAt: number;
	endedAt: number;
	/** What the response means to the client; null until it has received all of it. */
	meaning: Meaning | null;
}

export class ScriptedApi {
	readonly exchanges: Exchange[] = [];
	maxInFlight = 0;
	private readonly timers = new Timers();
	private readonly disconnects: Array<() => void> = [];

	constructor(
		private readonly scenario: Scenario,
		private readonly faults: ScriptedFaults,
	) {}

	get pendingTimers(): number {
		return this.timers.pending;
	}

	/** n8n's helper ends all requests when the execution is cancelled. */
	disconnectAll(): void {
		for (const disconnect of this.disconnects) disconnect();
	}

	async respond(taskId: string, options: IHttpRequestOptions): Promise<FakeResponse> {
		const delivery = this.nextDelivery(taskId);
		const exchange = this.begin(taskId, options);
		return await new Promise((resolve, reject) => {
			const fail = (code: string, meaning = NO_RESPONSE) => {
				this.finish(exchange, meaning);
				reject(networkError(code));
			};
			// Like axios's, this timeout ends with the headers
			const timeout = this.timers.start(Number(options.timeout), () => fail('ECONNABORTED'));
			this.disconnects.push(() => {
				this.timers.stop(timeout);
				fail('ERR_CANCELED');
			});
			const { response, delayMs } = delivery;
			if (response.kind === 'noResponse' && response.error === 'hang') return;
			this.timers.start(delayMs, () => {
				if (exchange.meaning !== null) return;
				this.timers.stop(timeout);
				if (response.kind === 'noResponse') return fail(response.error, meaningOf(response));
				const links = videoLinksOf(this.scenario, taskId);
				const tags = { serial: exchange.serial, links };
				const { status, headers, body } = encodeResponse(response, tags, time.trueDate);
				const stream = new ScriptedBody(bodyPlan(body, delivery), this.timers, {
					onEnd: (end) => {
						this.finish(exchange, end === 'complete' ? meaningOf(response) : NO_RESPONSE);
					},
				});
				resolve({ statusCode: status, headers, body: stream });
			});
		});
	}

	private nextDelivery(taskId: string): Delivery {
		const { errorBursts, tasks } = this.scenario;
		const now = time.elapsed;
		const burst = errorBursts.find(
			({ fromMs, durationMs }) => fromMs <= now && now < fromMs + durationMs,
		);
		if (burst !== undefined) return burst.delivery;
		const { responses } = tasks[taskNumberOf(taskId)]!;
		const earlier = this.exchanges.filter((exchange) => exchange.taskId === taskId).length;
		return responses[Math.min(earlier, responses.length - 1)]!;
	}

	private begin(taskId: string, options: IHttpRequestOptions): Exchange {
		const exchange: Exchange = {
			serial: this.exchanges.length,
			taskId,
			options,
			startedAt: time.elapsed,
			endedAt: Infinity,
			meaning: null,
		};
		this.exchanges.push(exchange);
		const inFlight = this.exchanges.filter((each) => isInFlight(each)).length;
		this.maxInFlight = Math.max(this.maxInFlight, inFlight);
		return exchange;
	}

	private finish(exchange: Exchange, meaning: Meaning): void {
		if (exchange.meaning !== null) return;
		exchange.meaning = this.confirms401(exchange, meaning) ? { kind: 'unauthorized' } : meaning;
		exchange.endedAt = time.elapsed;
	}

	/** Whether this is the second 401 of a gateway in a row. A lookup that ends with the first one is the task's last. */
	private confirms401({ taskId, serial }: Exchange, meaning: Meaning): boolean {
		const before = this.exchanges.findLast(
			(exchange) => exchange.taskId === taskId && exchange.serial < serial,
		);
		const isForeign401 = (each: Meaning | null | undefined) =>
			each?.kind === 'transient' && each.code === 401;
		return (
			isForeign401(meaning) &&
			isForeign401(before?.meaning) &&
			!this.faults.credentialFailures.some((at) => at >= before!.endedAt)
		);
	}
}

/** What n8n's helper rejects with. */
export function networkError(code: string): unknown {
	if (code === 'undefined') return undefined;
	if (code === 'text') return 'request failed';
	const error = new Error(`request failed: ${code}`);
	return Object.assign(error, code.startsWith('Ssrf') ? { name: code } : { code });
}

function bodyPlan(body: Buffer, { pieces, pieceMs, ending }: Delivery): BodyPlan {
	const parts = split(body, pieces);
	const last = parts.pop()!;
	const isCut = ending !== 'complete';
	parts.push(isCut ? last.subarray(0, last.byteLength / 2) : last);
	return { pieces: parts, pieceMs, endMs: 0, ending };
}

/** A request whose own time is over no longer counts, whatever its connection does. */
function isInFlight({ meaning, startedAt, options }: Exchange): boolean {
	return meaning === null && time.elapsed < startedAt + Number(options.timeout);
}
