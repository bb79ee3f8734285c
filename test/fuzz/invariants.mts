/** What must hold of every run, whatever the server did. Knows the contract, and nothing of the node's code. */
import type { INodeExecutionData } from 'n8n-workflow';

import { isFinal } from './model.mjs';
import { outcomesOf, type Outcome } from './expected-outcomes.mjs';
import type { Evidence } from './run-scenario.mjs';
import { deadlineMs, inputOf, lateMs, ROUNDED_MS, taskOf } from './scenario-queries.mjs';
import { shownBy, shownByError } from './observed.mjs';
import { VIDEO_LAWS } from './videos/invariants.mjs';

type Law = (evidence: Evidence) => readonly string[];

/** What a run has broken; empty where all is well. */
export function complaintsAbout(evidence: Evidence): string[] {
	return LAWS.flatMap((law) => law(evidence));
}

const hasEnded: Law = ({ end }) => (end === 'done' ? [] : [`the run is ${end}`]);

const nothingIsLeft: Law = ({ left }) =>
	Object.entries(left)
		.filter(([, found]) => (Array.isArray(found) ? found.length > 0 : found !== 0))
		.map(([what, found]) => `${what} left: ${String(found)}`);

const staysWithinMaxConcurrency: Law = ({ mostAtOnce, script }) =>
	mostAtOnce <= Math.max(1, script.options.maxConcurrency)
		? []
		: [`${mostAtOnce} requests at once`];

const sendsTheKeyNowhereElse: Law = ({ exchanges }) =>
	exchanges
		.filter(
			({ options }) =>
				!options.url.startsWith('https://api.example.com/api/v1/veo/record-info?taskId=task-') ||
				options.disableFollowRedirect !== true,
		)
		.map(({ options }) => `asked ${options.url}`);

/** No item waits past its deadline plus one request, and the download. */
const keepsTheDeadline: Law = (evidence) => {
	const { exchanges, endedAt, script, videos } = evidence;
	if (script.operation !== 'waitUntilComplete') return [];
	const more = script.options.requestTimeout * 1000 + lateMs(script) + ROUNDED_MS;
	const lastDeadline = Math.max(...script.tasks.map((task) => task.timeout * 1000));
	// Stop can come in the pause before the next try of a video
	const stopAt = videos.exchanges.length > 0 ? (script.cancelAtMs ?? 0) : 0;
	const lastVideo = Math.max(stopAt, ...videos.exchanges.map((exchange) => exchange.endedAt));
	const late = exchanges.filter(
		({ taskId, endedAt: at }) => at > deadlineMs(script, taskId) + more,
	);
	return [
		...late.map(({ taskId, endedAt: at }) => `${taskId} was still looked up at ${at}`),
		...(endedAt > Math.max(lastDeadline + more, lastVideo) ? [`ended at ${endedAt}`] : []),
	];
};

/** Nor does an item say that it has waited longer. */
const tellsOfNoLongerWait: Law = ({ outputs, script }) =>
	(outputs ?? []).flat().flatMap((item) => {
		const { waitedSeconds } = (item.json.wait ?? { waitedSeconds: 0 }) as { waitedSeconds: number };
		const task = taskOf(script, inputOf(item));
		if (task === null || script.jumps.length > 0) return [];
		const most =
			deadlineMs(script, task) + script.options.requestTimeout * 1000 + lateMs(script) + ROUNDED_MS;
		return waitedSeconds * 1000 > most ? [`${task} waited ${waitedSeconds} s`] : [];
	});

const asksNoMoreOnceFinal: Law = ({ exchanges }) =>
	exchanges.flatMap(({ meaning, taskId }, at) =>
		meaning !== null &&
		isFinal(meaning) &&
		exchanges.some((later, number) => number > at && later.taskId === taskId)
			? [`${taskId} was asked for again after its final state`]
			: [],
	);

const triesNoMoreThanMaxRetries: Law = ({ exchanges, script }) =>
	script.tasks.flatMap((_, task) => {
		let failures = 0;
		for (const { meaning } of exchanges.filter(({ taskId }) => taskId === `task-${task}`)) {
			failures = meaning?.kind === 'transient' ? failures + 1 : 0;
			if (failures > script.options.maxRetries + 1) return [`task-${task} tried ${failures} times`];
		}
		return [];
	});

/** The Stop button ends all, at once. */
const obeysCancel: Law = ({ script: { cancelAtMs }, endedAt }) =>
	cancelAtMs !== null && endedAt > Math.max(1, cancelAtMs)
		? [`cancelled, but ended at ${endedAt}`]
		: [];

/** Once, in order, linked, on the right output, and with what the server told last. */
const everyItemComesOut: Law = (evidence) => {
	const { outputs, script } = evidence;
	if (outputs === null || wasCancelled(evidence)) return [];
	const inputs = outputs.flatMap((items) => items.map(inputOf)).sort((a, b) => a - b);
	const isComplete = inputs.join() === [...script.items.keys()].join();
	const isOrdered = outputs.every((items) =>
		items.every((item, at) => at === 0 || inputOf(item) > inputOf(items[at - 1]!)),
	);
	return [
		...(isComplete ? [] : [`came out: items ${inputs.join()} of ${script.items.length}`]),
		...(isOrdered ? [] : ['items are out of order']),
		...outputs.flatMap((items, output) =>
			items.flatMap((item) => complaintsAboutItem(evidence, item, output)),
		),
	];
};

function complaintsAboutItem(evidence: Evidence, item: INodeExecutionData, output: number) {
	const { items, onError, outputMode } = evidence.script;
	const shown = shownBy(item, items[inputOf(item)]?.binaryProperty ?? '');
	const failed = shown.code !== null;
	// By its error n8n tells what goes to the error output
	const isMarked = 'error' in item;
	const which = `item ${inputOf(item)}`;
	return [
		...complaintAbout(evidence, inputOf(item), shown, outputMode === 'byStatus' ? output : null),
		...(failed && onError === 'stopWorkflow' ? [`${which} failed, and went on`] : []),
		...(isMarked === (failed && onError === 'continueErrorOutput')
			? []
			: [`${which} is marked wrongly`]),
	];
}

/** With On Error: Stop Workflow the run ends with the error of an item that has one; else never with any. */
const failsForAReason: Law = (evidence) => {
	const { error, script } = evidence;
	if (error === null || wasCancelled(evidence)) return [];
	const { input, shown } = shownByError(error);
	if (input === null || script.items[input] === undefined || script.onError !== 'stopWorkflow') {
		return [`threw ${String(error)}`];
	}
	return complaintAbout(evidence, input, shown, null);
};

function complaintAbout(
	evidence: Evidence,
	input: number,
	shown: Partial<Outcome>,
	output: number | null,
): string[] {
	const fits = (outcome: Outcome) =>
		(output === null || outcome.output === output) &&
		Object.entries(shown).every(([key, value]) => outcome[key as keyof Outcome] === value);
	const allowed = outcomesOf(evidence, input);
	if (allowed.some(fits)) return [];
	const seen = JSON.stringify({ ...shown, ...(output !== null && { output }) });
	const task = taskOf(evidence.script, input) ?? 'no task';
	return [`item ${input} (${task}) is ${seen}, and may be ${JSON.stringify(allowed)}`];
}

function wasCancelled({ script: { cancelAtMs }, endedAt }: Evidence): boolean {
	return cancelAtMs !== null && endedAt >= cancelAtMs;
}

const LAWS: readonly Law[] = [
	hasEnded,
	nothingIsLeft,
	staysWithinMaxConcurrency,
	sendsTheKeyNowhereElse,
	keepsTheDeadline,
	tellsOfNoLongerWait,
	asksNoMoreOnceFinal,
	triesNoMoreThanMaxRetries,
	obeysCancel,
	everyItemComesOut,
	failsForAReason,
	...VIDEO_LAWS,
];
