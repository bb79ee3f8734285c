import { begunBefore } from '../errors/creationProblems';
import { invalidRequest } from '../errors/lookupProblems';
import type { Problem } from '../errors/problem';
import type { CreationNote } from '../n8n/creationNotes';
import type { InvalidCreation, ParsedRequest } from '../parameters/taskRequest';
import {
	claimCreations,
	creationsOfKind,
	nameCreations,
	releaseCreations,
} from './claimedCreations';
import type { Claimed } from './claimedCreations';
import { uncertainBefore } from './knownCreations';

type ReadRequest = ParsedRequest | InvalidCreation;

/**
 * Replaces creations that are wrong with their problems. Nothing is sent for them, but an earlier attempt in this execution
 * may have created their tasks. Then the problem says so, so that they aren't created again.
 */
export async function explainInvalidCreations(
	getCreations: () => Claimed,
	requests: readonly ReadRequest[],
): Promise<readonly ParsedRequest[]> {
	if (requests.every(isParsed)) return requests;
	const claimed = getCreations();
	const named = await nameCreations(claimed, requests);
	const invalid = creationsOfKind(named, requests, 'invalidCreation');
	const begun = await claimCreations(claimed, invalid);
	await releaseCreations(
		claimed,
		invalid.filter(({ name }) => !begun.has(name)),
	);
	return requests.map((request, itemIndex) => {
		if (isParsed(request)) return request;
		const name = named.get(itemIndex)?.name ?? '';
		return { kind: 'invalid', problem: explain(claimed.notes.get(name), request, begun.has(name)) };
	});
}

function isParsed(request: ReadRequest): request is ParsedRequest {
	return request.kind !== 'invalidCreation';
}

function explain(note: CreationNote, request: InvalidCreation, isBegun: boolean): Problem {
	switch (note.kind) {
		case 'created':
			return { ...invalidRequest(note.taskId, request.error), retryable: true };
		case 'sent':
			return uncertainBefore(note);
		default:
			return isBegun ? begunBefore() : invalidRequest(null, request.error);
	}
}
