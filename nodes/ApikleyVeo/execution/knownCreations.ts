import { creationUncertain } from '../errors/creationProblems';
import type { Problem } from '../errors/problem';
import type { AwaitedCallback, CreationNotes } from '../n8n/creationNotes';
import { identityOf, respelledBodyOf, summarizeCreation } from '../parameters/creationRequest';
import type { ParsedRequest } from '../parameters/taskRequest';
import type { Creation } from '../veo/api/endpoints/creation';
import { toTaskId } from '../veo/task/taskId';
import type { PlannableRequest, UncertainCreation } from './plan';

export type ParsedCreation = Extract<ParsedRequest, { kind: 'creation' }>;

/** What is known of an item before the run creates anything. */
export type KnownRequest = PlannableRequest | ParsedCreation;

/**
 * Finds the tasks that earlier attempts in this execution have created, or may have created. `now`: in milliseconds since
 * 1970; Infinity if no callback can be waited for.
 */
export function findCreated(
	notes: CreationNotes,
	requests: readonly ParsedRequest[],
	now: number,
): KnownRequest[] {
	return requests.map((request, itemIndex) =>
		request.kind === 'creation' ? toKnown(notes, request, itemIndex, now) : request,
	);
}

function toKnown(
	notes: CreationNotes,
	request: ParsedCreation,
	itemIndex: number,
	now: number,
): KnownRequest {
	const name = nameOf(notes, request, itemIndex);
	const note = notes.get(name);
	if (note.kind === 'none') return request;
	if (note.kind === 'created') {
		return toCreated(request, { taskId: note.taskId, data: { taskId: note.taskId } });
	}
	const { token, reason = NO_REASON, awaited } = note;
	// n8n's own retry is another execution, which the callback doesn't resume
	if (awaited?.executionId === notes.executionId && awaited.until > now) {
		return toUncertain(request, { name, token, reason, awaited });
	}
	return { kind: 'invalid', problem: uncertainBefore(note) };
}

const NO_REASON = 'no clear response';

/** An earlier attempt has sent the request, and may have created the task. */
export function uncertainBefore({ reason = NO_REASON }: { readonly reason?: string }): Problem {
	return creationUncertain(`an earlier attempt in this execution ended with "${reason}"`);
}

export function toCreated(
	{ creation, options }: ParsedCreation,
	{ taskId, data }: Pick<Extract<Creation, { kind: 'created' }>, 'taskId' | 'data'>,
	wakes = false,
): PlannableRequest {
	const request = { taskId, ...options, creation: summarizeCreation(creation) };
	return { kind: 'created', request, data, wakes };
}

interface Uncertainty extends Pick<UncertainCreation, 'name' | 'token' | 'reason'> {
	readonly awaited: AwaitedCallback;
}

export function toUncertain(
	{ creation, options }: ParsedCreation,
	{ awaited: { sentAt, until }, ...uncertain }: Uncertainty,
): UncertainCreation {
	const request = { ...options, creation: summarizeCreation(creation) };
	const { taskId, ...body } = respelledBodyOf(creation);
	const sent = { sentAt, body, extendedId: toTaskId(taskId) };
	return { kind: 'uncertain', request, until, sent, ...uncertain };
}

/** What makes a creation another one. */
export type SentCreation = Pick<ParsedCreation, 'creation' | 'images'>;

export function nameOf(
	notes: CreationNotes,
	{ creation, images }: SentCreation,
	itemIndex: number,
): string {
	const request = [identityOf(creation), images.map(({ key }) => key)];
	return notes.nameOf({ itemIndex, request });
}
