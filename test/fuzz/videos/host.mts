/** Plays the hosts of the videos where n8n's HTTP helper would stand, and notes down what they really gave. */
import type { IHttpRequestOptions } from 'n8n-workflow';

import type { FakeResponse } from '../../unit/support/fakeContext';
import type { Script } from '../scenario.mjs';
import { time } from '../time.mjs';
import { Timers } from '../timers.mjs';
import { answerTo, redirectOf, type VideoAnswer } from './answer.mjs';
import { VideoBody } from './body.mjs';
import { isSame, nameIn, videoAt, type VideoName } from './files.mjs';
import type { Try } from './scenario.mjs';

/** One request and what came of it. */
export interface VideoExchange {
	readonly options: IHttpRequestOptions;
	readonly video: VideoName;
	/** Where a redirect led to, within the same try. */
	readonly isHop: boolean;
	readonly startedAt: number;
	endedAt: number;
	/** Null as long as none was given. */
	answer: VideoAnswer | null;
	/** Bytes of its body that the client has taken, and those of the last piece among them. */
	taken: number;
	lastPiece: number;
	/** When the client last had something of it, and how long it had waited for anything before. */
	heardAt: number;
	longestSilence: number;
	/** `abandoned`: by the client. Null: it is still open. */
	end: 'noAnswer' | 'whole' | 'short' | 'broken' | 'abandoned' | null;
}

const WELL: Try = {
	redirect: null,
	afterMs: 0,
	does: { what: 'serve', pieces: 2, pieceMs: 0, cut: null },
};

export class ScriptedVideoHost {
	readonly exchanges: VideoExchange[] = [];
	/** URLs that no record has told of. */
	readonly strayed: string[] = [];
	mostAtOnce = 0;
	private readonly timers = new Timers();

	constructor(private readonly script: Script) {}

	/** Timers of its own that still run. */
	get pending(): number {
		return this.timers.pending;
	}

	async respond(options: IHttpRequestOptions): Promise<FakeResponse> {
		const name = nameIn(options.url);
		if (name === null) {
			this.strayed.push(options.url);
			throw new Error('no such host');
		}
		const exchange = this.begin(name, options);
		const video = videoAt(this.script, name);
		const number = this.triesOf(name) - 1;
		const current = video.tries[number] ?? WELL;
		return await new Promise((resolve, reject) => {
			const fail = (end: 'noAnswer' | 'abandoned', code: string) => {
				finish(exchange, end);
				reject(Object.assign(new Error(`request failed: ${code}`), { code }));
			};
			const abandon = () => {
				if (exchange.answer === null) fail('abandoned', 'ERR_CANCELED');
			};
			options.abortSignal?.addEventListener?.('abort', abandon);
			const { does } = current;
			const redirect = redirectOf(current, options.url, exchange.isHop);
			const isSilent = does.what === 'nothing' && does.error === 'hang';
			if (redirect === null && isSilent) return;
			this.timers.after(current.afterMs, () => {
				if (exchange.end !== null) return;
				if (redirect === null && does.what === 'nothing') return fail('noAnswer', does.error);
				resolve(this.answer(exchange, redirect ?? answerTo(video, name, current, number, options)));
			});
		});
	}

	private begin(video: VideoName, options: IHttpRequestOptions): VideoExchange {
		const exchange: VideoExchange = {
			options,
			video,
			isHop: options.url.includes('/hop'),
			startedAt: time.elapsed,
			endedAt: Infinity,
			answer: null,
			taken: 0,
			lastPiece: 0,
			heardAt: time.elapsed,
			longestSilence: 0,
			end: null,
		};
		this.exchanges.push(exchange);
		const open = this.exchanges.filter(({ end }) => end === null);
		this.mostAtOnce = Math.max(this.mostAtOnce, open.length);
		return exchange;
	}

	private triesOf(name: VideoName): number {
		return this.exchanges.filter(({ video, isHop }) => !isHop && isSame(video, name)).length;
	}

	private answer(exchange: VideoExchange, answer: VideoAnswer): FakeResponse {
		exchange.answer = answer;
		hear(exchange);
		const body = new VideoBody(answer.body, this.timers, {
			taken: (bytes) => {
				exchange.taken += bytes;
				exchange.lastPiece = bytes;
				hear(exchange);
			},
			ended: (end) => finish(exchange, end),
		});
		return { statusCode: answer.status, headers: answer.headers, body };
	}
}

function hear(exchange: VideoExchange): void {
	const now = time.elapsed;
	exchange.longestSilence = Math.max(exchange.longestSilence, now - exchange.heardAt);
	exchange.heardAt = now;
}

function finish(exchange: VideoExchange, end: NonNullable<VideoExchange['end']>): void {
	if (exchange.end !== null) return;
	exchange.end = end;
	exchange.endedAt = time.elapsed;
}
