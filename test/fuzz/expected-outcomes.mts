/** What may happen to an item, by what the server has sent. */
import type { Exchange } from './scripted-api.mjs';
import { isFinal, MAX_RETRY_AFTER_S, type Meaning, type Status } from './model.mjs';
import type { RunTrace } from './run-scenario.mjs';
import { clockShiftMs, deadlineMs, taskIdOf } from './scenario-queries.mjs';
import type { Scenario, ScriptedItem } from './scenario.mjs';
import { withVideos } from './videos/expected-outcomes.mjs';

export interface Outcome {
	/** One of the three outputs by status. */
	readonly output: 0 | 1 | 2;
	/** Of an error; null for a task. */
	readonly code: number | string | null;
	readonly status: Status | null;
	/** The response that it is made of. */
	readonly serial: number | null;
	readonly timedOut: boolean;
	/** The numbers of the downloaded videos. */
	readonly videos: string;
}

const NOT_FOUND_GRACE_MS = 60_000;

/** Every allowed outcome of an item. Usually there is only one. */
export function expectedOutcomes(trace: RunTrace, itemIndex: number): Outcome[] {
	const { scenario } = trace;
	const taskId = taskIdOf(scenario, itemIndex);
	const item = scenario.items[itemIndex];
	if (item === undefined || taskId === null || scenario.options.maxConcurrency < 1) {
		return [problem('INVALID_INPUT', 1)];
	}
	const exchanges = trace.exchanges.filter((exchange) => exchange.taskId === taskId);
	const outcomes =
		scenario.operation === 'waitUntilComplete'
			? afterWait(trace, exchanges, item, taskId)
			: afterLookup(scenario, exchanges, item);
	return [
		...outcomes.flatMap((outcome) => withVideos(trace, taskId, outcome)),
		...sharedFailures(trace),
	];
}

/** A rejected key ends all lookups, as does a Retry-After that is too long for a plain lookup. */
function sharedFailures({ exchanges, scenario }: RunTrace): Outcome[] {
	return exchanges.flatMap(({ meaning }) => {
		if (meaning?.kind === 'unauthorized') return [problem(401, 1)];
		return exceedsMaxRetryAfter(scenario, meaning) ? [retriesExhausted(meaning)] : [];
	});
}

function afterLookup(
	scenario: Scenario,
	exchanges: readonly Exchange[],
	item: ScriptedItem,
): Outcome[] {
	const last = exchanges.at(-1);
	if (last === undefined) return [];
	return last.meaning?.kind === 'task' ? [taskOutcome(last, item)] : failures(scenario, exchanges);
}

function afterWait(
	{ scenario, exchanges: allExchanges, endedAt }: RunTrace,
	exchanges: readonly Exchange[],
	item: ScriptedItem,
	taskId: string,
): Outcome[] {
	const last = exchanges.at(-1);
	const meaning = last?.meaning;
	if (last !== undefined && meaning && isFinal(meaning)) return [taskOutcome(last, item)];
	// If the clock is set while the run is parked, the deadline can come earlier or later
	const { forward, back } = clockShiftMs(scenario);
	const deadline = deadlineMs(scenario, taskId);
	const lastEndedAt = last?.endedAt ?? -Infinity;
	const mayBeOver = lastEndedAt >= deadline - forward;
	const isOver = lastEndedAt >= deadline + back;
	const outcomes: Outcome[] = [];
	if (meaning?.kind === 'rejected') outcomes.push(problem(meaning.code, 1));
	if (meaning?.kind === 'notFound') {
		const inGracePeriod = lastEndedAt < NOT_FOUND_GRACE_MS - forward;
		if (mayBeOver || !inGracePeriod) outcomes.push(problem(meaning.code, 1));
	}
	// At the deadline the wait times out, even if the retries are used up too
	if (meaning?.kind === 'transient' && !isOver) outcomes.push(...failures(scenario, exchanges));
	const isUndecided = meaning?.kind === 'task' || meaning?.kind === 'transient';
	const heldBack = endedAt >= deadline - forward && limitsHoldBack(scenario, allExchanges);
	if ((mayBeOver && isUndecided) || heldBack) outcomes.push(timedOut(exchanges, item));
	return outcomes;
}

/** Whether requests may have waited for one another so long that one was never sent. */
function limitsHoldBack(scenario: Scenario, exchanges: readonly Exchange[]): boolean {
	const { maxConcurrency, requestsPerSecond } = scenario.options;
	const throttled = exchanges.some(
		({ meaning }) => meaning?.kind === 'transient' && meaning.code === 429,
	);
	const taskIds = new Set(scenario.items.map((_, itemIndex) => taskIdOf(scenario, itemIndex)));
	return requestsPerSecond > 0 || throttled || taskIds.size > maxConcurrency;
}

/** The failure that a last response without a task means. */
function failures({ options }: Scenario, exchanges: readonly Exchange[]): Outcome[] {
	const meaning = exchanges.at(-1)?.meaning;
	if (meaning?.kind === 'notFound' || meaning?.kind === 'rejected') {
		return [problem(meaning.code, 1)];
	}
	const attempts = exchanges.slice(-options.maxRetries - 1);
	const isExhausted =
		attempts.length > options.maxRetries &&
		attempts.every((exchange) => exchange.meaning?.kind === 'transient');
	return isExhausted ? [retriesExhausted(meaning)] : [];
}

function exceedsMaxRetryAfter(
	{ operation, clockJumps }: Scenario,
	meaning: Meaning | null,
): boolean {
	if (operation === 'waitUntilComplete' || meaning?.kind !== 'transient') return false;
	const { retryAfter } = meaning;
	if (retryAfter === null) return false;
	if ('seconds' in retryAfter) return retryAfter.seconds > MAX_RETRY_AFTER_S;
	if ('text' in retryAfter) return /^\d+$/.test(retryAfter.text);
	// How far off a date is depends on the computer's clock
	return retryAfter.dateIn > MAX_RETRY_AFTER_S || clockJumps.length > 0;
}

function taskOutcome({ meaning, serial }: Exchange, { failedTask }: ScriptedItem): Outcome {
	if (meaning?.kind !== 'task') throw new Error('not the response of a task');
	const { status, errorCode } = meaning;
	if (status === 'failed' && failedTask === 'error') return problem(errorCode ?? 'TASK_FAILED', 1);
	const output = status === 'succeeded' ? 0 : status === 'failed' ? 1 : 2;
	return { ...NOTHING, output, status, serial };
}

function timedOut(exchanges: readonly Exchange[], { onTimeout }: ScriptedItem): Outcome {
	if (onTimeout === 'error') return problem('WAIT_TIMED_OUT', 2);
	const { meaning, serial = null } =
		exchanges.findLast((exchange) => exchange.meaning?.kind === 'task') ?? {};
	const status = meaning?.kind === 'task' ? meaning.status : 'unknown';
	return { ...NOTHING, output: 2, status, serial, timedOut: true };
}

function retriesExhausted(meaning: Meaning | null | undefined): Outcome {
	return problem((meaning?.kind === 'transient' && meaning.code) || 'UNREACHABLE', 2);
}

const NOTHING = { code: null, status: null, serial: null, timedOut: false, videos: '' };

function problem(code: number | string, output: 1 | 2): Outcome {
	return { ...NOTHING, output, code };
}
