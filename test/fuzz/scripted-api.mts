/** Plays the scenario's API in the place of n8n's HTTP helper, and records what the node really received. */
import type { IHttpRequestOptions } from 'n8n-workflow';
import { Readable } from 'node:stream';

import type { FakeResponse } from '../unit/support/fakeContext';
import { meaningOf, NO_RESPONSE, type Meaning } from './model.mjs';
import { encodeResponse } from './response-bytes.mjs';
import type { Delivery } from './responses.mjs';
import { taskNumberOf } from './scenario-queries.mjs';
import type { Scenario } from './scenario.mjs';
import { time, Timers, type Timer } from './simulated-time.mjs';
import { videoUrlsOf } from './videos/files.mjs';

/** One request and its response. */
export interface Exchange {
	readonly serial: number;
	readonly taskId: string;
	readonly options: IHttpRequestOptions;
	readonly startedAt: number;
	endedAt: number;
	/** Of what the client received; null until it has received everything. */
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
				const stream = this.send(body, delivery, () => finish(exchange, NO_RESPONSE));
				stream.once('end', () => finish(exchange, meaningOf(response)));
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

	private send(
		body: readonly Uint8Array[],
		{ pieces, pieceMs, ending }: Delivery,
		onDestroyed: () => void,
	): Readable {
		const timers = new Set<Timer>();
		const stream = new Readable({
			// Pieces stay pieces
			objectMode: true,
			read() {},
			destroy: (error, done) => {
				for (const timer of timers) this.timers.stop(timer);
				onDestroyed();
				done(error);
			},
		});
		stream.on('error', () => {});
		const [head = Buffer.alloc(0), ...rest] = body;
		const size = Math.ceil(head.byteLength / pieces);
		for (let piece = 0; piece < pieces; piece++) {
			const isLast = piece === pieces - 1;
			const bytes = head.subarray(piece * size, (piece + 1) * size);
			const push = () => {
				const isCut = isLast && ending !== 'complete';
				stream.push(isCut ? bytes.subarray(0, bytes.byteLength / 2) : bytes);
				if (isLast) end(stream, rest, ending);
			};
			if (piece * pieceMs === 0) push();
			else timers.add(this.timers.start(piece * pieceMs, push));
		}
		return stream;
	}
}

function end(stream: Readable, rest: readonly Uint8Array[], ending: Delivery['ending']): void {
	switch (ending) {
		case 'complete':
			for (const chunk of rest) stream.push(chunk);
			stream.push(null);
			return;
		case 'reset':
			stream.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
			return;
		case 'closed':
			stream.destroy();
			return;
		case 'never':
			return;
		default:
			ending satisfies never;
	}
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
