import { creationUncertain } from '../errors/creationProblems';
import type { CreationNotes } from '../n8n/creationNotes';
import { identityOf, summarizeCreation } from '../parameters/creationRequest';
import type { ParsedRequest } from '../parameters/taskRequest';
import type { Creation } from '../veo/api/endpoints/creation';
import type { PlannableRequest } from './plan';

export type ParsedCreation = Extract<ParsedRequest, { kind: 'creation' }>;

/** What is known of an item before the run creates anything. */
export type KnownRequest = PlannableRequest | ParsedCreation;

/** Finds the tasks that earlier attempts in this execution have created, or may have created. */
export function findCreated(
	notes: CreationNotes,
	requests: readonly ParsedRequest[],
): KnownRequest[] {
	return requests.map((request, itemIndex) => {
		if (request.kind !== 'creation') return request;
		const note = notes.get(nameOf(notes, request, itemIndex));
		if (note.kind === 'none') return request;
		if (note.kind === 'created') {
			return toCreated(request, { taskId: note.taskId, data: { taskId: note.taskId } });
		}
		const { reason = 'no clear response' } = note;
		const problem = creationUncertain(
			`an earlier attempt in this execution ended with "${reason}"`,
		);
		return { kind: 'invalid', problem };
	});
}

export function toCreated(
	{ creation, options }: ParsedCreation,
	{ taskId, data }: Pick<Extract<Creation, { kind: 'created' }>, 'taskId' | 'data'>,
	wakes = false,
): PlannableRequest {
	const request = { taskId, ...options, creation: summarizeCreation(creation) };
	return { kind: 'created', request, data, wakes };
}

export function nameOf(
	notes: CreationNotes,
	{ creation, images }: ParsedCreation,
	itemIndex: number,
): string {
	const request = [identityOf(creation), images.map(({ key }) => key)];
	return notes.nameOf({ itemIndex, request });
}
