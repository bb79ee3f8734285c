/** What may happen to an item whose task is looked up, by what the server has sent. */
import { creationsIn } from './creations/trace-queries.mjs';
import { isFinal, type Meaning, type Status } from './model.mjs';
import { ROUNDING_MS, clockShiftMs, creates, waitsFor } from './scenario-queries.mjs';
import type { Scenario, ScriptedItem } from './scenario.mjs';
import type { Exchange } from './scripted-api.mjs';
import type { RunTrace } from './trace.mjs';
import {
	exceedsMaxRetryAfter,
	hasFault,
	hasNoDeadline,
	limitsHoldBack,
	waitTimesOf,
} from './trace-queries.mjs';

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

/** Every allowed outcome of an item, before any downloads. Usually there is only one. */
export function expectedOfLookups(
	trace: RunTrace,
	taskId: string,
	exchanges: readonly Exchange[],
	item: ScriptedItem,
): Outcome[] {
	const { scenario } = trace;
	const last = exchanges.at(-1);
	// A result stays, whatever happens to the others
	if (isSettled(scenario, taskId, last?.meaning)) return [taskOutcome(scenario, last!, item)];
	return [
		...(waitsFor(scenario, taskId)
			? afterWait(trace, exchanges, item, taskId)
			: afterLookup(trace, exchanges, item)),
		...sharedFailures(trace, exchanges, waitsFor(scenario, taskId)),
		...faultOutcomes(trace, exchanges),
	];
}

/** Whether the task is final and has all it can have. */
export function isSettled(
	scenario: Scenario,
	taskId: string,
	meaning: Meaning | null | undefined,
): boolean {
	const { operation } = scenario;
	if (operation === 'getStatus' || (operation === 'get1080p' && !waitsFor(scenario, taskId))) {
		return meaning?.kind === 'task';
	}
	return isFinal(meaning) && !isIncomplete(meaning);
}

/** Whether the task has succeeded without a video in its record. */
export function isIncomplete(meaning: Meaning | null | undefined): boolean {
	return meaning?.kind === 'task' && meaning.status === 'succeeded' && meaning.links === 'none';
}

/** Those of other tasks that end the lookups of this one too. `hasDeadline`: whether this one has a deadline. */
export function sharedFailures(
	trace: RunTrace,
	own: readonly Exchange[],
	hasDeadline: boolean,
): Outcome[] {
	const unauthorized = problem(401, isKnown(own) ? 2 : 1);
	return [
		...trace.exchanges.flatMap((exchange) => {
			const { meaning } = exchange;
			if (meaning?.kind === 'unauthorized') return [unauthorized];
			const isShared =
				!hasDeadline &&
				hasNoDeadline(trace, exchange) &&
				exceedsMaxRetryAfter(trace.scenario, meaning);
			return isShared ? [retriesExhausted(meaning)] : [];
		}),
		...creationsIn(trace).flatMap(({ meaning }) =>
			meaning?.kind === 'refused' && meaning.code === 401 ? [unauthorized] : [],
		),
	];
}

/** Without the credential no lookup is sent. */
function faultOutcomes(trace: RunTrace, exchanges: readonly Exchange[]): Outcome[] {
	const withoutCredential =
		trace.credentialFailures.length === 0
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

export function thrownOutcomes({ thrownAt }: RunTrace): Outcome[] {
	return thrownAt !== null ? [problem('UNEXPECTED_ERROR', 2)] : [];
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
	if (first === undefined) return failures(scenario, exchanges, false);
	if (!isIncomplete(first.meaning))
		return first === last ? [taskOutcome(scenario, last, item)] : [];
	const graceEnd = first.endedAt + INCOMPLETE_GRACE_MS - ROUNDING_MS;
	const isOver =
		last.endedAt >= graceEnd ||
		(trace.endedAt >= graceEnd && limitsHoldBack(trace)) ||
		endsLookups(trace, exchanges, false);
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
	const { startsAt, deadline, latestDeadline } = waitTimesOf(trace, taskId);
	const lastEndedAt = last?.endedAt ?? -Infinity;
	const mayBeOver = lastEndedAt >= deadline - forward;
	const isOver = lastEndedAt >= latestDeadline + back;
	const heldBack =
		endedAt >= deadline - forward && (limitsHoldBack(trace) || trace.credentialFailures.length > 0);
	const lastKnown = exchanges.findLast((exchange) => exchange.meaning?.kind === 'task');
	if (lastKnown !== undefined && isIncomplete(lastKnown.meaning)) {
		const graceEnd = incompleteSince(exchanges) + INCOMPLETE_GRACE_MS - forward - ROUNDING_MS;
		const isHandedOn =
			mayBeOver || heldBack || lastEndedAt >= graceEnd || endsLookups(trace, exchanges, true);
		return isHandedOn ? [taskOutcome(scenario, lastKnown, item)] : [];
	}
	const isTaskKnown = isKnown(exchanges) || isCreated(trace, taskId);
	const outcomes: Outcome[] = [];
	if (meaning?.kind === 'refused') outcomes.push(refused(meaning, isKnown(exchanges)));
	if (meaning?.kind === 'notFound' && !isTaskKnown) {
		const inGracePeriod = lastEndedAt < startsAt + NOT_FOUND_GRACE_MS - forward;
		if (mayBeOver || !inGracePeriod) outcomes.push(problem(meaning.code, 1));
	}
	// At the deadline the wait times out, even if the retries are used up too
	if (meaning?.kind === 'transient' && !isOver) {
		outcomes.push(...failures(scenario, exchanges, true));
	}
	const isUndecided =
		meaning?.kind === 'task' ||
		meaning?.kind === 'transient' ||
		(meaning?.kind === 'notFound' && isTaskKnown) ||
		// No response at all
		(meaning?.kind === 'refused' && meaning.code === 'UNREACHABLE');
	if (mayBeOver && isUndecided) outcomes.push(timedOut(exchanges, item));
	// Then the last lookup was not sent
	if (heldBack) outcomes.push(timedOut(exchanges.filter(isOfTask), item));
	return outcomes;
}

/** Whether the API has said so, or an earlier attempt has found it out. */
function isCreated(trace: RunTrace, taskId: string): boolean {
	return (
		creates(trace.scenario.operation) &&
		(creationsIn(trace).some(
			(each) => each.taskId === taskId && each.meaning?.kind === 'created',
		) ||
			trace.rounds[0]!.nodeContext.includes(`"${taskId}"`))
	);
}

/** When the task's records began to say that it has succeeded without a video. */
function incompleteSince(exchanges: readonly Exchange[]): number {
	const records = exchanges.filter(({ meaning }) => meaning?.kind === 'task');
	const before = records.findLastIndex(({ meaning }) => !isIncomplete(meaning));
	return records[before + 1]?.endedAt ?? Infinity;
}

/** Whether the last response of a task, or one of another, means that no lookup follows. */
function endsLookups(
	trace: RunTrace,
	exchanges: readonly Exchange[],
	hasDeadline: boolean,
): boolean {
	return (
		failures(trace.scenario, exchanges, hasDeadline).length > 0 ||
		exchanges.at(-1)?.meaning?.kind === 'unauthorized' ||
		sharedFailures(trace, exchanges, hasDeadline).length > 0 ||
		hasFault(trace)
	);
}

/** The failure that a last response without a task means. */
export function failures(
	{ options }: Scenario,
	exchanges: readonly Exchange[],
	isWait: boolean,
): Outcome[] {
	const meaning = exchanges.at(-1)?.meaning;
	if (meaning?.kind === 'notFound' && !isWait) return [problem(meaning.code, 1)];
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
	const { meaning, serial = null } =
		exchanges.findLast((exchange) => exchange.meaning?.kind === 'task') ?? {};
	const isKnown = meaning?.kind === 'task';
	const last = exchanges.at(-1)?.meaning;
	if (onTimeout === 'error') {
		return problem(last?.kind === 'notFound' && !isKnown ? last.code : 'WAIT_TIMED_OUT', 2);
	}
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
	return exchanges.some(isOfTask);
}

function isOfTask({ meaning }: Exchange): boolean {
	return meaning?.kind === 'task';
}

function retriesExhausted(meaning: Meaning | null | undefined): Outcome {
	return problem((meaning?.kind === 'transient' && meaning.code) || 'UNREACHABLE', 2);
}

export const NOTHING = {
	code: null,
	status: null,
	failureKind: null,
	serial: null,
	timedOut: false,
	videos: '',
};

export function problem(code: number | string, output: 1 | 2): Outcome {
	return { ...NOTHING, output, code };
}

/** A task that certainly exists never leaves on Failed because it can't be looked up. */
export function asExisting(outcome: Outcome): Outcome {
	const isFailedTask = outcome.code === 'TASK_FAILED' || outcome.status === 'failed';
	return outcome.code === null || isFailedTask ? outcome : { ...outcome, output: 2 };
}
