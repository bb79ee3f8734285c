import { saysNotComplete } from '../veo/api/apiTexts';
import type { ApiError } from '../veo/api/envelope';
import type { PollResult } from '../veo/polling/waitFor';
import type { VeoTask } from '../veo/task/task';
import type { UpgradeObstacle } from '../veo/task/upgrade';
import { lookupFailed, PERMANENT_ADVICE, REDIRECT_ADVICE, retryAdvice } from './lookupProblems';
import {
	CREDITS_PAGE,
	KEY_RIGHTS_ADVICE,
	REPORT_ADVICE,
	SPENDING_LIMIT_REACHED,
	SWITCHED_OFF,
	because,
	final,
	formatAttempts,
	formatSeconds,
	isSharedError,
	keyAdvice,
	quote,
	retryable,
	shareIf,
} from './problem';
import type { Explanation, Problem } from './problem';

const NONE_REQUESTED = 'No 1080p version was requested, so nothing was paid for it.';

/** The record of the task tells against a 1080p version, so none was requested. */
export function notUpgradable(
	taskId: string,
	videoIndex: number,
	obstacle: UpgradeObstacle,
): Problem {
	const message = `Task ${taskId} has no 1080p version: ${REASONS[obstacle](videoIndex)}.`;
	const advice = `${NONE_REQUESTED} ${ADVICE[obstacle]}`;
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

const USE_AS_IT_IS = 'Use the video as it is: Get Status has its link.';

const ADVICE: Readonly<Record<UpgradeObstacle, string>> = {
	failed: 'Use Get Status to see why.',
	notComplete: 'Use Wait Until Complete first.',
	fallback: `${USE_AS_IT_IS} Branch on fallbackFlag or canUpgradeTo1080p before this node.`,
	aspectRatio: `Only videos in 16:9 can be upgraded. ${USE_AS_IT_IS} Branch on canUpgradeTo1080p before this node.`,
	noSuchVideo: 'The first video has the index 0. Change Video Index.',
};

type Failed = Extract<PollResult<VeoTask>, { kind: 'failed' }>;

/** Whether a 1080p version was requested before that: only of a task that succeeded. */
export function wasRequested({ isKnown, stats }: Pick<Failed, 'isKnown' | 'stats'>): boolean {
	return isKnown || stats !== null;
}

/** A 1080p version could not be had: its request failed, or the check of its task before. */
export function upgradeFailed(taskId: string, failed: Failed): Problem {
	const { error, stats } = failed;
	if (!wasRequested(failed)) return checkFailed(taskId, error);
	const what = `the 1080p version of task ${taskId}`;
	return shareIf(isSharedError(error), { taskId, ...explain(what, error, stats?.waitedMs ?? 0) });
}

function checkFailed(taskId: string, error: ApiError): Problem {
	const { message, description, ...problem } = lookupFailed(taskId, error, 0);
	const advice =
		error.kind === 'tooOld'
			? `A 1080p version can only be requested within these 14 days.${quote(error.message)}`
			: description;
	return { ...problem, message, description: `${NONE_REQUESTED} ${advice}` };
}

/** The task exists, so none of these is final. */
function explain(what: string, error: ApiError, waitedMs: number): Explanation {
	switch (error.kind) {
		case 'unauthorized':
			return retryable(
				401,
				`Apikley rejected the API key (401) while getting ${what}.`,
				keyAdvice(error.message),
			);
		case 'noCredits':
			return retryable(
				402,
				`The Apikley account doesn't have enough credits (402) for ${what}.`,
				`Top up at ${CREDITS_PAGE}, then run Get 1080p again.${quote(error.message)}`,
			);
		case 'notFound':
			return retryable(
				error.code,
				`Apikley can't find ${what} (${error.code})${waitedMs > 0 ? `, after looking for it for ${formatSeconds(waitedMs)}` : ''}.`,
				`The API at the credential's Base URL may not offer 1080p versions. Check it, or use the video as it is.${quote(error.message)}`,
			);
		case 'tooOld':
			return retryable(
				error.code,
				`Apikley no longer makes ${what} (${error.code}), because the task is more than 14 days old.`,
				`A 1080p version can only be requested within 14 days.${quote(error.message)}`,
			);
		case 'rejected':
			return retryable(
				error.code,
				`Apikley refused to make ${what} (${error.code})${because(error.message)}.`,
				refusalAdvice(error),
			);
		case 'retriesExhausted':
			return retryable(
				error.code ?? 'UNREACHABLE',
				`Couldn't get ${what}${because(error.reason)}. Tried ${formatAttempts(error.attempts)}.`,
				error.isPermanent === true
					? PERMANENT_ADVICE
					: `Apikley may be making it. Run Get 1080p again with the same task ID later, or raise Max Retries.${retryAdvice(error.code)}`,
			);
		case 'unexpected':
			return retryable(
				'UNEXPECTED_ERROR',
				`Getting ${what} failed unexpectedly${because(error.message)}.`,
				REPORT_ADVICE,
			);
		default:
			return error satisfies never;
	}
}

function refusalAdvice({ code, message }: Extract<ApiError, { kind: 'rejected' }>): string {
	if (code >= 300 && code < 400) return REDIRECT_ADVICE;
	if (saysNotComplete(message)) {
		return 'The record of the task says that it succeeded. Run Get 1080p again in some minutes.';
	}
	return ADVICE_BY_CODE[code] ?? USE_AS_IT_IS;
}

const ADVICE_BY_CODE: Readonly<Record<number, string>> = {
	403: KEY_RIGHTS_ADVICE,
	433: `${SPENDING_LIMIT_REACHED} Raise it in your Apikley account, then run Get 1080p again.`,
	505: SWITCHED_OFF,
};

/** The wait for a 1080p version timed out. */
export function upgradeTimedOut(
	taskId: string,
	{
		lastError,
		stats,
	}: Pick<Extract<PollResult<VeoTask>, { kind: 'timedOut' }>, 'lastError' | 'stats'>,
): Problem {
	const failure = lastError === null ? '' : ` (the last check failed${because(lastError)})`;
	const message = `The 1080p version of task ${taskId} isn't ready after ${formatSeconds(stats.waitedMs)}${failure}.`;
	const advice =
		'Apikley may still be making it. Run Get 1080p again with the same task ID, or raise Timeout.';
	return { taskId, ...retryable('WAIT_TIMED_OUT', message, advice) };
}
