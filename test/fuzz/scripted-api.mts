/** Plays the scenario's API in the place of n8n's HTTP helper, and records what the node really received. */
import type { IHttpRequestOptions } from 'n8n-workflow';

import { CREDENTIAL, type FakeResponse } from '../unit/support/fakeContext';
import { ScriptedBody, split, type BodyPlan } from './body.mjs';
import { isOfOthers, PROMPT_OF_OTHERS } from './creations/callbacks.mjs';
import { creationMeaningOf, UNCERTAIN } from './creations/model.mjs';
import { encodeCreation } from './creations/response-bytes.mjs';
import type { ScriptedCreation } from './creations/scenario.mjs';
import { isAccepted, itemIndexIn, tokenIn, type Creation } from './creations/scripted-creation.mjs';
import type { ScriptedFaults } from './faults.mjs';
import { meaningOf, NO_RESPONSE, type Meaning } from './model.mjs';
import { encodeResponse, type EncodedResponse, type Tags } from './response-bytes.mjs';
import { recordOf, UNKNOWN_RESPONSE, type Delivery, type ScriptedResponse } from './responses.mjs';
import type { Rounds } from './rounds.mjs';
import { scriptOf, taskNumberOf } from './scenario-queries.mjs';
import type { Scenario } from './scenario.mjs';
import { time, Timers } from './simulated-time.mjs';
import type { Round } from './trace.mjs';
import { upgradeMeaningOf } from './upgrades/model.mjs';
import { encodeUpgrade } from './upgrades/response-bytes.mjs';
import type { UpgradeResponse } from './upgrades/scenario.mjs';
import { upgradeUrlsOf, videoLinksOf } from './videos/files.mjs';

/** One lookup of a task, or request for its 1080p version, and the response. */
export interface Exchange {
	readonly endpoint: 'recordInfo' | 'upgrade';
	readonly round: Round;
	readonly serial: number;
	readonly taskId: string;
	readonly options: IHttpRequestOptions;
	readonly startedAt: number;
	endedAt: number;
	/** What the response means to the client; null until it has received all of it. */
	meaning: Meaning | null;
}

/** A response of any endpoint, and how it arrives. */
type AnyDelivery<R> = Omit<Delivery, 'response'> & { readonly response: R };

interface Performance<R> {
	readonly options: IHttpRequestOptions;
	readonly encode: (response: Exclude<R, { kind: 'noResponse' }>) => EncodedResponse;
	/** Null for a response that the client has not received as scripted. Only the first call counts. */
	readonly finish: (received: R | null) => void;
	readonly hasEnded: () => boolean;
}

export class ScriptedApi {
	readonly exchanges: Exchange[] = [];
	readonly creations: Creation[] = [];
	maxInFlight = 0;
	private readonly timers = new Timers();
	private readonly disconnects: Array<() => void> = [];

	/** `onAccepted` is called when a task has been created. */
	constructor(
		private readonly scenario: Scenario,
		private readonly faults: ScriptedFaults,
		private readonly rounds: Rounds,
		private readonly onAccepted: (creation: Creation) => void,
	) {}

	get pendingTimers(): number {
		return this.timers.pending;
	}

	/** n8n's helper ends all requests when the execution is cancelled. */
	disconnectAll(): void {
		for (const disconnect of this.disconnects) disconnect();
	}

	async respond(options: IHttpRequestOptions): Promise<FakeResponse> {
		if (options.method === 'POST') return await this.create(options);
		const { pathname, searchParams } = new URL(options.url);
		const endpoint = pathname.endsWith('/get-1080p-video') ? 'upgrade' : 'recordInfo';
		const exchange = this.beginExchange(endpoint, searchParams.get('taskId') ?? '', options);
		return endpoint === 'upgrade' ? await this.upgrade(exchange) : await this.lookUp(exchange);
	}

	private async lookUp(exchange: Exchange): Promise<FakeResponse> {
		const { options } = exchange;
		return await this.play<ScriptedResponse>(this.deliveryFor(exchange), {
			options,
			encode: (response) => encodeResponse(response, this.tagsFor(exchange), time.trueDate),
			finish: (received) =>
				this.finish(exchange, received === null ? NO_RESPONSE : meaningOf(received)),
			hasEnded: () => exchange.meaning !== null,
		});
	}

	private deliveryFor(exchange: Exchange): Delivery {
		const { taskId } = exchange;
		// Some are complete
		if (isOfOthers(taskId)) return recordOf(taskNumberOf(taskId) % 2);
		const { responses } = scriptOf(this.scenario, taskId) ?? { responses: [UNKNOWN_RESPONSE] };
		return this.inBurst() ?? this.next(exchange, responses);
	}

	private async upgrade(exchange: Exchange): Promise<FakeResponse> {
		const { taskId, options } = exchange;
		const script = scriptOf(this.scenario, taskId)!;
		const urls = upgradeUrlsOf(this.scenario, taskId);
		const good = { resultUrl: urls.current };
		const delivery: AnyDelivery<UpgradeResponse> =
			this.inBurst() ?? this.next(exchange, script.upgrade.responses);
		return await this.play(delivery, {
			options,
			encode: (response) =>
				encodeUpgrade(response, { ...this.tagsFor(exchange), good, urls }, time.trueDate),
			finish: (received) =>
				this.finish(exchange, received === null ? NO_RESPONSE : upgradeMeaningOf(received)),
			hasEnded: () => exchange.meaning !== null,
		});
	}

	private async create(options: IHttpRequestOptions): Promise<FakeResponse> {
		const { creation, delivery, newTaskId } = this.beginCreation(options);
		const { callBackUrl, taskId: source = null } = creation.body as Record<string, string>;
		const tags = {
			...this.tags(this.creations.length, String(callBackUrl)),
			good: { taskId: newTaskId },
			taskId: newTaskId,
			source,
		};
		if (creation.taskId !== null) this.onAccepted(creation);
		return await this.play(delivery, {
			options,
			encode: (response) => encodeCreation(response, tags, time.trueDate),
			finish: (received) => {
				if (creation.meaning !== null) return;
				creation.meaning = received === null ? UNCERTAIN : creationMeaningOf(received);
				creation.endedAt = time.elapsed;
			},
			hasEnded: () => creation.meaning !== null,
		});
	}

	private async play<R extends { readonly kind: string }>(
		delivery: AnyDelivery<R>,
		{ options, encode, finish, hasEnded }: Performance<R>,
	): Promise<FakeResponse> {
		return await new Promise((resolve, reject) => {
			const fail = (code: string, received: R | null = null) => {
				finish(received);
				reject(networkError(code));
			};
			// Like axios's, this timeout ends with the headers
			const timeout = this.timers.start(Number(options.timeout), () => fail('ECONNABORTED'));
			this.disconnects.push(() => {
				this.timers.stop(timeout);
				fail('ERR_CANCELED');
			});
			const { response, delayMs } = delivery;
			const error =
				response.kind === 'noResponse' ? (response as unknown as NoResponse).error : null;
			if (error === 'hang') return;
			this.timers.start(delayMs, () => {
				if (hasEnded()) return;
				this.timers.stop(timeout);
				if (error !== null) return fail(error, response);
				const { status, headers, body } = encode(response as Exclude<R, { kind: 'noResponse' }>);
				const stream = new ScriptedBody(bodyPlan(body, delivery), this.timers, {
					onEnd: (end) => finish(end === 'complete' ? response : null),
				});
				resolve({ statusCode: status, headers, body: stream });
			});
		});
	}

	private inBurst() {
		const now = time.elapsed;
		return this.scenario.errorBursts.find(
			({ fromMs, durationMs }) => fromMs <= now && now < fromMs + durationMs,
		)?.delivery;
	}

	private next<D>({ taskId, endpoint, serial }: Exchange, deliveries: readonly D[]): D {
		const earlier = this.exchanges.filter(
			(each) => each.taskId === taskId && each.endpoint === endpoint && each.serial < serial,
		);
		return deliveries[Math.min(earlier.length, deliveries.length - 1)]!;
	}

	private beginExchange(
		endpoint: Exchange['endpoint'],
		taskId: string,
		options: IHttpRequestOptions,
	): Exchange {
		const exchange: Exchange = {
			endpoint,
			round: this.rounds.current,
			serial: this.exchanges.length,
			taskId,
			options,
			startedAt: time.elapsed,
			endedAt: Infinity,
			meaning: null,
		};
		this.exchanges.push(exchange);
		this.countInFlight();
		return exchange;
	}

	private beginCreation(options: IHttpRequestOptions) {
		const body = JSON.parse(String(options.body)) as Record<string, unknown>;
		const itemIndex = itemIndexIn(body.prompt);
		const { creations, taskId } = this.scenario.items[itemIndex]!;
		const earlier = this.creations.filter((each) => each.itemIndex === itemIndex).length;
		const script: ScriptedCreation = creations[Math.min(earlier, creations.length - 1)]!;
		const delivery = this.inBurst() ?? script.delivery;
		const number = 'task' in taskId ? taskId.task % this.scenario.tasks.length : 0;
		const newTaskId = `task/${number}/${this.creations.length}`;
		const isCreated = isAccepted({ ...script, delivery });
		const creation: Creation = {
			round: this.rounds.current,
			itemIndex,
			body,
			options,
			startedAt: time.elapsed,
			endedAt: Infinity,
			taskId: isCreated ? newTaskId : null,
			token: tokenIn(body.callBackUrl),
			meaning: null,
		};
		this.creations.push(creation);
		this.countInFlight();
		return { creation, delivery, newTaskId };
	}

	private countInFlight(): void {
		// A run that has failed leaves its requests behind
		const inFlight = [...this.exchanges, ...this.creations].filter(
			(each) => each.round === this.rounds.current && isInFlight(each),
		);
		this.maxInFlight = Math.max(this.maxInFlight, inFlight.length);
	}

	private tagsFor({ serial, taskId }: Exchange): Tags {
		const creation = this.creations.find((each) => each.taskId === taskId);
		return {
			...this.tags(serial, String(creation?.body.callBackUrl)),
			...(creation !== undefined && { prompt: String(creation.body.prompt) }),
			...(isOfOthers(taskId) && { prompt: PROMPT_OF_OTHERS }),
			...(scriptOf(this.scenario, taskId) && { links: videoLinksOf(this.scenario, taskId) }),
			...(creation === undefined && paramsOf(scriptOf(this.scenario, taskId)?.upgrade.obstacle)),
		};
	}

	private tags(serial: number, callBackUrl: string): Tags {
		return {
			serial,
			links: { current: {}, fresh: {} },
			echo: `${CREDENTIAL.apiKey} ${callBackUrl}`,
			prompt: null,
			params: {},
			fallbackFlag: undefined,
		};
	}

	private finish(exchange: Exchange, meaning: Meaning): void {
		if (exchange.meaning !== null) return;
		exchange.meaning = this.confirms401(exchange, meaning) ? { kind: 'unauthorized' } : meaning;
		exchange.endedAt = time.elapsed;
	}

	/** Whether this is the second 401 of a gateway in a row. A lookup that ends with the first one is the task's last. */
	private confirms401({ taskId, serial, endpoint, round }: Exchange, meaning: Meaning): boolean {
		const before = this.exchanges.findLast(
			(each) =>
				each.taskId === taskId &&
				each.endpoint === endpoint &&
				each.round === round &&
				each.serial < serial,
		);
		const isForeign401 = (each: Meaning | null | undefined) =>
			each?.kind === 'transient' && each.code === 401;
		return (
			isForeign401(meaning) &&
			isForeign401(before?.meaning) &&
			!this.faults.credentialFailures.some(({ at }) => at >= before!.endedAt)
		);
	}
}

interface NoResponse {
	readonly error: string;
}

function paramsOf(obstacle: 'fallback' | 'aspectRatio' | null | undefined) {
	return {
		fallbackFlag: obstacle === 'fallback' ? true : undefined,
		params: obstacle === 'aspectRatio' ? { aspectRatio: '9:16' } : {},
	};
}

/** What n8n's helper rejects with. */
export function networkError(code: string): unknown {
	if (code === 'undefined') return undefined;
	if (code === 'text') return 'request failed';
	const error = new Error(`request failed: ${code}`);
	return Object.assign(error, code.startsWith('Ssrf') ? { name: code } : { code });
}

function bodyPlan(body: Buffer, { pieces, pieceMs, ending }: Omit<Delivery, 'response'>): BodyPlan {
	const parts = split(body, pieces);
	const last = parts.pop()!;
	const isCut = ending !== 'complete';
	parts.push(isCut ? last.subarray(0, last.byteLength / 2) : last);
	return { pieces: parts, pieceMs, endMs: 0, ending };
}

/** A request whose own time is over no longer counts, whatever its connection does. */
function isInFlight({
	meaning,
	startedAt,
	options,
}: Pick<Exchange, 'startedAt' | 'options'> & { readonly meaning: unknown }): boolean {
	return meaning === null && time.elapsed < startedAt + Number(options.timeout);
}
