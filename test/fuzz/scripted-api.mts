/** Plays the scenario's API in the place of n8n's HTTP helper, and records what the node really received. */
import type { IHttpRequestOptions } from 'n8n-workflow';

import type { FakeResponse } from '../unit/support/fakeContext';
import { ScriptedBody, split, type BodyPlan } from './body.mjs';
import { meaningOf, NO_RESPONSE, type Meaning } from './model.mjs';
import { encodeResponse } from './response-bytes.mjs';
import type { Delivery } from './responses.mjs';
import { taskNumberOf } from './scenario-queries.mjs';
import type { Scenario } from './scenario.mjs';
import { time, Timers } from './simulated-time.mjs';
import { videoUrlsOf } from './videos/files.mjs';

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

	constructor(private readonly scenario: Scenario) {}

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
			const fail = (code: string) => {
				finish(exchange, NO_RESPONSE);
				reject(Object.assign(new Error(`request failed: ${code}`), { code }));
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
				if (response.kind === 'noResponse') return fail(response.error);
				const tags = { serial: exchange.serial, ...videoUrlsOf(this.scenario, taskId) };
				const { status, headers, body } = encodeResponse(response, tags, time.trueDate);
				const stream = new ScriptedBody(bodyPlan(body, delivery), this.timers, {
					onEnd: (end) => {
						finish(exchange, end === 'complete' ? meaningOf(response) : NO_RESPONSE);
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
}

function bodyPlan(body: Buffer, { pieces, pieceMs, ending }: Delivery): BodyPlan {
	const parts = split(body, pieces);
	const last = parts.pop()!;
	const isCut = ending !== 'complete';
	parts.push(isCut ? last.subarray(0, last.byteLength / 2) : last);
	return { pieces: parts, pieceMs, endMs: 0, ending };
}

function finish(exchange: Exchange, meaning: Meaning): void {
	if (exchange.meaning !== null) return;
	exchange.meaning = meaning;
	exchange.endedAt = time.elapsed;
}

/** A request whose own time is over no longer counts, whatever its connection does. */
function isInFlight({ meaning, startedAt, options }: Exchange): boolean {
	return meaning === null && time.elapsed < startedAt + Number(options.timeout);
}
