import type { NodeExecutionHint } from 'n8n-workflow';

import { excerpt, trimFullStop } from '../errors/problem';
import { parseAspectRatio } from '../veo/task/task';
import { isUpgrade, taskOf } from './outcome';
import type { Outcome } from './outcome';

interface HintRule {
	readonly applies: (outcome: Outcome) => boolean;
	/** Follows the items that it applies to. `affected` are their outcomes. */
	readonly text: (affected: readonly [Outcome, ...Outcome[]]) => string;
}

const HINT_RULES: readonly HintRule[] = [
	{
		applies: (outcome) => taskIn(outcome)?.status === 'unknown',
		text: () =>
			'the API reported a successFlag outside 0 to 3, so the status is "unknown". Check for an update of this node.',
	},
	{
		applies: usedFallbackModel,
		text: () => "the video was made by the fallback model, in 720p. It can't be upgraded to 1080p.",
	},
	{
		applies: (outcome) => hasTimedOut(outcome) && !isUpgradeOutcome(outcome) && !isCreated(outcome),
		text: () =>
			'the wait timed out before the task was complete. Wait again with the same task ID, or raise Timeout.',
	},
	{
		applies: (outcome) => hasTimedOut(outcome) && isCreated(outcome),
		text: () =>
			'the wait timed out before the task was complete. Use Wait Until Complete with its ID, as running the workflow again would create and pay for another video. For the next one, raise Timeout.',
	},
	{
		applies: (outcome) => hasTimedOut(outcome) && isUpgradeOutcome(outcome),
		text: () =>
			'the wait timed out before the 1080p version was ready. Run Get 1080p again with the same task ID, or raise Timeout.',
	},
	{
		applies: (outcome) => outcome.kind === 'problem' && outcome.task?.binary !== undefined,
		text: () => "some of the task's videos couldn't be downloaded. The item has the others.",
	},
	{
		applies: isExtendedTask,
		text: () =>
			'the task was extended, but only its base clip was downloaded. The full video is in fullResultUrls.',
	},
	{
		applies: (outcome) => reasonToRefuse(outcome) !== null,
		text: ([first]) => `the API may refuse this request, because ${reasonToRefuse(first)}.`,
	},
	{
		applies: (outcome) => {
			const { wanted, recorded } = aspectRatiosOf(outcome);
			return wanted !== null && recorded !== null && wanted !== recorded;
		},
		text: ([first]) => {
			const { wanted, recorded } = aspectRatiosOf(first);
			return `the API was asked for ${wanted}, but makes the video in ${recorded}. If it always does, it may expect another field: try {"aspect_ratio": "${wanted}"} in Additional Fields.`;
		},
	},
];

function hasTimedOut(outcome: Outcome): boolean {
	return outcome.kind === 'task' && outcome.report.kind === 'timedOut';
}

function isUpgradeOutcome(outcome: Outcome): boolean {
	return outcome.kind === 'task' && isUpgrade(outcome.request);
}

/** Whether the node has created the task. */
function isCreated(outcome: Outcome): boolean {
	return (creationOf(outcome) ?? null) !== null;
}

/** For an API in the internet. */
const LOCAL_HOST_RULES: readonly HintRule[] = [
	{
		applies: (outcome) => creationOf(outcome)?.localImageHost !== undefined,
		text: ([first]) =>
			`the API fetches images from the internet, and can't reach ${creationOf(first)?.localImageHost} there. Use an address that is open to the internet, or set Image Source to Binary File.`,
	},
	{
		applies: (outcome) => creationOf(outcome)?.localCallbackHost !== undefined,
		text: ([first]) =>
			`the API can't reach the Callback URL at ${creationOf(first)?.localCallbackHost}, so no callback will come. Use an address that is open to the internet.`,
	},
];

function creationOf(outcome: Outcome) {
	return outcome.kind === 'task' ? outcome.request.creation : null;
}

function reasonToRefuse(outcome: Outcome): string | null {
	if (outcome.kind !== 'task' || taskIn(outcome)?.status === 'succeeded') return null;
	return outcome.request.creation?.reasonToRefuse ?? null;
}

/** What a task was asked for, and what its record says. */
function aspectRatiosOf(outcome: Outcome) {
	const wanted = outcome.kind === 'task' ? (outcome.request.creation?.aspectRatio ?? null) : null;
	const recorded = taskIn(outcome)?.params ?? null;
	return {
		wanted: parseAspectRatio({ aspectRatio: wanted }),
		recorded: parseAspectRatio(recorded),
	};
}

/** With one output a failed task looks like one that succeeded. By status it has an output of its own. */
const FAILED_AS_DATA: HintRule = {
	applies: (outcome) => taskIn(outcome)?.status === 'failed',
	text: (affected) => {
		const reasons = [...new Set(affected.map(failureReason))];
		const advice = 'Set If a Task Failed to Throw an Error if the workflow must not continue with';
		if (reasons.length === 1) {
			return `the task failed: ${reasons.join()}. It is passed on as data. ${advice} it.`;
		}
		const named = listFirst(reasons, (reason) => {
			const outcomes = affected.filter((outcome) => failureReason(outcome) === reason);
			return `"${reason}" (${nameTasks(outcomes)})`;
		});
		return `the tasks failed for ${reasons.length} reasons: ${named}. They are passed on as data. ${advice} them.`;
	},
};

function failureReason(outcome: Outcome): string {
	return trimFullStop(excerpt(taskIn(outcome)?.errorMessage ?? 'no reason given'));
}

export interface HintOptions {
	readonly byStatus: boolean;
	/** How late the latest request started. */
	readonly maxStartDelayMs: number;
	/** Whether the API may reach other hosts in a local network. */
	readonly isApiLocal: boolean;
}

/** What the user should know beyond the single items. */
export function hintsFor(
	outcomes: readonly Outcome[],
	{ byStatus, maxStartDelayMs, isApiLocal }: HintOptions,
): NodeExecutionHint[] {
	const rules = [
		...(byStatus ? [] : [FAILED_AS_DATA]),
		...HINT_RULES,
		...(isApiLocal ? [] : LOCAL_HOST_RULES),
	];
	const hints = rules.flatMap(({ applies, text }) => {
		const [first, ...others] = outcomes.filter(applies);
		if (first === undefined) return [];
		const affected = [first, ...others] as const;
		return [hint(`${nameItems(affected, outcomes)}: ${text(affected)}`)];
	});
	const delayed = delayHint(outcomes, maxStartDelayMs);
	return delayed === null ? hints : [...hints, delayed];
}

function taskIn(outcome: Outcome) {
	return outcome.kind === 'task' ? taskOf(outcome.report) : null;
}

function usedFallbackModel(outcome: Outcome): boolean {
	const task = taskIn(outcome);
	return task?.status === 'succeeded' && task.fallbackFlag === true;
}

/** The full video of an extended task is in a list that isn't downloaded. */
function isExtendedTask(outcome: Outcome): boolean {
	if (outcome.kind !== 'task' || outcome.binary === undefined) return false;
	return (taskOf(outcome.report)?.fullResultUrls.length ?? 0) > 0;
}

/** "4 of 8 items (veo_1, veo_2, veo_3 and 1 more)" */
function nameItems(affected: readonly Outcome[], { length }: readonly Outcome[]): string {
	return `${affected.length} of ${length} item${length === 1 ? '' : 's'} (${nameTasks(affected)})`;
}

function nameTasks(outcomes: readonly Outcome[]): string {
	return listFirst([...new Set(outcomes.flatMap(taskIdsOf))]);
}

const MAX_LISTED = 3;

/** "a, b, c and 1 more" */
function listFirst(texts: readonly string[], show = (text: string) => text): string {
	const more = texts.length > MAX_LISTED ? ` and ${texts.length - MAX_LISTED} more` : '';
	return `${texts.slice(0, MAX_LISTED).map(show).join(', ')}${more}`;
}

function taskIdsOf(outcome: Outcome): string[] {
	const task = outcome.kind === 'problem' ? outcome.task : outcome;
	return task?.kind === 'task' ? [task.request.taskId] : [];
}

/** As a share of the interval: less isn't worth a hint. */
const NOTICEABLE_DELAY = 1 / 2;
/** Not worth a hint either, however short the interval is. */
const MIN_DELAY_MS = 1_000;

/** Tells that checks came too late for the interval; null if they didn't. */
function delayHint(outcomes: readonly Outcome[], delayMs: number): NodeExecutionHint | null {
	const intervals = outcomes.flatMap((outcome) =>
		outcome.kind === 'task' && outcome.request.wait !== null
			? [outcome.request.wait.schedule.intervalMs]
			: [],
	);
	const intervalMs = Math.min(...intervals);
	if (delayMs <= Math.max(intervalMs * NOTICEABLE_DELAY, MIN_DELAY_MS)) return null;
	return hint(
		`Status checks ran up to ${Math.round(delayMs / 1000)} s late, so they were further apart than the Interval of ${intervalMs / 1000} s. There are more tasks than Max Concurrency, Requests per Second or the API allow. Raise Interval or these limits.`,
	);
}

function hint(message: string): NodeExecutionHint {
	return { message, type: 'warning', location: 'outputPane' };
}
