import {
	UNCERTAIN_CODE,
	begunBefore,
	creationUncertain,
	tooManyVideos,
	withOtherTasks,
} from '../errors/creationProblems';
import type { Problem } from '../errors/problem';
import type { ParsedRequest } from '../parameters/taskRequest';
import {
	claimCreations,
	creationsOfKind,
	nameCreations,
	releaseCreations,
} from './claimedCreations';
import type { Claimed, NamedCreations } from './claimedCreations';
import { CreationStage } from './creationStage';
import { findCreated } from './knownCreations';
import type { KnownRequest } from './knownCreations';
import type { PlannableRequest } from './plan';
import type { FailFast } from './run';
import type { Creations, Session } from './session';

/**
 * Creates the tasks of all items that ask for one, each exactly once: what the notes and claims of this execution know is
 * not created again. Items without a creation stay as they are. With On Error: stop, nothing is created if an item can't
 * be, and nothing more after the first failure.
 */
export async function createTasks(
	session: Session,
	requests: readonly ParsedRequest[],
	failFast: FailFast,
): Promise<PlannableRequest[]> {
	const { notes } = session.creations;
	return await notes.runExclusive(async () => await createMissing(session, requests, failFast));
}

async function createMissing(
	session: Session,
	requests: readonly ParsedRequest[],
	failFast: FailFast,
): Promise<PlannableRequest[]> {
	const { clock, creations } = session;
	const known = findCreated(creations.notes, requests, clock.date());
	checkKnown(creations, known, failFast);
	const claimed = { ...creations, signal: session.signal };
	const named = await nameCreations(claimed, requests);
	const free = await claimAll(claimed, known, named);
	const stage = new CreationStage(session);
	try {
		const limited = limitVideos(creations, free);
		checkKnown(creations, limited, failFast);
		if (creations.stopsAtFailure) await stage.uploadAll(limited);
		const created = await Promise.all(
			limited.map(async (request, itemIndex) =>
				request.kind === 'creation' ? await stage.create(request, itemIndex) : request,
			),
		);
		if (stage.failure !== null) {
			const { problem, itemIndex } = stage.failure;
			failWithCreated(creations, created, failFast)(problem, itemIndex);
		}
		return created;
	} finally {
		stage.close();
		await releaseUnused(claimed, free, named);
	}
}

/** Creates nothing, because of `problem`, but finds the tasks that exist or may exist. */
export async function findTasks(
	claimed: Claimed,
	requests: readonly ParsedRequest[],
	problem: Problem,
): Promise<PlannableRequest[]> {
	const named = await nameCreations(claimed, requests);
	const free = await claimAll(claimed, findCreated(claimed.notes, requests, Infinity), named);
	await releaseUnused(claimed, free, named);
	return free.map((request) =>
		request.kind === 'creation' ? { kind: 'invalid', problem } : request,
	);
}

/** What is claimed already may have been created by an execution that this one retries, or by another retry of it. */
async function claimAll(
	claimed: Claimed,
	requests: readonly KnownRequest[],
	named: NamedCreations,
): Promise<readonly KnownRequest[]> {
	const begun = await claimCreations(claimed, creationsOfKind(named, requests, 'creation'));
	return requests.map((request, itemIndex) =>
		begun.has(named.get(itemIndex)?.name ?? '')
			? { kind: 'invalid', problem: begunBefore() }
			: request,
	);
}

async function releaseUnused(
	claimed: Claimed,
	requests: readonly KnownRequest[],
	named: NamedCreations,
): Promise<void> {
	const unused = creationsOfKind(named, requests, 'creation').filter(
		({ name }) => claimed.notes.get(name).kind === 'none',
	);
	await releaseCreations(claimed, unused);
}

/** A loop gone wrong must not empty an account: above Max Videos this run creates nothing. */
function limitVideos(
	{ notes, maxVideos }: Creations,
	requests: readonly KnownRequest[],
): readonly KnownRequest[] {
	const wanted = requests.filter(({ kind }) => kind === 'creation').length;
	if (wanted === 0 || notes.count + wanted <= maxVideos) return requests;
	const problem = tooManyVideos(maxVideos, notes.count, wanted);
	return requests.map((request) =>
		request.kind === 'creation' ? { kind: 'invalid', problem } : request,
	);
}

/** With On Error: stop, nothing is created if any item can't be. */
function checkKnown(
	creations: Pick<Creations, 'notes'>,
	requests: readonly KnownRequest[],
	failFast: FailFast,
): void {
	const fail = failWithCreated(creations, requests, failFast);
	requests.forEach((request, itemIndex) => {
		if (request.kind === 'invalid') fail(request.problem, itemIndex);
	});
}

/** The error of one item names the tasks of the others and of earlier attempts, as it is all that is left of them. */
function failWithCreated(
	{ notes }: Pick<Creations, 'notes'>,
	requests: readonly KnownRequest[],
	failFast: FailFast,
) {
	const fine = requests.filter(({ kind }) => kind === 'created').length;
	return (problem: Problem, itemIndex: number) => {
		const uncertain = requests.flatMap((each, index) =>
			index === itemIndex ? [] : uncertainProblem(each),
		);
		failFast(withOtherTasks(problem, notes.createdTaskIds, uncertain), itemIndex, fine);
	};
}

function uncertainProblem(request: KnownRequest): Problem | [] {
	if (request.kind === 'uncertain') return creationUncertain(request.reason, request);
	const isUncertain = request.kind === 'invalid' && request.problem.code === UNCERTAIN_CODE;
	return isUncertain ? request.problem : [];
}
