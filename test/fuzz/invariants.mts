/** What must hold of every run, whatever the servers did. It knows the contract, not the node's code. */
import type { INodeExecutionData } from 'n8n-workflow';

import { expectedOutcomes, type Outcome } from './expected-outcomes.mjs';
import { isFinal } from './model.mjs';
import { observe, observeError } from './observed.mjs';
import type { RunTrace } from './run-scenario.mjs';
import { deadlineMs, inputIndexOf, maxOverrunMs, taskIdOf } from './scenario-queries.mjs';
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
				!options.url.startsWith('https://api.example.com/api/v1/veo/record-info?taskId=task-') ||
				options.disableFollowRedirect !== true,
		)
		.map(({ options }) => `sent the key to ${options.url}`);

/** No item waits past its deadline plus one request, and its downloads. */
const meetsDeadlines: Invariant = ({ exchanges, endedAt, scenario, videos }) => {
	if (scenario.operation !== 'waitUntilComplete') return [];
	const overrun = maxOverrunMs(scenario);
	const lastDeadline = Math.max(...scenario.tasks.map((task) => task.timeout * 1000));
	// The Stop button can be pressed in the pause before the next attempt at a video
	const stopAt = videos.exchanges.length > 0 ? (scenario.cancelAtMs ?? 0) : 0;
	const lastVideo = Math.max(stopAt, ...videos.exchanges.map((exchange) => exchange.endedAt));
	const late = exchanges.filter(
		(exchange) => exchange.endedAt > deadlineMs(scenario, exchange.taskId) + overrun,
	);
	return [
		...late.map((exchange) => `${exchange.taskId} was still looked up at ${exchange.endedAt}`),
		...(endedAt > Math.max(lastDeadline + overrun, lastVideo) ? [`ended at ${endedAt}`] : []),
	];
};

const reportsNoLongerWait: Invariant = ({ outputs, scenario }) =>
	(outputs ?? []).flat().flatMap((item) => {
		const { waitedSeconds } = (item.json.wait ?? { waitedSeconds: 0 }) as { waitedSeconds: number };
		const taskId = taskIdOf(scenario, inputIndexOf(item));
		if (taskId === null || scenario.clockJumps.length > 0) return [];
		const maxMs = deadlineMs(scenario, taskId) + maxOverrunMs(scenario);
		return waitedSeconds * 1000 > maxMs ? [`${taskId} waited ${waitedSeconds} s`] : [];
	});

const looksUpNothingOnceFinal: Invariant = ({ exchanges }) =>
	exchanges.flatMap(({ meaning, taskId }, index) =>
		meaning !== null &&
		isFinal(meaning) &&
		exchanges.slice(index + 1).some((later) => later.taskId === taskId)
			? [`${taskId} was looked up again after its final state`]
			: [],
	);

const retriesNoMoreThanMaxRetries: Invariant = ({ exchanges, scenario }) =>
	scenario.tasks.flatMap((_, task) => {
		let failures = 0;
		for (const { meaning } of exchanges.filter(({ taskId }) => taskId === `task-${task}`)) {
			failures = meaning?.kind === 'transient' ? failures + 1 : 0;
			if (failures > scenario.options.maxRetries + 1) {
				return [`task-${task} failed ${failures} times in a row`];
			}
		}
		return [];
	});

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
	// n8n sends the items that have an error to the error output
	const isMarked = 'error' in item;
	return [
		...outcomeViolations(trace, itemIndex, {
			...observed,
			...(outputMode === 'byStatus' && { output: output as Outcome['output'] }),
		}),
		...(failed && onError === 'stopWorkflow' ? [`item ${itemIndex} failed, but was output`] : []),
		...(isMarked === (failed && onError === 'continueErrorOutput')
			? []
			: [`item ${itemIndex} is marked wrongly`]),
	];
}

/** With On Error: Stop Workflow, the run ends with the error of an item that failed. Otherwise it never throws. */
const throwsOnlyItemErrors: Invariant = (trace) => {
	const { error, scenario } = trace;
	if (error === null || wasCancelled(trace)) return [];
	const { itemIndex, observed } = observeError(error);
	const isAllowed =
		itemIndex !== null && itemIndex in scenario.items && scenario.onError === 'stopWorkflow';
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
	reportsNoLongerWait,
	looksUpNothingOnceFinal,
	retriesNoMoreThanMaxRetries,
	stopsWhenCancelled,
	outputsEveryItem,
	throwsOnlyItemErrors,
	...VIDEO_INVARIANTS,
];
