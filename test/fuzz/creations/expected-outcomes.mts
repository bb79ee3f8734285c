/** What may happen to an item whose task is created. */
import {
	asExisting,
	expectedOfLookups,
	NOTHING,
	problem,
	thrownOutcomes,
	type Outcome,
} from '../expected-lookups.mjs';
import { clockShiftMs, isInvalid, timeoutMs, waitsFor } from '../scenario-queries.mjs';
import type { ScriptedItem } from '../scenario.mjs';
import { hasFault, isTooLong, lookupsOf, wasCancelled } from '../trace-queries.mjs';
import type { RunTrace } from '../trace.mjs';
import { mayExist, type CreationMeaning } from './model.mjs';
import type { Creation } from './scripted-creation.mjs';
import {
	creationOf,
	creationsIn,
	isAwaited,
	isForgotten,
	isOwn,
	knowledgeOf,
} from './trace-queries.mjs';

export function expectedOfCreation(
	trace: RunTrace,
	itemIndex: number,
	item: ScriptedItem,
): Outcome[] {
	const creation = creationOf(trace, itemIndex);
	if (creation === undefined) return withoutTask(trace, itemIndex);
	const knowledge = knowledgeOf(trace, creation);
	return [
		...(knowledge === 'unknown' ? [] : withTask(trace, creation.taskId!, item)),
		...(knowledge === 'known' ? [] : uncertain(trace, creation)),
		...(canBeOfAnotherTurn(trace, creation) ? withoutTask(trace, itemIndex) : []),
	];
}

/** Whether a retry has met its claim in another turn of the loop, after n8n has lost in which it was sent. */
function canBeOfAnotherTurn(trace: RunTrace, creation: Creation): boolean {
	const { round } = creation;
	const isOtherTurn = ({ runIndex, edition, rounds }: RunTrace) =>
		runIndex !== trace.runIndex && edition === round.edition && rounds[0]!.number > round.number;
	return isForgotten(trace, creation) && trace.earlier.some(isOtherTurn);
}

function withTask(trace: RunTrace, taskId: string, item: ScriptedItem): Outcome[] {
	if (!waitsFor(trace.scenario, taskId)) {
		return [{ ...NOTHING, output: 2, status: 'generating' }];
	}
	return expectedOfLookups(trace, taskId, lookupsOf(trace, taskId), item).map(asExisting);
}

/** A callback that names the task is waited for, but no longer than the task would have been. */
function uncertain(trace: RunTrace, creation: Creation): Outcome[] {
	const until = waitsUntil(trace, creation) - clockShiftMs(trace.scenario).forward;
	const isOver = trace.endedAt >= until || hasFault(trace);
	return [...(isOver ? [problem('CREATION_UNCERTAIN', 2)] : []), ...thrownOutcomes(trace)];
}

/** -Infinity if its callback isn't waited for. */
function waitsUntil(trace: RunTrace, creation: Creation): number {
	return isAwaited(trace, creation) ? creation.endedAt + timeoutOf(trace, creation) : -Infinity;
}

/** How long the run waits for callbacks of uncertain creations. */
export function uncertainUntil(trace: RunTrace): number[] {
	return trace.creations
		.filter((each) => each.meaning?.kind === 'uncertain' && isAwaited(trace, each))
		.map((creation) => waitsUntil(trace, creation));
}

/** Of the item's task, whatever its ID. */
function timeoutOf({ scenario }: RunTrace, { itemIndex }: Creation): number {
	const { taskId } = scenario.items[itemIndex]!;
	return 'task' in taskId ? timeoutMs(scenario, `task/${taskId.task % scenario.tasks.length}`) : 0;
}

/** Nothing was created, and the item says why. */
function withoutTask(trace: RunTrace, itemIndex: number): Outcome[] {
	const own = creationsIn(trace).filter((creation) => creation.itemIndex === itemIndex);
	const meanings = own.map(({ meaning }) => meaning);
	return [
		...refusals(trace, meanings),
		...stops(trace),
		...maxVideosExceeded(trace),
		...(isCrashed(trace) || isSentInForgottenTurn(trace, itemIndex)
			? [problem('CREATION_UNCERTAIN', 2)]
			: []),
		...(trace.credentialFailures.length > 0
			? [problem('CREDENTIAL_UNAVAILABLE', 1), problem('UNREACHABLE', 1)]
			: []),
		...thrownOutcomes(trace).flatMap((outcome): Outcome[] => [
			{ ...outcome, output: 1 },
			{ ...outcome, output: 2 },
		]),
	];
}

/**
 * Whether an attempt was killed that had claimed what it wanted to create, in whatever turn of a loop: a claim doesn't say
 * in which. It may not have been sent.
 */
function isCrashed({ scenario, edition, earlier }: RunTrace): boolean {
	return scenario.isKilled && earlier.some((run) => run.edition === edition && wasCancelled(run));
}

/**
 * Whether another turn of a loop has sent the request of the item, and n8n has lost that. A retry can't tell one turn from
 * another.
 */
function isSentInForgottenTurn(trace: RunTrace, itemIndex: number): boolean {
	return trace.creations.some(
		(creation) =>
			creation.itemIndex === itemIndex &&
			creation.round.edition === trace.edition &&
			mayExist(creation.meaning) &&
			isForgotten(trace, creation),
	);
}

function refusals(
	{ scenario, credentialFailures }: RunTrace,
	meanings: ReadonlyArray<CreationMeaning | null>,
): Outcome[] {
	// An attempt that got no credential was not sent
	const maxAttempts = meanings.length + credentialFailures.length;
	const last = meanings.at(-1);
	if (last?.kind === 'refused') return [problem(last.code, 1)];
	if (last?.kind !== 'busy') return [];
	const isLast = maxAttempts > scenario.options.maxRetries || isTooLong(scenario, last.retryAfter);
	return isLast ? [problem(last.code ?? 'UNREACHABLE', 1)] : [];
}

/** What another item met, so that this one's task was not created. */
function stops(trace: RunTrace): Outcome[] {
	const { scenario, exchanges } = trace;
	const isRejected = exchanges.some(({ meaning }) => meaning?.kind === 'unauthorized');
	const ofLookups = isRejected ? [problem(401, 1)] : [];
	const ofCreations = creationsIn(trace).flatMap(({ meaning }) => {
		if (meaning?.kind === 'refused' && meaning.endsAll) return [problem(meaning.code, 1)];
		const isShared = meaning?.kind === 'busy' && isTooLong(scenario, meaning.retryAfter);
		return isShared ? [problem(meaning.code ?? 'UNREACHABLE', 1)] : [];
	});
	return [...ofLookups, ...ofCreations];
}

/** Whether the run would have created more tasks than Max Videos allows. */
function maxVideosExceeded(trace: RunTrace): Outcome[] {
	const { scenario } = trace;
	const wanted = scenario.items.filter((_, itemIndex) => {
		const creation = creationOf(trace, itemIndex);
		const isNew = creation === undefined || isOwn(trace, creation);
		return isNew && !isInvalid(scenario, itemIndex);
	});
	return countBefore(trace) + wanted.length > scenario.creations.maxVideos
		? [problem('MAX_VIDEOS_EXCEEDED', 1)]
		: [];
}

/** Tasks that earlier runs have created, or may have. */
function countBefore(trace: RunTrace): number {
	return trace.creations.filter(
		(creation) =>
			mayExist(creation.meaning) && !isOwn(trace, creation) && !isForgotten(trace, creation),
	).length;
}
