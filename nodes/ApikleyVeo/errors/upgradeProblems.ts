import type { WaitStats } from '../veo/polling/waitFor';
import type { UpgradeObstacle } from '../veo/task/upgrade';
import { final, formatSeconds, retryable } from './problem';
import type { Problem } from './problem';

/** The record of the task tells against a 1080p version, so none was requested. */
export function notUpgradable(
	taskId: string,
	videoIndex: number,
	obstacle: UpgradeObstacle,
): Problem {
	const nothingPaid = 'None was requested, so nothing was paid for it.';
	const message = `Task ${taskId} has no 1080p version: ${REASONS[obstacle](videoIndex)}.`;
	const advice = `${nothingPaid} ${ADVICE[obstacle]}`;
	const explain = obstacle === 'failed' ? final : retryable;
	return { taskId, ...explain('NOT_UPGRADABLE', message, advice) };
}

const REASONS: Readonly<Record<UpgradeObstacle, (videoIndex: number) => string>> = {
	failed: () => 'the task failed',
	notComplete: () => "the task isn't complete",
	fallback: () => 'the fallback model made the video',
	aspectRatio: () => "its aspect ratio isn't 16:9",
	noSuchVideo: (videoIndex) => `it has no video with the index ${videoIndex}`,
};

const ADVICE: Readonly<Record<UpgradeObstacle, string>> = {
	failed: 'Use Get Status to see why.',
	notComplete: 'Use Wait Until Complete first.',
	fallback: 'Use the video as it is. Branch on fallbackFlag or canUpgradeTo1080p before this node.',
	aspectRatio: 'Only videos in 16:9 can be upgraded. Branch on canUpgradeTo1080p before this node.',
	noSuchVideo: 'The first video has the index 0. Change Video Index.',
};

/** The wait for a 1080p version timed out. */
export function upgradeTimedOut(taskId: string, { waitedMs }: WaitStats): Problem {
	const message = `The 1080p version of task ${taskId} isn't ready after ${formatSeconds(waitedMs)}.`;
	const advice =
		'Apikley may still be making it. Run Get 1080p again with the same task ID, or raise Timeout.';
	return { taskId, ...retryable('WAIT_TIMED_OUT', message, advice) };
}
