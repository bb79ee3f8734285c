/** What a trace shows about the lookups of a task. */
import { createdTaskId, creationOf, creationsIn, isAwaited } from './creations/trace-queries.mjs';
import { MAX_RETRY_AFTER_S, type Meaning } from './model.mjs';
import type { RetryAfter } from './responses.mjs';
import { creates, givenTaskId, timeoutMs, waitsFor } from './scenario-queries.mjs';
import type { Scenario } from './scenario.mjs';
import type { Exchange } from './scripted-api.mjs';
import type { RunTrace } from './trace.mjs';
import { parseVideoId } from './videos/files.mjs';

/** The ID of an item's task; null if it has none. */
export function taskIdOf(trace: RunTrace, itemIndex: number): string | null {
	const { scenario } = trace;
	return creates(scenario.operation)
		? createdTaskId(trace, itemIndex)
		: givenTaskId(scenario, itemIndex);
}

/** Of all items. */
export function taskIdsOf(trace: RunTrace): string[] {
	const taskIds = trace.scenario.items.map((_, itemIndex) => taskIdOf(trace, itemIndex));
	return [...new Set(taskIds)].filter((taskId) => taskId !== null);
}

/** Those of a task, or of its 1080p version, until its downloads start. */
export function lookupsOf(trace: RunTrace, taskId: string): Exchange[] {
	const downloadAt = firstDownloadAt(trace, taskId);
	return exchangesOf(trace, taskId).filter(({ startedAt }) => startedAt < downloadAt);
}

/** Those that are made for fresh links. */
export function freshLookups(trace: RunTrace, taskId: string): Exchange[] {
	const downloadAt = firstDownloadAt(trace, taskId);
	return exchangesOf(trace, taskId).filter(({ startedAt }) => startedAt >= downloadAt);
}

/** The lookups that decide whether the 1080p version of a task is requested. */
export function checksOf({ exchanges }: RunTrace, taskId: string): Exchange[] {
	return exchanges.filter((each) => each.taskId === taskId && each.endpoint === 'recordInfo');
}

function exchangesOf({ exchanges, scenario }: RunTrace, taskId: string): Exchange[] {
	const endpoint = scenario.operation === 'get1080p' ? 'upgrade' : 'recordInfo';
	return exchanges.filter((each) => each.taskId === taskId && each.endpoint === endpoint);
}

function firstDownloadAt({ videos }: RunTrace, taskId: string): number {
	const first = videos.find(({ video }) => parseVideoId(video).taskId === taskId);
	return first?.startedAt ?? Infinity;
}

/** When the wait for a task starts and ends. */
export interface WaitTimes {
	readonly startsAt: number;
	readonly deadline: number;
	/** Later than the deadline if the trace doesn't show when exactly the wait has started. */
	readonly latestDeadline: number;
}

export function waitTimesOf(trace: RunTrace, taskId: string): WaitTimes {
	const { scenario, startedAt } = trace;
	const timeout = timeoutMs(scenario, taskId);
	if (creates(scenario.operation)) return waitTimesOfCreated(trace, taskId, timeout);
	const checkedAt = scenario.operation === 'get1080p' ? checksOf(trace, taskId).at(-1)?.endedAt : 0;
	const deadline = Math.max(startedAt + timeout, checkedAt ?? 0);
	return { startsAt: startedAt, deadline, latestDeadline: deadline };
}

/** The wait starts when all creations of the run are over. For an uncertain task it starts with its creation. */
function waitTimesOfCreated(trace: RunTrace, taskId: string, timeout: number): WaitTimes {
	const sent = trace.creations.find((creation) => creation.taskId === taskId);
	// What an earlier attempt has found is known like any other task
	const isKnown = trace.rounds[0]!.nodeContext.includes(`"${taskId}"`);
	if (sent?.meaning?.kind === 'uncertain' && isAwaited(trace, sent) && !isKnown) {
		const deadline = sent.endedAt + timeout;
		return { startsAt: sent.endedAt, deadline, latestDeadline: deadline };
	}
	const startsAt = Math.max(trace.startedAt, ...creationsIn(trace).map(({ endedAt }) => endedAt));
	const deadline = startsAt + timeout;
	return { startsAt, deadline, latestDeadline: hasHiddenCreations(trace) ? Infinity : deadline };
}

/** Whether creations, or what explains a refusal, may still have waited for their turn after the last request. */
function hasHiddenCreations(trace: RunTrace): boolean {
	const { scenario, credentialFailures } = trace;
	return (
		credentialFailures.length > 0 ||
		creationsIn(trace).some(({ meaning }) => meaning?.kind === 'refused' && meaning.code === 422) ||
		scenario.items.some((_, itemIndex) => {
			const creation = creationOf(trace, itemIndex);
			if (creation !== undefined) return false;
			const last = creationsIn(trace).findLast((each) => each.itemIndex === itemIndex);
			return last?.meaning?.kind !== 'refused';
		})
	);
}

/** A rejected key ends all lookups, as does a Retry-After that is too long for a request without a deadline. */
export function endsAllLookups({ exchanges, scenario }: RunTrace): boolean {
	return exchanges.some(
		({ meaning }) => meaning?.kind === 'unauthorized' || exceedsMaxRetryAfter(scenario, meaning),
	);
}

export function exceedsMaxRetryAfter(scenario: Scenario, meaning: Meaning | null): boolean {
	return meaning?.kind === 'transient' && isTooLong(scenario, meaning.retryAfter);
}

/** Whether a request without a deadline doesn't wait for it. */
export function isTooLong({ clockJumps }: Scenario, retryAfter: RetryAfter | null): boolean {
	if (retryAfter === null) return false;
	if ('seconds' in retryAfter) return retryAfter.seconds > MAX_RETRY_AFTER_S;
	if ('text' in retryAfter) return /^\d+$/.test(retryAfter.text);
	// How far off a date is depends on the computer's clock
	return retryAfter.dateIn > MAX_RETRY_AFTER_S || clockJumps.length > 0;
}

/** Whether n8n did not hand out the credential, or one of its functions threw. */
export function hasFault({ thrownAt, credentialFailures }: RunTrace): boolean {
	return thrownAt !== null || credentialFailures.length > 0;
}

/** Whether requests may have waited for one another so long that one was never sent. */
export function limitsHoldBack(trace: RunTrace): boolean {
	const { scenario, exchanges } = trace;
	const { maxConcurrency, requestsPerSecond } = scenario.options;
	const throttled = [...exchanges, ...creationsIn(trace)].some(
		({ meaning }) =>
			(meaning?.kind === 'transient' || meaning?.kind === 'busy') && meaning.code === 429,
	);
	const taskIds = new Set(scenario.items.map((_, itemIndex) => givenTaskId(scenario, itemIndex)));
	const tasks = creates(scenario.operation) ? scenario.items.length : taskIds.size;
	return requestsPerSecond > 0 || throttled || tasks > maxConcurrency;
}

/** Whether a request for the task has no deadline. */
export function hasNoDeadline({ scenario }: RunTrace, { endpoint, taskId }: Exchange): boolean {
	const isCheck = scenario.operation === 'get1080p' && endpoint === 'recordInfo';
	return isCheck || !waitsFor(scenario, taskId);
}

/** Whether a callback has resumed the run, whose other tasks it can hold up, or it was tried again from what it had parked. */
export function wasHeldUp({ rounds, scenario: { cancelAtMs } }: RunTrace): boolean {
	return rounds.some((round, at) => {
		const before = rounds[at - 1];
		if (before === undefined) return false;
		const isStopped = cancelAtMs !== null && cancelAtMs >= before.endedAt;
		const isFirst = round.number === before.number + 1;
		return round.isWoken || !isFirst || (isStopped && round.startedAt >= cancelAtMs);
	});
}

/** Whether the Stop button ended it. A run that was stopped before, while it was parked, was retried from there. */
export function wasCancelled({ scenario: { cancelAtMs }, rounds }: RunTrace): boolean {
	const { startedAt, endedAt } = rounds.at(-1)!;
	// Its timer is the first one of its millisecond, and the earliest one is after one millisecond
	return cancelAtMs !== null && startedAt < Math.max(1, cancelAtMs) && endedAt >= cancelAtMs;
}
