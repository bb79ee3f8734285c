import { creationFailed, creationUncertain, notCreated } from '../errors/creationProblems';
import { uploadFailed } from '../errors/imageProblems';
import { withProbableCause } from '../errors/problem';
import type { Problem } from '../errors/problem';
import type { AwaitedCallback } from '../n8n/creationNotes';
import { bodyOf, hasOwnCallback, summarizeCreation } from '../parameters/creationRequest';
import type { CreationRequest } from '../parameters/creationRequest';
import { toCreation } from '../veo/api/endpoints/creation';
import type { Creation, CreationError } from '../veo/api/endpoints/creation';
import type { Endpoint } from '../veo/api/endpoints/endpoint';
import { extend } from '../veo/api/endpoints/extend';
import { generate } from '../veo/api/endpoints/generate';
import type { ApiResult } from '../veo/api/envelope';
import { linkAbort } from '../veo/onAbort';
import type { LinkedAbort } from '../veo/onAbort';
import type { JsonObject } from '../veo/task/coerce';
import { nameOf, toCreated, toUncertain } from './knownCreations';
import type { KnownRequest, ParsedCreation } from './knownCreations';
import type { PlannableRequest } from './plan';
import { explainRefusal } from './refusedExtension';
import type { Session } from './session';

const ENDPOINTS = { generate, extend };

/** A creation on its way. */
interface Order {
	readonly request: ParsedCreation;
	readonly itemIndex: number;
	/** In the notes. */
	readonly name: string;
	/** By which its callback can be recognized. */
	readonly token: string;
	/** Its callback would resume the run. */
	readonly wakes: boolean;
}

/** Creates the tasks of a run, and decides when no further one is created. */
export class CreationStage {
	/** The first item whose task could not be created. */
	failure: { readonly problem: Problem; readonly itemIndex: number } | null = null;
	/** Why no further task is created. */
	private stop: Problem | null = null;
	/** Aborted along with the session, or when no further task is created. */
	private readonly ending: LinkedAbort;

	constructor(private readonly session: Session) {
		this.ending = linkAbort(session.signal);
	}

	close(): void {
		this.ending.dispose();
	}

	/** With On Error: stop, an image that can't be uploaded must be known before any task is created. */
	async uploadAll(requests: readonly KnownRequest[]): Promise<void> {
		await Promise.all(
			requests.map(async (request, itemIndex) => {
				if (request.kind !== 'creation') return;
				const uploaded = await this.upload(request, itemIndex);
				if (!Array.isArray(uploaded)) this.fail(uploaded, itemIndex);
			}),
		);
	}

	/** Creates the task of one item. Never rejects. */
	async create(request: ParsedCreation, itemIndex: number): Promise<PlannableRequest> {
		const { notes } = this.session.creations;
		const name = nameOf(notes, request, itemIndex);
		try {
			return await this.send(request, itemIndex, name);
		} catch (error) {
			const message = error instanceof Error ? error.message : String(error);
			return notes.get(name).kind === 'none'
				? this.fail(creationFailed({ kind: 'unexpected', message }), itemIndex)
				: this.fail(creationUncertain(message), itemIndex);
		}
	}

	private async send(
		request: ParsedCreation,
		itemIndex: number,
		name: string,
	): Promise<PlannableRequest> {
		const { creations } = this.session;
		if (this.stop !== null) return this.fail(notCreated(this.stop), itemIndex);
		const uploaded = await this.upload(request, itemIndex);
		if (!Array.isArray(uploaded)) return this.fail(uploaded, itemIndex);
		const token = creations.newToken();
		const { creation, options } = request;
		const isWaitedFor = options.wait !== null && !hasOwnCallback(creation);
		const address = isWaitedFor ? creations.callBackUrl(token) : null;
		const endpoint = ENDPOINTS[creation.endpoint](toBody(creation, uploaded, address));
		const order = { request, itemIndex, name, token, wakes: address !== null };
		return await new Promise((resolve, reject) => {
			this.sendOrder(endpoint, order, resolve).catch(reject);
		});
	}

	/** What is known afterwards must be noted before the next request starts, as it may be the reason not to send that. */
	private async sendOrder(
		endpoint: Endpoint<Creation>,
		order: Order,
		onEnd: (planned: PlannableRequest | Promise<PlannableRequest>) => void,
	): Promise<void> {
		const { client, clock, creations } = this.session;
		const { name, token } = order;
		const times = { dueAt: clock.now(), deadline: Infinity };
		let sentAt = clock.date();
		await client.send(endpoint, times, {
			signal: this.ending.signal,
			onSend: () => {
				sentAt = clock.date();
				creations.notes.set(name, { kind: 'sent', token });
			},
			onRetry: () => creations.notes.set(name, { kind: 'none' }),
			onEnd: (result) => onEnd(this.conclude(order, result, sentAt)),
		});
	}

	/** Decides at once whether further tasks are created. */
	private conclude(
		order: Order,
		result: ApiResult<Creation>,
		sentAt: number,
	): PlannableRequest | Promise<PlannableRequest> {
		const { request, itemIndex, name, wakes } = order;
		const { notes } = this.session.creations;
		if (result.kind === 'expired' || result.kind === 'aborted') {
			return { kind: 'invalid', problem: this.interrupted(notes.get(name).kind === 'sent') };
		}
		const outcome = toCreation(result);
		switch (outcome.kind) {
			case 'created':
				this.note(name, outcome.taskId);
				return toCreated(request, outcome, wakes);
			case 'uncertain':
				return this.uncertain(order, outcome.reason, sentAt);
			default:
				notes.set(name, { kind: 'none' });
				return this.refused(request, outcome, itemIndex);
		}
	}

	private uncertain(order: Order, reason: string, sentAt: number): PlannableRequest {
		const { request, itemIndex, name, token } = order;
		const awaited = this.awaitedCallback(order, sentAt);
		// A retry repeats what is known
		this.session.creations.notes.set(name, {
			kind: 'sent',
			token,
			reason,
			...(awaited !== null && { awaited }),
		});
		return awaited === null
			? this.fail(creationUncertain(reason), itemIndex)
			: toUncertain(request, { name, token, reason, awaited });
	}

	/** A task that may exist is waited for, if its callback would resume the run. Otherwise null. */
	private awaitedCallback(
		{ request: { options }, wakes }: Order,
		sentAt: number,
	): AwaitedCallback | null {
		if (!wakes || options.wait === null) return null;
		const { clock, creations } = this.session;
		const until = clock.date() + options.wait.schedule.timeoutMs;
		return { executionId: creations.notes.executionId, sentAt, until };
	}

	/** Resolves with the addresses of the images, or with why they could not be uploaded. */
	private async upload({ images }: ParsedCreation, itemIndex: number): Promise<string[] | Problem> {
		const { uploader } = this.session.creations;
		const addresses: string[] = [];
		for (const image of images) {
			if (this.stop !== null) return notCreated(this.stop);
			const result = await uploader.upload(image, {
				signal: this.ending.signal,
				onFailed: (error) => this.fail(uploadFailed(image, error), itemIndex),
			});
			if (result.kind === 'expired' || result.kind === 'aborted') return this.interrupted(false);
			if (result.kind !== 'success') return uploadFailed(image, result);
			addresses.push(result.value);
		}
		return addresses;
	}

	/** Whatever goes wrong here, the task exists, and its item has the ID. */
	private note(name: string, taskId: string): void {
		try {
			this.session.creations.onCreated(name, taskId);
		} catch {
			// It stays noted as sent, so a retry doesn't create it again
		}
	}

	private refused(
		{ creation }: ParsedCreation,
		error: CreationError,
		itemIndex: number,
	): Promise<PlannableRequest> {
		const cause = error.kind === 'rejected' ? this.probableCause(creation) : null;
		const problem = withProbableCause(creationFailed(error), cause);
		const failed = this.fail(problem, itemIndex);
		return this.explained(creation, error, itemIndex).then((planned) => planned ?? failed);
	}

	/** Resolves with the same failure, and what is wrong with the task to extend; null if that isn't the reason. */
	private async explained(
		creation: CreationRequest,
		error: CreationError,
		itemIndex: number,
	): Promise<PlannableRequest | null> {
		const problem = await explainRefusal(this.session, creation, error);
		if (problem === null) return null;
		if (this.failure?.itemIndex === itemIndex) this.failure = { problem, itemIndex };
		return { kind: 'invalid', problem };
	}

	private probableCause(creation: CreationRequest): string | null {
		const { reasonToRefuse, localImageHost } = summarizeCreation(creation);
		if (localImageHost === undefined || this.session.isApiLocal) return reasonToRefuse;
		return `the API can't reach ${localImageHost} from the internet`;
	}

	private fail(problem: Problem, itemIndex: number): PlannableRequest {
		this.failure ??= { problem, itemIndex };
		const { stopsAtFailure } = this.session.creations;
		if (stopsAtFailure || problem.isShared === true) this.createNoMore(problem);
		return { kind: 'invalid', problem };
	}

	private createNoMore(problem: Problem): void {
		this.stop ??= problem;
		this.ending.dispose();
	}

	private interrupted(wasSent: boolean): Problem {
		return wasSent ? creationUncertain('the execution was stopped') : notCreated(this.stop);
	}
}

function toBody(
	creation: CreationRequest,
	imageUrls: readonly string[],
	callBackUrl: string | null,
): JsonObject {
	return bodyOf(creation, {
		...(imageUrls.length > 0 && { imageUrls }),
		...(callBackUrl !== null && { callBackUrl }),
	});
}
