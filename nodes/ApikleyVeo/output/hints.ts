import type { NodeExecutionHint } from 'n8n-workflow';

import { taskOf } from './outcome';
import type { Outcome } from './outcome';

interface HintRule {
	readonly applies: (outcome: Outcome) => boolean;
	/** Follows the number of items that it applies to. */
	readonly text: string;
}

const HINT_RULES: readonly HintRule[] = [
	{
		applies: (outcome) => taskIn(outcome)?.status === 'unknown',
		text: 'the API reported a successFlag outside 0 to 3, so the status is "unknown". Check for an update of this node.',
	},
	{
		applies: usedFallbackModel,
		text: "the video was made by the fallback model, in 720p. It can't be upgraded to 1080p.",
	},
	{
		applies: (outcome) => outcome.kind === 'task' && outcome.report.kind === 'timedOut',
		text: 'the wait timed out before the task was complete. Wait again with the same task ID, or raise Timeout.',
	},
	{
		applies: (outcome) => outcome.kind === 'problem' && outcome.binary !== undefined,
		text: "some of the task's videos couldn't be downloaded. The item has the others.",
	},
	{
		applies: isExtendedTask,
		text: 'the task was extended, but only its base clip was downloaded. The full video is in fullResultUrls.',
	},
];

/** What the user should know beyond the single items. `maxStartDelayMs`: how late the latest request started. */
export function hintsFor(outcomes: readonly Outcome[], maxStartDelayMs = 0): NodeExecutionHint[] {
	const hints = HINT_RULES.flatMap(({ applies, text }) => {
		const count = outcomes.filter(applies).length;
		return count === 0 ? [] : [hint(`${countOf(count, outcomes)}: ${text}`)];
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

/** "1 of 8 items" */
function countOf(count: number, { length }: readonly Outcome[]): string {
	return `${count} of ${length} item${length === 1 ? '' : 's'}`;
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
