import { begunBefore } from '../errors/creationProblems';
import { invalidRequest } from '../errors/lookupProblems';
import type { Problem } from '../errors/problem';
import type { CreationNotes } from '../n8n/creationNotes';
import type { InvalidCreation, ParsedRequest } from '../parameters/taskRequest';
import type { Claimed } from './create';
import { claimNamesOf, nameOf, uncertainBefore } from './knownCreations';

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
	const { notes, claims } = getCreations();
	const names = claimNamesOf(notes, requests).map((name, itemIndex) =>
		requests[itemIndex]?.kind === 'invalidCreation' ? name : null,
	);
	const wanted = names.flatMap((name) => name ?? []);
	const claimed = await claims.claim(wanted);
	await claims.release(wanted.filter((name) => !claimed.has(name)));
	return requests.map((request, itemIndex) => {
		if (isParsed(request)) return request;
		const isClaimed = claimed.has(names[itemIndex] ?? '');
		return { kind: 'invalid', problem: explain(notes, request, itemIndex, isClaimed) };
	});
}

function isParsed(request: ReadRequest): request is ParsedRequest {
	return request.kind !== 'invalidCreation';
}

function explain(
	notes: CreationNotes,
	request: InvalidCreation,
	itemIndex: number,
	isClaimed: boolean,
): Problem {
	const note = notes.get(nameOf(notes, request, itemIndex));
	switch (note.kind) {
		case 'created':
			return { ...invalidRequest(note.taskId, request.error), retryable: true };
		case 'sent':
			return uncertainBefore(note);
		default:
			return isClaimed ? begunBefore() : invalidRequest(null, request.error);
	}
}
