import type { IBinaryKeyData } from 'n8n-workflow';

import { downloadFailed, noVideos, taskNotFinished } from '../errors/downloadProblems';
import type { VideoOrigin } from '../errors/downloadProblems';
import {
	createdLookupFailed,
	lookupFailed,
	taskFailed,
	waitTimedOut,
} from '../errors/lookupProblems';
import { withProbableCause } from '../errors/problem';
import type { Problem } from '../errors/problem';
import {
	notUpgradable,
	upgradeFailed,
	upgradeTimedOut,
	wasRequested,
} from '../errors/upgradeProblems';
import type { DownloadResult } from '../n8n/downloader';
import type { DownloadRequest } from '../parameters/downloadRequest';
import type { TaskRequest } from '../parameters/taskRequest';
import type { PollResult, WaitStats } from '../veo/polling/waitFor';
import type { JsonObject } from '../veo/task/coerce';
import type { TaskStatus, VeoTask } from '../veo/task/task';
import { hasSucceededAnyway } from '../veo/task/upgrade';
import type { NotUpgradable } from '../veo/task/upgrade';
import { toBinary } from './binary';

/** What the API reported about a task. */
export type TaskResult = PollResult<VeoTask> | NotUpgradable;

/** A result that can be an item. */
export type LookupReport = Extract<TaskResult, { kind: 'found' | 'timedOut' }>;

/** A task that was created, and not looked up. */
export interface CreationReport {
	readonly kind: 'created';
	/** The API's response. */
	readonly data: JsonObject;
	readonly stats: null;
}

/** The task succeeded, but its 1080p version could not be had. */
export interface NoUpgradeReport {
	readonly kind: 'noUpgrade';
	readonly stats: WaitStats | null;
}

export type TaskReport = LookupReport | CreationReport | NoUpgradeReport;

export interface TaskOutcome {
	readonly kind: 'task';
	readonly request: TaskRequest;
	readonly report: TaskReport;
	readonly binary?: IBinaryKeyData | undefined;
}

/** What happens to one item. */
export type Outcome =
	| TaskOutcome
	| {
			readonly kind: 'problem';
			readonly problem: Problem;
			/** A task that succeeded without all that was wanted keeps its item, with the videos that were downloaded. */
			readonly task: TaskOutcome | null;
	  }
	| { readonly kind: 'credits'; readonly credits: number }
	| { readonly kind: 'aborted' };

/** The last record of the task; null if there is none. */
export function taskOf(report: TaskReport): VeoTask | null {
	if (report.kind === 'created' || report.kind === 'noUpgrade') return null;
	return report.kind === 'found' ? report.value : report.lastValue;
}

export function statusOf(report: TaskReport): TaskStatus {
	return report.kind === 'created' ? 'generating' : (taskOf(report)?.status ?? 'unknown');
}

/** Decides by the item's parameters whether a result is data or a problem. `videos` is null if none were downloaded. */
export function toOutcome(
	request: TaskRequest,
	result: TaskResult,
	videos: readonly DownloadResult[] | null,
): Outcome {
	switch (result.kind) {
		case 'aborted':
			return result;
		case 'failed':
			return failureProblem(request, result);
		case 'notUpgradable': {
			const { obstacle } = result;
			const problem = notUpgradable(request.taskId, request.videoIndex ?? 0, obstacle);
			return toProblem(problem, hasSucceededAnyway(obstacle) ? withoutUpgrade(request) : null);
		}
		case 'timedOut':
			return request.wait?.onTimeout === 'error'
				? timeoutProblem(request, result)
				: reportTask(request, result, videos);
		case 'found':
			return reportTask(request, result, videos);
		default:
			return result satisfies never;
	}
}

/** A task whose 1080p version isn't ready has succeeded, so it keeps its item. */
function timeoutProblem(
	request: TaskRequest,
	result: Extract<TaskResult, { kind: 'timedOut' }>,
): Outcome {
	const { taskId, creation = null } = request;
	if (isUpgrade(request)) {
		return toProblem(upgradeTimedOut(taskId, result), { kind: 'task', request, report: result });
	}
	const { notFound, stats } = result;
	return notFound !== undefined && isNew(request, stats)
		? toProblem(createdLookupFailed(taskId, notFound, stats.waitedMs))
		: toProblem(waitTimedOut(taskId, result, creation !== null));
}

/** Almost the 14 days for which records are kept, as a clock can be wrong. */
const RETENTION_MS = 13 * 86_400_000;

/** A task that was created or known before exists, whatever ended its wait. */
function failureProblem(
	request: TaskRequest,
	failed: Extract<TaskResult, { kind: 'failed' }>,
): Outcome {
	const { taskId, creation = null } = request;
	const { error, isKnown, stats } = failed;
	if (isUpgrade(request)) {
		const task = wasRequested(failed) ? withoutUpgrade(request, stats) : null;
		return toProblem(upgradeFailed(taskId, failed), task);
	}
	const waitedMs = stats?.waitedMs ?? 0;
	if (isNew(request, stats)) {
		return toProblem(createdLookupFailed(taskId, error, waitedMs));
	}
	const problem = lookupFailed(taskId, error, waitedMs);
	return toProblem({ ...problem, retryable: problem.retryable || isKnown || creation !== null });
}

/** A run that may be parked only downloads when all of its tasks are complete. */
export function lacksVideos({ request, report, binary }: TaskOutcome): boolean {
	const hasSucceeded = taskOf(report)?.status === 'succeeded';
	return hasSucceeded && request.download !== null && binary === undefined;
}

export function isUpgrade({ videoIndex = null }: Pick<TaskRequest, 'videoIndex'>): boolean {
	return videoIndex !== null;
}

function withoutUpgrade(request: TaskRequest, stats: WaitStats | null = null): TaskOutcome {
	return { kind: 'task', request, report: { kind: 'noUpgrade', stats } };
}

function toProblem(problem: Problem, task: TaskOutcome | null = null): Outcome {
	return { kind: 'problem', problem, task };
}

function reportTask(
	request: TaskRequest,
	report: TaskReport,
	videos: readonly DownloadResult[] | null,
): Outcome {
	const { taskId, onTaskFailed, download, creation = null } = request;
	const task = taskOf(report);
	if (task?.status === 'failed' && onTaskFailed === 'error') {
		const cause = creation?.reasonToRefuse ?? null;
		return toProblem(withProbableCause(taskFailed(taskId, task, creation !== null), cause));
	}
	if (download === null) return { kind: 'task', request, report };
	if (task?.isFinal !== true && download.onUnfinished === 'error') {
		return toProblem(taskNotFinished(taskId, task?.status ?? 'unknown'));
	}
	return videos === null
		? { kind: 'task', request, report }
		: withVideos(request, report, download, videos);
}

/** The node has created the task within the time for which videos are kept: its wait can be longer than that. */
function isNew({ creation = null }: TaskRequest, stats: WaitStats | null): boolean {
	return creation !== null && (stats?.waitedMs ?? 0) < RETENTION_MS;
}

function originOf(request: TaskRequest, { stats }: TaskReport): VideoOrigin {
	if (isUpgrade(request)) return 'upgrade';
	return isNew(request, stats) ? 'newTask' : 'otherTask';
}

function lastErrorOf(report: TaskReport): string | null {
	return report.kind === 'found' ? (report.lastError ?? null) : null;
}

function withVideos(
	request: TaskRequest,
	report: TaskReport,
	{ videoSource, binaryProperty }: DownloadRequest,
	videos: readonly DownloadResult[],
): Outcome {
	const { taskId } = request;
	const task: TaskOutcome = {
		kind: 'task',
		request,
		report,
		binary: toBinary(videos, binaryProperty),
	};
	const record = taskOf(report);
	const origin = originOf(request, report);
	const problem =
		videos.length === 0 && record !== null
			? noVideos(taskId, videoSource, record, origin, lastErrorOf(report))
			: downloadFailed(taskId, videos, origin);
	return problem === null ? task : toProblem(problem, task);
}
