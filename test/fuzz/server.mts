/** Plays the script's server where n8n's HTTP helper would stand, and notes down what it really delivered. */
import type { IHttpRequestOptions } from 'n8n-workflow';
import { Readable } from 'node:stream';

import type { FakeResponse } from '../unit/support/fakeContext';
import type { Answer } from './answers.mjs';
import { meaningOf, NO_ANSWER, type Meaning } from './model.mjs';
import { numberOf } from './scenario-queries.mjs';
import type { Script } from './scenario.mjs';
import { time } from './time.mjs';
import { Timers } from './timers.mjs';
import { linksOf } from './videos/files.mjs';
import { wireOf } from './response-bytes.mjs';

/** One request and what came of it. */
export interface Exchange {
	readonly serial: number;
	readonly taskId: string;
	readonly options: IHttpRequestOptions;
	readonly startedAt: number;
	endedAt: number;
	/** Of what the client was given; null as long as nothing was. */
	meaning: Meaning | null;
}

export class ScriptedServer {
	readonly exchanges: Exchange[] = [];
	mostAtOnce = 0;
	private readonly timers = new Timers();
	private readonly hangUps = new Set<() => void>();

	constructor(private readonly script: Script) {}

	/** Timers of its own that still run. */
	get pending(): number {
		return this.timers.pending;
	}

	/** n8n's helper ends all requests when the execution is cancelled. */
	hangUp(): void {
		for (const hangUp of this.hangUps) hangUp();
	}

	async respond(taskId: string, options: IHttpRequestOptions): Promise<FakeResponse> {
		const exchange: Exchange = {
			serial: this.exchanges.length,
			taskId,
			options,
			startedAt: time.elapsed,
			endedAt: Infinity,
			meaning: null,
		};
		const answer = this.answerTo(taskId);
		this.exchanges.push(exchange);
		const open = this.exchanges.filter((each) => isOpen(each));
		this.mostAtOnce = Math.max(this.mostAtOnce, open.length);
		return await new Promise((resolve, reject) => {
			const fail = (code: string) => {
				end(exchange, NO_ANSWER);
				reject(Object.assign(new Error(`request failed: ${code}`), { code }));
			};
			// As axios does, until the headers have come
			const timeUp = this.timers.after(Number(options.timeout), () => fail('ECONNABORTED'));
			this.hangUps.add(() => {
				this.timers.stop(timeUp);
				fail('ERR_CANCELED');
			});
			const { says } = answer;
			if (says.what === 'nothing' && says.error === 'hang') return;
			this.timers.after(answer.afterMs, () => {
				if (exchange.meaning !== null) return;
				this.timers.stop(timeUp);
				if (says.what === 'nothing') return fail(says.error);
				const marks = { serial: exchange.serial, ...linksOf(this.script, taskId) };
				const { status, headers, body } = wireOf(says, marks, time.trueDate);
				const stream = this.send(body, answer, () => end(exchange, NO_ANSWER));
				stream.once('end', () => end(exchange, meaningOf(says)));
				resolve({ statusCode: status, headers, body: stream });
			});
		});
	}

	private answerTo(taskId: string): Answer {
		const { storms, tasks } = this.script;
		const now = time.elapsed;
		const storm = storms.find(({ fromMs, lastsMs }) => fromMs <= now && now < fromMs + lastsMs);
		if (storm !== undefined) return storm.answer;
		const { answers } = tasks[numberOf(taskId)]!;
		const nth = this.exchanges.filter((exchange) => exchange.taskId === taskId).length;
		return answers[Math.min(nth, answers.length - 1)]!;
	}

	private send(
		body: readonly Uint8Array[],
		{ pieces, pieceMs, ends }: Answer,
		onDestroyed: () => void,
	): Readable {
		const timers = new Set<ReturnType<typeof setTimeout>>();
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
				const isCut = isLast && ends !== 'whole';
				stream.push(isCut ? bytes.subarray(0, bytes.byteLength / 2) : bytes);
				if (isLast) finish(stream, rest, ends);
			};
			if (piece * pieceMs === 0) push();
			else timers.add(this.timers.after(piece * pieceMs, push));
		}
		return stream;
	}
}

function finish(stream: Readable, rest: readonly Uint8Array[], ends: Answer['ends']): void {
	switch (ends) {
		case 'whole':
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
			ends satisfies never;
	}
}

function end(exchange: Exchange, meaning: Meaning): void {
	if (exchange.meaning !== null) return;
	exchange.meaning = meaning;
	exchange.endedAt = time.elapsed;
}

/** A client that has given up at its own time no longer counts, whatever the connection does. */
function isOpen({ meaning, startedAt, options }: Exchange): boolean {
	return meaning === null && time.elapsed < startedAt + Number(options.timeout);
}
