/** What may happen to an item, by what the server has sent. */
import { expectedOfCreation } from './creations/expected-outcomes.mjs';
import { creationOf, isOwn } from './creations/trace-queries.mjs';
import { expectedOfLookups, problem, thrownOutcomes, type Outcome } from './expected-lookups.mjs';
import { creates, isInvalid } from './scenario-queries.mjs';
import { lookupsOf, taskIdOf } from './trace-queries.mjs';
import type { RunTrace } from './trace.mjs';
import { expectedOfUpgrade } from './upgrades/expected-outcomes.mjs';
import { withVideos } from './videos/expected-outcomes.mjs';

/** Every allowed outcome of an item. Usually there is only one. */
export function expectedOutcomes(trace: RunTrace, itemIndex: number): Outcome[] {
	const { scenario } = trace;
	const item = scenario.items[itemIndex];
	if (item === undefined || isInvalid(scenario, itemIndex)) {
		return [problem('INVALID_INPUT', 1), ...thrownOutcomes(trace)];
	}
	const taskId = taskIdOf(trace, itemIndex);
	const outcomes = creates(scenario.operation)
		? expectedOfCreation(trace, itemIndex, item)
		: scenario.operation === 'get1080p'
			? expectedOfUpgrade(trace, taskId!, item)
			: expectedOfLookups(trace, taskId!, lookupsOf(trace, taskId!), item);
	return [
		...outcomes.flatMap((outcome) =>
			taskId === null ? [outcome] : withVideos(trace, taskId, outcome),
		),
		...(isParameterThrown(trace)
			? [problem('INVALID_INPUT', isKnownAtThrow(trace, itemIndex) ? 2 : 1)]
			: []),
		...(hidesEarlierAttempt(trace, itemIndex) ? [problem('INVALID_INPUT', 1)] : []),
	];
}

/**
 * A parameter that can't be read is an error of its item, whatever other items of the same task show. All of them are read
 * before a round sends anything, and some again when a parked run is resumed.
 */
function isParameterThrown({ thrownAt, scenario }: RunTrace): boolean {
	return thrownAt !== null && scenario.exception?.name === 'getNodeParameter';
}

/** Without an item's parameters, the node can't tell which task an earlier attempt has created for it. */
export function hidesEarlierAttempt(trace: RunTrace, itemIndex: number): boolean {
	const creation = creates(trace.scenario.operation) ? creationOf(trace, itemIndex) : undefined;
	return isParameterThrown(trace) && creation !== undefined && !isOwn(trace, creation);
}

/** Whether the node knew that an item's task exists when a function of n8n threw, or at the end if none did. */
export function isKnownAtThrow(trace: RunTrace, itemIndex: number): boolean {
	const { thrownAt, exchanges, scenario } = trace;
	const until = thrownAt ?? Infinity;
	const taskId = taskIdOf(trace, itemIndex);
	const creation = creates(scenario.operation) ? creationOf(trace, itemIndex) : undefined;
	if (creation !== undefined) return creation.endedAt <= until;
	return exchanges.some(
		(each) => each.taskId === taskId && each.meaning?.kind === 'task' && each.endedAt <= until,
	);
}
