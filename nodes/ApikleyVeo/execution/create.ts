import {
	creationFailed,
	creationUncertain,
	notCreated,
	tooManyVideos,
	withCreated,
} from '../errors/creationProblems';
import { uploadFailed } from '../errors/imageProblems';
import { withProbableCause } from '../errors/problem';
import type { Problem } from '../errors/problem';
import type { CreationNotes } from '../n8n/creationNotes';
import { summarizeCreation } from '../parameters/creationRequest';
import type { CreationRequest } from '../parameters/creationRequest';
import type { ParsedRequest } from '../parameters/taskRequest';
import type { AttemptObserver } from '../veo/api/client';
import { toCreation } from '../veo/api/endpoints/creation';
import type { CreationError } from '../veo/api/endpoints/creation';
import { extend } from '../veo/api/endpoints/extend';
import { generate } from '../veo/api/endpoints/generate';
import type { JsonObject } from '../veo/task/coerce';
import type { PlannableRequest } from './plan';
import type { FailFast } from './run';
import type { Session } from './session';

type ParsedCreation = Extract<ParsedRequest, { kind: 'creation' }>;

const ENDPOINTS = { generate, extend };

/** The API would refuse the tasks of all other items too. */
const SHARED_CODES = [401, 402, 404, 433, 505];

/**
 * Creates the tasks of all items that ask for one, each exactly once: what the notes of this execution know is not
 * created again. Items without a creation stay as they are. With On Error: stop, nothing is created if an item can't be,
 * and nothing more after the first failure.
 */
export async function createTasks(
	session: Session,
	requests: readonly ParsedRequest[],
	failFast: FailFast,
): Promise<PlannableRequest[]> {
	const limited = limitVideos(session, requests);
	const stage = new CreationStage(session);
	const known = limited.map((request, itemIndex) => stage.find(request, itemIndex));
	known.forEach((request, itemIndex) => {
		if (request.kind === 'invalid') failFast(request.problem, itemIndex, 0);
	});
	const created = await Promise.all(
		known.map(async (request, itemIndex) =>
			request.kind === 'creation' ? await stage.create(request, itemIndex) : request,
		),
	);
	if (stage.failure !== null) {
		const { problem, itemIndex } = stage.failure;
		failFast(withCreated(problem, stage.taskIds), itemIndex, stage.taskIds.length);
	}
	return created;
}

/** A loop gone wrong must not empty an account: above Max Videos this run creates nothing. */
function limitVideos(
	{ creations: { notes, maxVideos } }: Session,
	requests: readonly ParsedRequest[],
): readonly ParsedRequest[] {
	const isNew = (request: ParsedRequest, itemIndex: number) =>
		request.kind === 'creation' && notes.get(nameOf(notes, request, itemIndex)).kind === 'none';
	const wanted = requests.filter(isNew).length;
	if (wanted === 0 || notes.count + wanted <= maxVideos) return requests;
	const problem = tooManyVideos(maxVideos, notes.count, wanted);
	return requests.map((request, itemIndex) =>
		isNew(request, itemIndex) ? { kind: 'invalid', problem } : request,
	);
}

class CreationStage {
	/** All tasks of this run that exist, in the order in which that became known. */
	readonly taskIds: string[] = [];
	/** The first item whose task could not be created. */
	failure: { readonly problem: Problem; readonly itemIndex: number } | null = null;
	/** Why no further task is created. */
	private stop: Problem | null = null;

	constructor(private readonly session: Session) {}

	/** Resolves a creation that an earlier attempt in this execution has made, or may have made. */
	find(request: ParsedRequest, itemIndex: number): PlannableRequest | ParsedCreation {
		if (request.kind !== 'creation') return request;
		const { notes } = this.session.creations;
		const note = notes.get(nameOf(notes, request, itemIndex));
		if (note.kind === 'created') {
			return this.created(request, note.taskId, { taskId: note.taskId });
		}
		if (note.kind === 'none') return request;
		const reason = 'an earlier attempt in this execution got no clear response';
		return { kind: 'invalid', problem: creationUncertain(reason) };
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
		const { client, clock, creations } = this.session;
		const { notes, newToken, callBackUrl } = creations;
		const uploaded = await this.upload(request);
		if (!Array.isArray(uploaded)) return this.fail(uploaded, itemIndex);
		const token = newToken();
		const observer: AttemptObserver = {
			onSend: () => {
				if (this.stop !== null) return false;
				notes.set(name, { kind: 'sent', token });
				return true;
			},
			onRetry: () => notes.set(name, { kind: 'none' }),
		};
		const { creation, options } = request;
		const address = options.wait === null || hasOwnCallback(creation) ? null : callBackUrl(token);
		const endpoint = ENDPOINTS[creation.endpoint](toBody(creation, uploaded, address));
		const times = { dueAt: clock.now(), deadline: Infinity };
		const result = await client.send(endpoint, times, observer);
		if (result.kind === 'expired' || result.kind === 'aborted') {
			return { kind: 'invalid', problem: this.interrupted(notes.get(name).kind === 'sent') };
		}
		const outcome = toCreation(result);
		switch (outcome.kind) {
			case 'created':
				creations.onCreated(name, outcome.taskId);
				return this.created(request, outcome.taskId, outcome.data, address !== null);
			case 'uncertain': {
				const { reason } = outcome;
				if (address === null || options.wait === null) {
					return this.fail(creationUncertain(reason), itemIndex);
				}
				const until = clock.date() + options.wait.schedule.timeoutMs;
				const wanted = { ...options, creation: summarizeCreation(creation) };
				return { kind: 'uncertain', request: wanted, name, token, reason, until };
			}
			default:
				notes.set(name, { kind: 'none' });
				return this.refused(request, outcome, itemIndex);
		}
	}

	/** Resolves with the addresses of the images, or with why they could not be uploaded. */
	private async upload({ images }: ParsedCreation): Promise<string[] | Problem> {
		const { uploader } = this.session.creations;
		const addresses: string[] = [];
		for (const image of images) {
			if (this.stop !== null) return notCreated(this.stop);
			const result = await uploader.upload(image);
			if (result.kind === 'expired' || result.kind === 'aborted') return this.interrupted(false);
			if (result.kind !== 'success') return uploadFailed(image, result);
			addresses.push(result.value);
		}
		return addresses;
	}

	private created(
		{ creation, options }: ParsedCreation,
		taskId: string,
		data: JsonObject,
		wakes = false,
	): PlannableRequest {
		this.taskIds.push(taskId);
		const request = { taskId, ...options, creation: summarizeCreation(creation) };
		return { kind: 'created', request, data, wakes };
	}

	private refused(
		{ creation }: ParsedCreation,
		error: CreationError,
		itemIndex: number,
	): PlannableRequest {
		const cause = error.kind === 'rejected' ? summarizeCreation(creation).reasonToRefuse : null;
		const problem = withProbableCause(creationFailed(error), cause);
		if (SHARED_CODES.includes(Number(problem.code))) this.stop ??= problem;
		return this.fail(problem, itemIndex);
	}

	private fail(problem: Problem, itemIndex: number): PlannableRequest {
		this.failure ??= { problem, itemIndex };
		if (this.session.creations.stopsAtFailure) this.stop ??= problem;
		return { kind: 'invalid', problem };
	}

	private interrupted(wasSent: boolean): Problem {
		const reason = 'the execution was stopped';
		if (wasSent) return creationUncertain(reason);
		return this.stop === null
			? creationFailed({ kind: 'unexpected', message: reason })
			: notCreated(this.stop);
	}
}

function hasOwnCallback({ fields, additionalFields }: CreationRequest): boolean {
	return 'callBackUrl' in fields || 'callBackUrl' in additionalFields;
}

function toBody(
	{ fields, additionalFields }: CreationRequest,
	imageUrls: readonly string[],
	callBackUrl: string | null,
): JsonObject {
	return {
		...fields,
		...(imageUrls.length > 0 && { imageUrls }),
		...(callBackUrl !== null && { callBackUrl }),
		...additionalFields,
	};
}

function nameOf(
	notes: CreationNotes,
	{ creation, images }: ParsedCreation,
	itemIndex: number,
): string {
	const request = [creation, images.map(({ key }) => key)];
	return notes.nameOf({ itemIndex, request });
}
