/** What may happen to an item, by what the server has sent. */
import type { Exchange } from './scripted-api.mjs';
import { isFinal, type Meaning, type Status } from './model.mjs';
import type { RunTrace } from './run-scenario.mjs';
import { clockShiftMs, deadlineMs, ROUNDING_MS, taskIdOf } from './scenario-queries.mjs';
import type { Scenario, ScriptedItem } from './scenario.mjs';
import { exceedsMaxRetryAfter, hasFault, limitsHoldBack, lookupsOf } from './trace-queries.mjs';
import { withVideos } from './videos/expected-outcomes.mjs';

export interface Outcome {
	/** One of the three outputs by status. */
	readonly output: 0 | 1 | 2;
	/** Of an error; null for a task. */
	readonly code: number | string | null;
	readonly status: Status | null;
	readonly failureKind: 'rejected' | 'provider' | null;
	/** The response that it is made of; null if that has no record. */
	readonly serial: number | null;
	readonly timedOut: boolean;
	/** The numbers of the downloaded videos. */
	readonly videos: string;
}

/** The API may not know a task in the time after its creation. */
const NOT_FOUND_GRACE_MS = 90_000;
/** A success that names no video yet is looked up again for so long. */
const INCOMPLETE_GRACE_MS = 60_000;

/** Every allowed outcome of an item. Usually there is only one. */
export function expectedOutcomes(trace: RunTrace, itemIndex: number): Outcome[] {
	const { scenario } = trace;
	const taskId = taskIdOf(scenario, itemIndex);
	const item = scenario.items[itemIndex];
	const isInvalid = item === undefined || taskId === null || scenario.options.maxConcurrency < 1;
	if (isInvalid) return [problem('INVALID_INPUT', 1), ...thrownOutcomes(trace)];
	const exchanges = lookupsOf(trace, taskId);
	const last = exchanges.at(-1);
	// What has ended stays, whatever happens to the others
	const outcomes = isSettled(scenario, last?.meaning)
		? [taskOutcome(scenario, last!, item)]
		: [
				...(scenario.operation === 'waitUntilComplete'
					? afterWait(trace, exchanges, item, taskId)
					: afterLookup(trace, exchanges, item)),
				...sharedFailures(trace, exchanges),
				...faultOutcomes(trace, exchanges),
			];
	return [
		...outcomes.flatMap((outcome) => withVideos(trace, taskId, outcome)),
		...(isParameterThrown(trace) ? [problem('INVALID_INPUT', 1)] : []),
	];
}

/** Whether the task is final with all it can have. */
export function isSettled({ operation }: Scenario, meaning: Meaning | null | undefined): boolean {
	if (operation === 'getStatus') return meaning?.kind === 'task';
	return isFinal(meaning) && !isIncomplete(meaning);
}

/** Whether the task has succeeded without a video in its record. */
export function isIncomplete(meaning: Meaning | null | undefined): boolean {
	return meaning?.kind === 'task' && meaning.status === 'succeeded' && meaning.links === 'none';
}

/** Those of other tasks that end the lookups of this one too. */
function sharedFailures({ exchanges, scenario }: RunTrace, own: readonly Exchange[]): Outcome[] {
	return exchanges.flatMap(({ meaning }) => {
		if (meaning?.kind === 'unauthorized') return [problem(401, isKnown(own) ? 2 : 1)];
		const isShared =
			scenario.operation !== 'waitUntilComplete' && exceedsMaxRetryAfter(scenario, meaning);
		return isShared ? [retriesExhausted(meaning)] : [];
	});
}

/** A parameter that can't be read is an error of its item, whatever other items of the same task show. */
export function isParameterThrown({ faults, scenario }: RunTrace): boolean {
	return faults.thrownAt !== null && scenario.exception?.name === 'getNodeParameter';
}

/** Without the credential no lookup is sent. */
function faultOutcomes(trace: RunTrace, exchanges: readonly Exchange[]): Outcome[] {
	const withoutCredential =
		trace.faults.credentialFailures.length === 0
			? []
			: [
					problem('CREDENTIAL_UNAVAILABLE', 2),
					problem('UNREACHABLE', 2),
					...exchanges
						.slice(-1)
						.flatMap(({ meaning }) =>
							meaning?.kind === 'transient' ? [retriesExhausted(meaning)] : [],
						),
				];
	return [...withoutCredential, ...thrownOutcomes(trace)];
}

function thrownOutcomes({ faults }: RunTrace): Outcome[] {
	return faults.thrownAt === null ? [] : [problem('UNEXPECTED_ERROR', 2)];
}

function afterLookup(
	trace: RunTrace,
	exchanges: readonly Exchange[],
	item: ScriptedItem,
): Outcome[] {
	const { scenario } = trace;
	const last = exchanges.at(-1);
	if (last === undefined) return [];
	const first = exchanges.find(({ meaning }) => meaning?.kind === 'task');
	if (first === undefined) return failures(scenario, exchanges);
	if (!isIncomplete(first.meaning))
		return first === last ? [taskOutcome(scenario, last, item)] : [];
	const graceEnd = first.endedAt + INCOMPLETE_GRACE_MS - ROUNDING_MS;
	const isOver =
		last.endedAt >= graceEnd ||
		(trace.endedAt >= graceEnd && limitsHoldBack(trace)) ||
		endsLookups(trace, exchanges);
	return isOver
		? exchanges
				.filter(({ meaning }) => isIncomplete(meaning))
				.map((exchange) => taskOutcome(scenario, exchange, item))
		: [];
}

function afterWait(
	trace: RunTrace,
	exchanges: readonly Exchange[],
	item: ScriptedItem,
	taskId: string,
): Outcome[] {
	const { scenario, endedAt } = trace;
	const last = exchanges.at(-1);
	const meaning = last?.meaning;
	// If the clock is set while the run is parked, the deadline can come earlier or later
	const { forward, back } = clockShiftMs(scenario);
	const deadline = deadlineMs(scenario, taskId);
	const lastEndedAt = last?.endedAt ?? -Infinity;
	const mayBeOver = lastEndedAt >= deadline - forward;
	const isOver = lastEndedAt >= deadline + back;
	const heldBack =
		endedAt >= deadline - forward &&
		(limitsHoldBack(trace) || trace.faults.credentialFailures.length > 0);
	const lastKnown = exchanges.findLast((exchange) => exchange.meaning?.kind === 'task');
	if (lastKnown !== undefined && isIncomplete(lastKnown.meaning)) {
		const graceEnd = incompleteSince(exchanges) + INCOMPLETE_GRACE_MS - forward - ROUNDING_MS;
		const isHandedOn =
			mayBeOver || heldBack || lastEndedAt >= graceEnd || endsLookups(trace, exchanges);
		return isHandedOn ? [taskOutcome(scenario, lastKnown, item)] : [];
	}
	const isTaskKnown = isKnown(exchanges);
	const outcomes: Outcome[] = [];
	if (meaning?.kind === 'refused') outcomes.push(refused(meaning, isTaskKnown));
	if (meaning?.kind === 'notFound' && !isTaskKnown) {
		const inGracePeriod = lastEndedAt < NOT_FOUND_GRACE_MS - forward;
		if (mayBeOver || !inGracePeriod) outcomes.push(problem(meaning.code, 1));
	}
	// At the deadline the wait times out, even if the retries are used up too
	if (meaning?.kind === 'transient' && !isOver) outcomes.push(...failures(scenario, exchanges));
	const isUndecided =
		meaning?.kind === 'task' ||
		meaning?.kind === 'transient' ||
		(meaning?.kind === 'notFound' && isTaskKnown) ||
		// No response at all
		(meaning?.kind === 'refused' && meaning.code === 'UNREACHABLE');
	if ((mayBeOver && isUndecided) || heldBack) outcomes.push(timedOut(exchanges, item));
	return outcomes;
}

/** When the task's records began to say that it has succeeded without a video. */
function incompleteSince(exchanges: readonly Exchange[]): number {
	const records = exchanges.filter(({ meaning }) => meaning?.kind === 'task');
	const before = records.findLastIndex(({ meaning }) => !isIncomplete(meaning));
	return records[before + 1]?.endedAt ?? Infinity;
}

/** Whether the last response of a task, or one of another, means that no lookup follows. */
function endsLookups(trace: RunTrace, exchanges: readonly Exchange[]): boolean {
	const { scenario } = trace;
	return (
		failures(scenario, exchanges).length > 0 ||
		exchanges.at(-1)?.meaning?.kind === 'unauthorized' ||
		sharedFailures(trace, exchanges).length > 0 ||
		hasFault(trace)
	);
}

/** The failure that a last response without a task means. */
function failures({ operation, options }: Scenario, exchanges: readonly Exchange[]): Outcome[] {
	const meaning = exchanges.at(-1)?.meaning;
	if (meaning?.kind === 'notFound' && operation !== 'waitUntilComplete') {
		return [problem(meaning.code, 1)];
	}
	if (meaning?.kind === 'refused') return [refused(meaning, isKnown(exchanges))];
	const attempts = exchanges.slice(-options.maxRetries - 1);
	const isExhausted =
		attempts.length > options.maxRetries &&
		attempts.every((exchange) => exchange.meaning?.kind === 'transient');
	return isExhausted ? [retriesExhausted(meaning)] : [];
}

function taskOutcome(
	{ outputMode }: Scenario,
	{ meaning, serial }: Exchange,
	{ failedTask }: ScriptedItem,
): Outcome {
	if (meaning?.kind !== 'task') throw new Error('not the response of a task');
	const { status, errorCode, hasRecord } = meaning;
	const isFailed = status === 'failed';
	// By status a failed task is data, as it has an output of its own
	if (isFailed && failedTask === 'error' && outputMode === 'single') {
		return problem(errorCode ?? 'TASK_FAILED', 1);
	}
	const output = status === 'succeeded' ? 0 : isFailed ? 1 : 2;
	const failureKind = isFailed ? failureKindOf(errorCode) : null;
	return { ...NOTHING, output, status, failureKind, serial: hasRecord ? serial : null };
}

function failureKindOf(errorCode: number | null): Outcome['failureKind'] {
	if (errorCode === 400 || errorCode === 451) return 'rejected';
	return errorCode === 500 || errorCode === 501 ? 'provider' : null;
}

function timedOut(exchanges: readonly Exchange[], { onTimeout }: ScriptedItem): Outcome {
	if (onTimeout === 'error') return problem('WAIT_TIMED_OUT', 2);
	const { meaning, serial = null } =
		exchanges.findLast((exchange) => exchange.meaning?.kind === 'task') ?? {};
	const isKnown = meaning?.kind === 'task';
	const status = isKnown ? meaning.status : 'unknown';
	const hasRecord = isKnown && meaning.hasRecord;
	return { ...NOTHING, output: 2, status, serial: hasRecord ? serial : null, timedOut: true };
}

function refused(
	{ code, isGone }: Extract<Meaning, { kind: 'refused' }>,
	isTaskKnown: boolean,
): Outcome {
	return problem(code, isGone && !isTaskKnown ? 1 : 2);
}

/** Whether a lookup has found the task. */
function isKnown(exchanges: readonly Exchange[]): boolean {
	return exchanges.some(({ meaning }) => meaning?.kind === 'task');
}

function retriesExhausted(meaning: Meaning | null | undefined): Outcome {
	return problem((meaning?.kind === 'transient' && meaning.code) || 'UNREACHABLE', 2);
}

const NOTHING = {
	code: null,
	status: null,
	failureKind: null,
	serial: null,
	timedOut: false,
	videos: '',
};

function problem(code: number | string, output: 1 | 2): Outcome {
	return { ...NOTHING, output, code };
}
