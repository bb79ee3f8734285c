/** What must hold of every run, whatever the servers did. It knows the contract, not the node's code. */
import type { INodeExecutionData } from 'n8n-workflow';

import {
	expectedOutcomes,
	isIncomplete,
	isParameterThrown,
	isSettled,
	type Outcome,
} from './expected-outcomes.mjs';
import { observe, observeError } from './observed.mjs';
import type { RunTrace } from './run-scenario.mjs';
import {
	deadlineMs,
	inputIndexOf,
	maxOverrunMs,
	ROUNDING_MS,
	taskIdOf,
	taskIdsOf,
} from './scenario-queries.mjs';
import { freshLookups, limitsHoldBack, lookupsOf } from './trace-queries.mjs';
import { VIDEO_INVARIANTS } from './videos/invariants.mjs';

/** Returns how a run violates it. */
export type Invariant = (trace: RunTrace) => readonly string[];

export function violations(trace: RunTrace): string[] {
	return INVARIANTS.flatMap((invariant) => invariant(trace));
}

const hasEnded: Invariant = ({ ending }) => (ending === 'done' ? [] : [`the run is ${ending}`]);

const leavesNothingBehind: Invariant = ({ leftovers }) =>
	Object.entries(leftovers)
		.filter(([, left]) => (Array.isArray(left) ? left.length > 0 : left !== 0))
		.map(([what, left]) => `${what} left: ${String(left)}`);

const staysWithinMaxConcurrency: Invariant = ({ maxInFlight, videos, scenario }) => {
	const limit = Math.max(1, scenario.options.maxConcurrency);
	return [
		...(maxInFlight > limit ? [`${maxInFlight} lookups at once`] : []),
		...(videos.maxInFlight > limit ? [`${videos.maxInFlight} downloads at once`] : []),
	];
};

const sendsTheKeyOnlyToTheApi: Invariant = ({ exchanges }) =>
	exchanges
		.filter(
			({ options }) =>
				!options.url.startsWith('https://api.example.com/api/v1/veo/record-info?taskId=task%2F') ||
				options.disableFollowRedirect !== true,
		)
		.map(({ options }) => `sent the key to ${options.url}`);

/** No item waits past its deadline plus one request, and its downloads with the lookups for fresh links. */
const meetsDeadlines: Invariant = (trace) => {
	const { endedAt, scenario, videos } = trace;
	if (scenario.operation !== 'waitUntilComplete') return [];
	const overrun = maxOverrunMs(scenario);
	const lastDeadline = Math.max(...scenario.tasks.map((task) => task.timeout * 1000));
	// The Stop button can be pressed in the pause before the next attempt at a video
	const stopAt = videos.exchanges.length > 0 ? (scenario.cancelAtMs ?? 0) : 0;
	const downloads = [
		...videos.exchanges,
		...taskIdsOf(scenario).flatMap((taskId) => freshLookups(trace, taskId)),
	];
	const lastVideo = Math.max(stopAt, ...downloads.map((exchange) => exchange.endedAt));
	const lookups = taskIdsOf(scenario).flatMap((taskId) => lookupsOf(trace, taskId));
	// No exchange shows a lookup for a fresh link without the credential, or one that the limits hold back
	const isHidden =
		videos.exchanges.length > 0 &&
		(trace.faults.credentialFailures.length > 0 || limitsHoldBack(trace));
	const late = lookups.filter(
		(exchange) => exchange.endedAt > deadlineMs(scenario, exchange.taskId) + overrun,
	);
	return [
		...late.map((exchange) => `${exchange.taskId} was still looked up at ${exchange.endedAt}`),
		...(endedAt > Math.max(lastDeadline + overrun, lastVideo) && !isHidden
			? [`ended at ${endedAt}`]
			: []),
	];
};

/**
 * No lookup comes before the initial delay, or less than an interval after the one before, except at the deadline. Callbacks
 * change that, and nothing else.
 */
const looksUpNoSoonerThanScheduled: Invariant = (trace) => {
	const { operation, polling, clockJumps, whileWaiting, callbacks } = trace.scenario;
	if (operation !== 'waitUntilComplete' || clockJumps.length > 0) return [];
	if (whileWaiting === 'park' && callbacks.length > 0) return [];
	return taskIdsOf(trace.scenario).flatMap((taskId) => {
		const deadline = deadlineMs(trace.scenario, taskId);
		const exchanges = lookupsOf(trace, taskId);
		const tooSoon = exchanges.filter(({ startedAt }, at) => {
			const before = exchanges.slice(0, at).map(({ meaning }) => meaning);
			const last = exchanges[at - 1];
			// Retries and the lookups for the videos of a success have their own times
			if (last?.meaning?.kind === 'transient') return false;
			if (isIncomplete(before.findLast((meaning) => meaning?.kind === 'task'))) return false;
			const dueAt =
				last === undefined ? polling.initialDelay * 1000 : last.endedAt + polling.interval * 1000;
			return startedAt < Math.min(dueAt, deadline) - ROUNDING_MS;
		});
		return tooSoon.map(({ startedAt }) => `${taskId} was looked up too soon, at ${startedAt}`);
	});
};

const reportsNoLongerWait: Invariant = ({ outputs, scenario }) =>
	(outputs ?? []).flat().flatMap((item) => {
		const { waitedSeconds } = (item.json.wait ?? { waitedSeconds: 0 }) as { waitedSeconds: number };
		const taskId = taskIdOf(scenario, inputIndexOf(item));
		if (taskId === null || scenario.clockJumps.length > 0) return [];
		const maxMs = deadlineMs(scenario, taskId) + maxOverrunMs(scenario);
		return waitedSeconds * 1000 > maxMs ? [`${taskId} waited ${waitedSeconds} s`] : [];
	});

/** Other than for a fresh link. */
const looksUpNothingOnceFinal: Invariant = (trace) =>
	taskIdsOf(trace.scenario).flatMap((taskId) =>
		lookupsOf(trace, taskId)
			.slice(0, -1)
			.some(({ meaning }) => isSettled(trace.scenario, meaning))
			? [`${taskId} was looked up again after its final state`]
			: [],
	);

/** A lookup for a fresh link is one lookup, for all videos of a task. */
const looksUpFreshLinksOnce: Invariant = (trace) =>
	taskIdsOf(trace.scenario).flatMap((taskId) =>
		freshLookups(trace, taskId)
			.slice(0, -1)
			.some(({ meaning }) => meaning?.kind !== 'transient')
			? [`${taskId} was looked up twice for fresh links`]
			: [],
	);

const retriesNoMoreThanMaxRetries: Invariant = (trace) =>
	taskIdsOf(trace.scenario)
		.flatMap((taskId) => [lookupsOf(trace, taskId), freshLookups(trace, taskId)])
		.flatMap((exchanges) => {
			let failures = 0;
			for (const { taskId, meaning } of exchanges) {
				failures = meaning?.kind === 'transient' ? failures + 1 : 0;
				if (failures > trace.scenario.options.maxRetries + 1) {
					return [`${taskId} failed ${failures} times in a row`];
				}
			}
			return [];
		});

/** What no retry changes is not tried again; nor is a lookup that ends the wait. */
const retriesNothingInVain: Invariant = (trace) =>
	taskIdsOf(trace.scenario)
		.flatMap((taskId) => [lookupsOf(trace, taskId), freshLookups(trace, taskId)])
		.flatMap((exchanges) =>
			exchanges
				.slice(0, -1)
				.filter(({ meaning }) => meaning?.kind === 'refused' || meaning?.kind === 'unauthorized')
				.map(({ taskId }) => `${taskId} was looked up again after a refusal`),
		);

/** Read from the responses alone: no item is a success unless a record of its task says so. */
const showsNoFalseSuccess: Invariant = ({ outputs, exchanges, scenario }) =>
	(outputs ?? []).flatMap((items, output) =>
		items.flatMap((item) => {
			const isShown =
				scenario.outputMode === 'byStatus' ? output === 0 : item.json.status === 'succeeded';
			const itemIndex = inputIndexOf(item);
			const hasSucceeded = exchanges.some(
				({ taskId, meaning }) =>
					taskId === taskIdOf(scenario, itemIndex) &&
					meaning?.kind === 'task' &&
					meaning.status === 'succeeded',
			);
			return isShown && !hasSucceeded ? [`item ${itemIndex} is a success, its task is not`] : [];
		}),
	);

/** A workflow that creates a task again after Failed must not pay twice. */
const showsNoFalseFailure: Invariant = (trace) => {
	const { outputs, exchanges, scenario } = trace;
	if (scenario.outputMode !== 'byStatus') return [];
	return (outputs?.[1] ?? []).flatMap((item) => {
		const itemIndex = inputIndexOf(item);
		const taskId = taskIdOf(scenario, itemIndex);
		const meanings = lookupsOf(trace, taskId ?? '').map(({ meaning }) => meaning);
		const last = meanings.at(-1);
		const lastRecord = meanings.findLast((meaning) => meaning?.kind === 'task');
		const isKnown = lastRecord !== undefined;
		const isDefinite =
			(lastRecord?.kind === 'task' && lastRecord.status === 'failed') ||
			(last?.kind === 'notFound' && !isKnown) ||
			(last?.kind === 'refused' && last.isGone && !isKnown) ||
			(item.json.code === 'INVALID_INPUT' && (!isKnown || isParameterThrown(trace))) ||
			(item.json.code === 401 &&
				!isKnown &&
				exchanges.some(({ meaning }) => meaning?.kind === 'unauthorized'));
		return isDefinite ? [] : [`item ${itemIndex} is on Failed without a reason`];
	});
};

/** n8n would hand the input on as if it had succeeded. */
const throwsNothingWhileOnErrorContinues: Invariant = (trace) =>
	trace.error === null || trace.scenario.onError === 'stopWorkflow' || wasCancelled(trace)
		? []
		: [`threw ${String(trace.error)} although On Error continues`];

/** The Stop button ends everything at once. */
const stopsWhenCancelled: Invariant = ({ scenario: { cancelAtMs }, endedAt }) =>
	cancelAtMs !== null && endedAt > Math.max(1, cancelAtMs)
		? [`cancelled, but ended at ${endedAt}`]
		: [];

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
	if (trace.faults.thrownAt !== null && itemIndex === null) return [];
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
	const item = `item ${itemIndex} (${taskIdOf(trace.scenario, itemIndex) ?? 'no task'})`;
	return [`${item} is ${JSON.stringify(observed)}, expected ${JSON.stringify(expected)}`];
}

function wasCancelled({ scenario: { cancelAtMs }, endedAt }: RunTrace): boolean {
	return cancelAtMs !== null && endedAt >= cancelAtMs;
}

const INVARIANTS: readonly Invariant[] = [
	hasEnded,
	leavesNothingBehind,
	staysWithinMaxConcurrency,
	sendsTheKeyOnlyToTheApi,
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
	...VIDEO_INVARIANTS,
];
