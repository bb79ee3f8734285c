import type { NodeExecutionHint } from 'n8n-workflow';

import type { Outcome } from './outcome';

function taskOf(outcome: Outcome) {
	return outcome.kind === 'task' ? outcome.finding.task : null;
}

function usedFallbackModel(outcome: Outcome): boolean {
	const task = taskOf(outcome);
	return task?.status === 'succeeded' && task.fallbackFlag === true;
}

/** Of an extended task, the whole film is in a list that is not downloaded. */
function isExtendedTask(outcome: Outcome): boolean {
	if (outcome.kind !== 'task' || outcome.binary === undefined) return false;
	return (outcome.finding.task?.fullResultUrls.length ?? 0) > 0;
}

function hint(message: string): NodeExecutionHint {
	return { message, type: 'warning', location: 'outputPane' };
}

/** "1 of 8 items" */
function countOf(count: number, outcomes: readonly Outcome[]): string {
	return `${count} of ${outcomes.length} item${outcomes.length === 1 ? '' : 's'}`;
}

/** Less than this share of the interval is not worth a word. */
const NOTICEABLE_DELAY = 1 / 2;
/** Nor is a moment, however short the interval. */
const MIN_DELAY_MS = 1_000;

/** Lookups that came too late for the interval asked for, or null. `delayMs` is that of the latest one. */
function delayHint(outcomes: readonly Outcome[], delayMs: number): NodeExecutionHint | null {
	const intervals = outcomes.flatMap((outcome) =>
		outcome.kind === 'task' && outcome.request.wait !== null
			? [outcome.request.wait.schedule.intervalMs]
			: [],
	);
	const intervalMs = Math.min(...intervals);
	if (delayMs <= Math.max(intervalMs * NOTICEABLE_DELAY, MIN_DELAY_MS)) return null;
	return hint(
		`Lookups came up to ${Math.round(delayMs / 1000)} s after they were due, so the gaps stretched beyond the Interval of ${intervalMs / 1000} s. More were due than Max Concurrency, Requests per Second or the API allow: raise Interval, or these limits.`,
	);
}

interface HintRule {
	readonly applies: (outcome: Outcome) => boolean;
	/** Behind the share of items that it applies to. */
	readonly text: string;
}

const HINT_RULES: readonly HintRule[] = [
	{
		applies: (outcome) => taskOf(outcome)?.status === 'unknown',
		text: 'the API reported a successFlag outside 0 to 3, so the status is "unknown". Check for an update of this node.',
	},
	{
		applies: usedFallbackModel,
		text: "the video was made by the fallback model, in 720p. It can't be upgraded to 1080p.",
	},
	{
		applies: (outcome) => outcome.kind === 'task' && outcome.finding.timedOut,
		text: 'the wait timed out before the task ended. Wait again with the same task ID, or raise Timeout.',
	},
	{
		applies: (outcome) => outcome.kind === 'problem' && outcome.binary !== undefined,
		text: 'not all videos of the task could be downloaded. Those that could are on the item.',
	},
	{
		applies: isExtendedTask,
		text: 'the task was extended, and what was downloaded is its base clip. The whole film is at fullResultUrls.',
	},
];

/**
 * What the user should know beyond the single items, in plain words. `delayMs` is how long after it was due
 * the latest request started.
 */
export function hintsFor(outcomes: readonly Outcome[], delayMs = 0): NodeExecutionHint[] {
	const hints = HINT_RULES.flatMap(({ applies, text }) => {
		const count = outcomes.filter(applies).length;
		return count === 0 ? [] : [hint(`${countOf(count, outcomes)}: ${text}`)];
	});
	const stretched = delayHint(outcomes, delayMs);
	return stretched === null ? hints : [...hints, stretched];
}
