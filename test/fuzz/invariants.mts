/** What must hold of every run, whatever the servers did. It knows the contract, not the node's code. */
import type { INodeExecutionData } from 'n8n-workflow';

import { uncertainUntil } from './creations/expected-outcomes.mjs';
import { CREATION_INVARIANTS } from './creations/invariants.mjs';
import { isCertainlyMissing, isUncertain } from './creations/trace-queries.mjs';
import { CREATION_SCENARIO_INVARIANTS } from './creations/scenario-invariants.mjs';
import { isIncomplete, isSettled, type Outcome } from './expected-lookups.mjs';
import { expectedOutcomes, hidesEarlierAttempt, isKnownAtThrow } from './expected-outcomes.mjs';
import type { Meaning } from './model.mjs';
import { observe, observeError } from './observed.mjs';
import {
	creates,
	inputIndexOf,
	isClockSet,
	maxOverrunMs,
	ROUNDING_MS,
	waitsFor,
} from './scenario-queries.mjs';
import { SCENARIO_INVARIANTS } from './scenario-invariants.mjs';
import {
	endsAllLookups,
	freshLookups,
	hasNoDeadline,
	limitsHoldBack,
	lookupsOf,
	taskIdOf,
	taskIdsOf,
	waitTimesOf,
	wasCancelled,
	wasHeldUp,
} from './trace-queries.mjs';
import type { RunTrace, ScenarioTrace } from './trace.mjs';
import { UPGRADE_INVARIANTS } from './upgrades/invariants.mjs';
import { VIDEO_INVARIANTS } from './videos/invariants.mjs';

/** Returns how a run violates it. */
export type Invariant = (trace: RunTrace) => readonly string[];

export function violations(scenarioTrace: ScenarioTrace): string[] {
	return [
		...SCENARIO_INVARIANTS.flatMap((invariant) => invariant(scenarioTrace)),
		...CREATION_SCENARIO_INVARIANTS.flatMap((invariant) => invariant(scenarioTrace)),
		...scenarioTrace.runs.flatMap((trace) => INVARIANTS.flatMap((invariant) => invariant(trace))),
	];
}

/**
 * No item waits past its deadline plus one request, and its downloads with the lookups for fresh links. A callback can
 * hold the other tasks up.
 */
const meetsDeadlines: Invariant = (trace) => {
	const { endedAt, scenario } = trace;
	const waits = taskIdsOf(trace)
		.filter((taskId) => waitsFor(scenario, taskId))
		.map((taskId) => ({ taskId, ...waitTimesOf(trace, taskId) }));
	if (wasHeldUp(trace) || waits.length === 0) return [];
	const overrun = maxOverrunMs(scenario);
	const late = waits.flatMap(({ taskId, latestDeadline }) =>
		lookupsOf(trace, taskId).filter((exchange) => exchange.endedAt > latestDeadline + overrun),
	);
	return [
		...late.map((exchange) => `${exchange.taskId} was still looked up at ${exchange.endedAt}`),
		...(endedAt > lastMomentOf(trace, waits) + overrun ? [`ended at ${endedAt}`] : []),
	];
};

/** Of the waits, and of what has no deadline: downloads, creations and checks. Infinity if the trace doesn't show it. */
function lastMomentOf(trace: RunTrace, waits: ReadonlyArray<{ readonly latestDeadline: number }>) {
	const { scenario, videos, exchanges } = trace;
	const isUnlimited = videos.length > 0 || scenario.operation === 'get1080p';
	// No exchange shows a request without the credential, one that the limits hold back, or one that has become useless
	const isHidden =
		trace.credentialFailures.length > 0 || limitsHoldBack(trace) || endsAllLookups(trace);
	if (isUnlimited && isHidden) return Infinity;
	const unlimited = exchanges.filter((exchange) => hasNoDeadline(trace, exchange));
	const fresh = taskIdsOf(trace).flatMap((taskId) => freshLookups(trace, taskId));
	return Math.max(
		...waits.map(({ latestDeadline }) => latestDeadline),
		...uncertainUntil(trace),
		...[...videos, ...unlimited, ...fresh].map((exchange) => exchange.endedAt),
		// The Stop button can be pressed in the pause before the next attempt
		isUnlimited ? (scenario.cancelAtMs ?? 0) : 0,
	);
}

/** No lookup comes before the initial delay, or less than an interval after the one before, except at the deadline. */
const looksUpNoSoonerThanScheduled: Invariant = (trace) => {
	const { polling } = trace.scenario;
	if (isClockSet(trace.scenario)) return [];
	return taskIdsOf(trace).flatMap((taskId) => {
		// A task that only a callback names is looked up whenever the run is resumed, until the API knows it
		if (!waitsFor(trace.scenario, taskId) || isUncertain(trace, taskId)) return [];
		const { startsAt, deadline } = waitTimesOf(trace, taskId);
		const exchanges = lookupsOf(trace, taskId);
		const tooSoon = exchanges.filter(({ startedAt, round }, at) => {
			const before = exchanges.slice(0, at).map(({ meaning }) => meaning);
			const last = exchanges[at - 1];
			// Callbacks, retries and the lookups for the videos of a success have their own times
			if (round.isWoken || last?.meaning?.kind === 'transient') return false;
			if (isIncomplete(before.findLast((meaning) => meaning?.kind === 'task'))) return false;
			const dueAt =
				last === undefined
					? startsAt + polling.initialDelay * 1000
					: last.endedAt + polling.interval * 1000;
			return startedAt < Math.min(dueAt, deadline) - ROUNDING_MS;
		});
		return tooSoon.map(({ startedAt }) => `${taskId} was looked up too soon, at ${startedAt}`);
	});
};

const reportsNoLongerWait: Invariant = (trace) =>
	(trace.outputs ?? []).flat().flatMap((item) => {
		const { scenario } = trace;
		const { waitedSeconds } = (item.json.wait ?? { waitedSeconds: 0 }) as { waitedSeconds: number };
		const taskId = taskIdOf(trace, inputIndexOf(item));
		if (taskId === null || isClockSet(scenario) || wasHeldUp(trace)) return [];
		const { startsAt, latestDeadline } = waitTimesOf(trace, taskId);
		const maxMs = latestDeadline - startsAt + maxOverrunMs(scenario);
		return waitedSeconds * 1000 > maxMs ? [`${taskId} waited ${waitedSeconds} s`] : [];
	});

/** Other than for a fresh link. */
const looksUpNothingOnceFinal: Invariant = (trace) =>
	taskIdsOf(trace).flatMap((taskId) =>
		lookupsOf(trace, taskId)
			.slice(0, -1)
			.some(({ meaning }) => isSettled(trace.scenario, taskId, meaning))
			? [`${taskId} was looked up again after its final state`]
			: [],
	);

/** A lookup for a fresh link is one lookup, for all videos of a task. */
const looksUpFreshLinksOnce: Invariant = (trace) =>
	taskIdsOf(trace).flatMap((taskId) =>
		freshLookups(trace, taskId)
			.slice(0, -1)
			.some(({ meaning }) => meaning?.kind !== 'transient')
			? [`${taskId} was looked up twice for fresh links`]
			: [],
	);

const retriesNoMoreThanMaxRetries: Invariant = (trace) =>
	taskIdsOf(trace)
		.flatMap((taskId) => [lookupsOf(trace, taskId), freshLookups(trace, taskId)])
		.flatMap((exchanges) => {
			let failures = 0;
			for (const [at, { taskId, round, meaning }] of exchanges.entries()) {
				// Each round looks up a task anew that only a callback names
				if (round !== exchanges[at - 1]?.round && isUncertain(trace, taskId)) failures = 0;
				failures = meaning?.kind === 'transient' ? failures + 1 : 0;
				if (failures > trace.scenario.options.maxRetries + 1) {
					return [`${taskId} failed ${failures} times in a row`];
				}
			}
			return [];
		});

/**
 * What no retry changes is not tried again; nor is a lookup that ends the wait. A callback that names a task which the API
 * doesn't know yet can be followed again in a later round.
 */
const retriesNothingInVain: Invariant = (trace) =>
	taskIdsOf(trace)
		.flatMap((taskId) => [lookupsOf(trace, taskId), freshLookups(trace, taskId)])
		.flatMap((exchanges) =>
			exchanges
				.filter(({ taskId, round, meaning }, at) => {
					const isEnd = meaning?.kind === 'refused' || meaning?.kind === 'unauthorized';
					const next = exchanges[at + 1];
					const isFollowed =
						next !== undefined && !(next.round !== round && isUncertain(trace, taskId));
					return isEnd && isFollowed;
				})
				.map(({ taskId }) => `${taskId} was looked up again after a refusal`),
		);

/** Judged only by the responses: no item is a success unless a record of its task says so. */
const showsNoFalseSuccess: Invariant = (trace) =>
	(trace.outputs ?? []).flatMap((items, output) =>
		items.flatMap((item) => {
			const { exchanges, scenario } = trace;
			const isShown =
				scenario.outputMode === 'byStatus' ? output === 0 : item.json.status === 'succeeded';
			const itemIndex = inputIndexOf(item);
			const hasSucceeded = exchanges.some(
				({ taskId, meaning, endpoint }) =>
					taskId === taskIdOf(trace, itemIndex) &&
					(endpoint === 'upgrade') === (scenario.operation === 'get1080p') &&
					meaning?.kind === 'task' &&
					meaning.status === 'succeeded',
			);
			return isShown && !hasSucceeded ? [`item ${itemIndex} is a success, its task is not`] : [];
		}),
	);

/** A workflow that creates a task again after Failed must not pay twice. */
const showsNoFalseFailure: Invariant = (trace) => {
	const { outputs, scenario } = trace;
	if (scenario.outputMode !== 'byStatus') return [];
	return (outputs?.[1] ?? []).flatMap((item) => {
		const itemIndex = inputIndexOf(item);
		const isDefinite = creates(scenario.operation)
			? isCertainlyMissing(trace, itemIndex) ||
				hasFailed(trace, itemIndex) ||
				(item.json.code === 'INVALID_INPUT' && hidesEarlierAttempt(trace, itemIndex))
			: hasFailed(trace, itemIndex) || isGone(trace, itemIndex, item.json.code);
		return isDefinite ? [] : [`item ${itemIndex} is on Failed without a reason`];
	});
};

/** What the records of an item's task say. */
function recordsOf({ exchanges, ...trace }: RunTrace, itemIndex: number): Meaning[] {
	const taskId = taskIdOf({ exchanges, ...trace }, itemIndex);
	return exchanges.flatMap((each) =>
		each.taskId === taskId && each.endpoint === 'recordInfo' && each.meaning !== null
			? [each.meaning]
			: [],
	);
}

function hasFailed(trace: RunTrace, itemIndex: number): boolean {
	const last = recordsOf(trace, itemIndex).findLast(({ kind }) => kind === 'task');
	return last?.kind === 'task' && last.status === 'failed';
}

/** Whether the API has no such task, or the request was none. */
function isGone(trace: RunTrace, itemIndex: number, code: unknown): boolean {
	const meanings = recordsOf(trace, itemIndex);
	const last = meanings.at(-1);
	const isKnown = meanings.some(({ kind }) => kind === 'task');
	return (
		(last?.kind === 'notFound' && !isKnown) ||
		(last?.kind === 'refused' && last.isGone && !isKnown) ||
		(code === 'INVALID_INPUT' && !isKnownAtThrow(trace, itemIndex)) ||
		(code === 401 &&
			!isKnown &&
			trace.exchanges.some(({ meaning }) => meaning?.kind === 'unauthorized'))
	);
}

/** n8n would hand the input on as if it had succeeded. */
const throwsNothingWhileOnErrorContinues: Invariant = (trace) =>
	trace.error === null || trace.scenario.onError === 'stopWorkflow' || wasCancelled(trace)
		? []
		: [`threw ${String(trace.error)} although On Error continues`];

/** The Stop button ends everything at once. */
const stopsWhenCancelled: Invariant = (trace) => {
	const { scenario, endedAt } = trace;
	return wasCancelled(trace) && endedAt > Math.max(1, scenario.cancelAtMs ?? 0)
		? [`cancelled, but ended at ${endedAt}`]
		: [];
};

/** Once, in order, linked, on the right output, and with what the server sent last. */
const outputsEveryItem: Invariant = (trace) => {
	const { outputs, scenario } = trace;
	if (outputs === null || wasCancelled(trace)) return [];
	const inputs = outputs.flatMap((items) => items.map(inputIndexOf)).sort((a, b) => a - b);
	const isComplete = inputs.join() === [...scenario.items.keys()].join();
	const isOrdered = outputs.every((items) =>
		items.every((item, at) => at === 0 || inputIndexOf(item) > inputIndexOf(items[at - 1]!)),
	);
	return [
		...(isComplete ? [] : [`output items ${inputs.join()} of ${scenario.items.length}`]),
		...(isOrdered ? [] : ['items are out of order']),
		...outputs.flatMap((items, output) =>
			items.flatMap((item) => itemViolations(trace, item, output)),
		),
	];
};

function itemViolations(trace: RunTrace, item: INodeExecutionData, output: number) {
	const { items, onError, outputMode } = trace.scenario;
	const itemIndex = inputIndexOf(item);
	const observed = observe(item, items[itemIndex]?.binaryProperty ?? '');
	const failed = observed.code !== null;
	// n8n moves the items that have an error to the error output
	const isMarked = 'error' in item;
	return [
		...outcomeViolations(trace, itemIndex, {
			...observed,
			...(outputMode === 'byStatus' && !isMarked && { output: output as Outcome['output'] }),
		}),
		// From one output, n8n moves them there in the order of the input
		...(isMarked && outputMode === 'byStatus' && output !== 2
			? [`item ${itemIndex} is out of order on the error output`]
			: []),
		...(failed && onError === 'stopWorkflow' ? [`item ${itemIndex} failed, but was output`] : []),
		...(isMarked === (failed && onError === 'continueErrorOutput')
			? []
			: [`item ${itemIndex} is marked wrongly`]),
	];
}

/** With On Error: Stop Workflow, the run ends with the error of an item that failed. */
const throwsOnlyItemErrors: Invariant = (trace) => {
	const { error, scenario } = trace;
	if (error === null || wasCancelled(trace)) return [];
	const { itemIndex, observed } = observeError(error);
	if (scenario.onError !== 'stopWorkflow') return [];
	if (trace.thrownAt !== null && itemIndex === null) return [];
	const isAllowed = itemIndex !== null && itemIndex in scenario.items;
	return isAllowed ? outcomeViolations(trace, itemIndex, observed) : [`threw ${String(error)}`];
};

function outcomeViolations(
	trace: RunTrace,
	itemIndex: number,
	observed: Partial<Outcome>,
): string[] {
	const expected = expectedOutcomes(trace, itemIndex);
	const isExpected = expected.some((outcome) =>
		Object.entries(observed).every(([key, value]) => outcome[key as keyof Outcome] === value),
	);
	if (isExpected) return [];
	const item = `item ${itemIndex} (${taskIdOf(trace, itemIndex) ?? 'no task'})`;
	return [`${item} is ${JSON.stringify(observed)}, expected ${JSON.stringify(expected)}`];
}

const INVARIANTS: readonly Invariant[] = [
	meetsDeadlines,
	looksUpNoSoonerThanScheduled,
	reportsNoLongerWait,
	looksUpNothingOnceFinal,
	looksUpFreshLinksOnce,
	retriesNothingInVain,
	showsNoFalseSuccess,
	showsNoFalseFailure,
	throwsNothingWhileOnErrorContinues,
	retriesNoMoreThanMaxRetries,
	stopsWhenCancelled,
	outputsEveryItem,
	throwsOnlyItemErrors,
	...CREATION_INVARIANTS,
	...UPGRADE_INVARIANTS,
	...VIDEO_INVARIANTS,
];
