import type { IBinaryKeyData } from 'n8n-workflow';

import { downloadFailed, noVideos, taskNotFinished } from '../errors/downloadProblems';
import { lookupFailed, taskFailed, waitTimedOut } from '../errors/lookupProblems';
import { withProbableCause } from '../errors/problem';
import type { Problem } from '../errors/problem';
import { notUpgradable, upgradeTimedOut } from '../errors/upgradeProblems';
import type { DownloadResult } from '../n8n/downloader';
import type { DownloadRequest } from '../parameters/downloadRequest';
import type { TaskRequest } from '../parameters/taskRequest';
import type { PollResult } from '../veo/polling/waitFor';
import type { JsonObject } from '../veo/task/coerce';
import type { TaskStatus, VeoTask } from '../veo/task/task';
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

export type TaskReport = LookupReport | CreationReport;

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
	if (report.kind === 'created') return null;
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
			return toProblem(lookupProblem(request, result));
		case 'notUpgradable':
			return toProblem(notUpgradable(request.taskId, request.videoIndex ?? 0, result.obstacle));
		case 'timedOut':
			return request.wait?.onTimeout === 'error'
				? toProblem(timeoutProblem(request, result))
				: reportTask(request, result, videos);
		case 'found':
			return reportTask(request, result, videos);
		default:
			return result satisfies never;
	}
}

function timeoutProblem(
	{ taskId, videoIndex = null }: TaskRequest,
	result: Extract<TaskResult, { kind: 'timedOut' }>,
): Problem {
	return videoIndex === null ? waitTimedOut(taskId, result) : upgradeTimedOut(taskId, result.stats);
}

/** A task that was created or known before exists, whatever ended its wait. The wait for an upgrade only starts then. */
function lookupProblem(
	{ taskId, creation = null, videoIndex = null }: TaskRequest,
	{ error, isKnown, stats }: Extract<TaskResult, { kind: 'failed' }>,
): Problem {
	const problem = lookupFailed(taskId, error, stats?.waitedMs ?? 0);
	const exists = isKnown || creation !== null || (videoIndex !== null && stats !== null);
	return { ...problem, retryable: problem.retryable || exists };
}

function toProblem(problem: Problem, task: TaskOutcome | null = null): Outcome {
	return { kind: 'problem', problem, task };
}

function reportTask(
	request: TaskRequest,
	report: TaskReport,
	videos: readonly DownloadResult[] | null,
): Outcome {
	const { taskId, onTaskFailed, download, creation } = request;
	const task = taskOf(report);
	if (task?.status === 'failed' && onTaskFailed === 'error') {
		const cause = creation?.reasonToRefuse ?? null;
		return toProblem(withProbableCause(taskFailed(taskId, task), cause));
	}
	if (download === null) return { kind: 'task', request, report };
	if (task?.isFinal !== true && download.onUnfinished === 'error') {
		return toProblem(taskNotFinished(taskId, task?.status ?? 'unknown'));
	}
	return videos === null
		? { kind: 'task', request, report }
		: withVideos(request, report, download, videos);
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
	const problem =
		videos.length === 0 ? noVideos(taskId, videoSource) : downloadFailed(taskId, videos);
	return problem === null ? task : toProblem(problem, task);
}
