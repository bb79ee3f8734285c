/** Plays the hosts of the videos in the place of n8n's HTTP helper, and records what the node really received. */
import type { IHttpRequestOptions } from 'n8n-workflow';

import type { FakeResponse } from '../../unit/support/fakeContext';
import { ScriptedBody, type BodyEnd } from '../body.mjs';
import { isPermanent } from '../model.mjs';
import type { Rounds } from '../rounds.mjs';
import type { Scenario } from '../scenario.mjs';
import { networkError } from '../scripted-api.mjs';
import { time, Timers } from '../simulated-time.mjs';
import type { Round } from '../trace.mjs';
import { linksOf, parseVideoUrl, videoAt, type VideoId } from './files.mjs';
import { redirectFor, responseFor, type VideoResponse } from './response.mjs';
import type { Attempt, ScriptedVideo } from './scenario.mjs';

/** One request and its response. */
export interface VideoExchange {
	readonly round: Round;
	readonly options: IHttpRequestOptions;
	readonly video: VideoId;
	/** Follows a redirect of the same attempt. */
	readonly isRedirectHop: boolean;
	readonly startedAt: number;
	endedAt: number;
	/** Null until the headers have arrived. */
	response: VideoResponse | null;
	/** Bytes of the body that the client has read. */
	bytesRead: number;
	lastPieceSize: number;
	/** When the client last received anything. */
	lastActivityAt: number;
	/** The longest time before that without anything. */
	longestSilenceMs: number;
	/** How the response ended; null until then. */
	end: BodyEnd | 'noResponse' | 'permanent' | null;
}

const SUCCESS: Attempt = {
	redirect: null,
	delayMs: 0,
	behavior: { kind: 'serve', pieces: 2, pieceMs: 0, cut: null },
};

type Expired = ScriptedVideo & { readonly expired: NonNullable<ScriptedVideo['expired']> };

function hasExpired(video: ScriptedVideo, attempt: number): video is Expired {
	return video.expired !== null && attempt >= video.expired.from;
}

function expiredAttempt(status: number): Attempt {
	return { redirect: null, delayMs: 0, behavior: { kind: 'status', status, retryAfter: null } };
}

export class ScriptedVideoHost {
	readonly exchanges: VideoExchange[] = [];
	/** Requested URLs that no record contains. */
	readonly unknownUrls: string[] = [];
	maxInFlight = 0;
	private readonly timers = new Timers();

	constructor(
		private readonly scenario: Scenario,
		private readonly rounds: Rounds,
	) {}

	get pendingTimers(): number {
		return this.timers.pending;
	}

	async respond(options: IHttpRequestOptions): Promise<FakeResponse> {
		const id = parseVideoUrl(options.url);
		if (id === null) {
			this.unknownUrls.push(options.url);
			throw new Error('no such host');
		}
		const exchange = this.begin(id, options);
		const video = videoAt(this.scenario, id);
		const number = this.attemptsAt(id) - 1;
		const isOld = !exchange.isRedirectHop && linksOf(options.url) === 'current';
		const attempt =
			isOld && hasExpired(video, number)
				? expiredAttempt(video.expired.status)
				: (video.attempts[number] ?? SUCCESS);
		const { behavior, delayMs } = attempt;
		return await new Promise((resolve, reject) => {
			const fail = (end: 'noResponse' | 'permanent' | 'abandoned', code: string) => {
				finish(exchange, end);
				reject(networkError(code));
			};
			const abandon = () => {
				if (exchange.response === null) fail('abandoned', 'ERR_CANCELED');
			};
			options.abortSignal?.addEventListener?.('abort', abandon);
			const redirect = redirectFor(attempt, options.url, exchange.isRedirectHop);
			const isFailing = redirect === null && behavior.kind === 'noResponse';
			if (isFailing && behavior.error === 'hang') return;
			this.timers.start(delayMs, () => {
				if (exchange.end !== null) return;
				if (redirect !== null) resolve(this.send(exchange, redirect));
				else if (behavior.kind === 'noResponse')
					fail(isPermanent(behavior.error) ? 'permanent' : 'noResponse', behavior.error);
				else resolve(this.send(exchange, responseFor(video, id, behavior, number, options)));
			});
		});
	}

	private begin(video: VideoId, options: IHttpRequestOptions): VideoExchange {
		const exchange: VideoExchange = {
			round: this.rounds.current,
			options,
			video,
			isRedirectHop: options.url.includes('/hop'),
			startedAt: time.elapsed,
			endedAt: Infinity,
			response: null,
			bytesRead: 0,
			lastPieceSize: 0,
			lastActivityAt: time.elapsed,
			longestSilenceMs: 0,
			end: null,
		};
		this.exchanges.push(exchange);
		// A process that was killed leaves its downloads behind
		const { current } = this.rounds;
		const inFlight = this.exchanges.filter(
			({ end, round }) => end === null && round === current,
		).length;
		this.maxInFlight = Math.max(this.maxInFlight, inFlight);
		return exchange;
	}

	private attemptsAt(id: VideoId): number {
		return this.exchanges.filter(({ video, isRedirectHop }) => !isRedirectHop && video === id)
			.length;
	}

	private send(exchange: VideoExchange, response: VideoResponse): FakeResponse {
		exchange.response = response;
		recordActivity(exchange);
		const body = new ScriptedBody(response.body, this.timers, {
			onRead: (bytes) => {
				exchange.bytesRead += bytes;
				exchange.lastPieceSize = bytes;
				recordActivity(exchange);
			},
			onEnd: (end) => finish(exchange, end),
		});
		return { statusCode: response.status, headers: response.headers, body };
	}
}

function recordActivity(exchange: VideoExchange): void {
	const silenceMs = time.elapsed - exchange.lastActivityAt;
	exchange.longestSilenceMs = Math.max(exchange.longestSilenceMs, silenceMs);
	exchange.lastActivityAt = time.elapsed;
}

function finish(exchange: VideoExchange, end: BodyEnd | 'noResponse' | 'permanent'): void {
	if (exchange.end !== null) return;
	exchange.end = end;
	exchange.endedAt = time.elapsed;
}
