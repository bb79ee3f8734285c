import type { TaskRequest } from '../parameters/taskRequest';
import { statusOf, taskOf } from './outcome';
import type { TaskReport } from './outcome';

/** The item that workflows branch on. Every key is always there, in this order; an unknown value is null or an empty list. */
export function structuredItem(
	{ taskId, creation }: Pick<TaskRequest, 'taskId' | 'creation'>,
	report: TaskReport,
) {
	const task = taskOf(report);
	return {
		taskId,
		status: statusOf(report),
		successFlag: task?.successFlag ?? null,
		fallbackFlag: task?.fallbackFlag ?? null,
		videoUrl: task?.resultUrls[0] ?? null,
		errorMessage: task?.errorMessage ?? null,
		failureKind: task?.failureKind ?? null,
		resolution: task?.resolution ?? null,
		canUpgradeTo1080p: task?.canUpgradeTo1080p ?? null,
		durationSeconds: task?.durationSeconds ?? null,
		prompt: task?.prompt ?? creation?.prompt ?? null,
		isFinal: task?.isFinal ?? false,
		errorCode: task?.errorCode ?? null,
		resultUrls: task?.resultUrls ?? [],
		originUrls: task?.originUrls ?? [],
		fullResultUrls: task?.fullResultUrls ?? [],
		createTime: task?.createTime ?? null,
		completeTime: task?.completeTime ?? null,
		params: task?.params ?? null,
		wait: summarizeWait(report),
	};
}

/** The item of a video's 1080p version. The status is unknown if there is none. */
export function upgradeItem(
	{ taskId, videoIndex = null }: Pick<TaskRequest, 'taskId' | 'videoIndex'>,
	report: TaskReport,
) {
	const upgrade = taskOf(report);
	return {
		taskId,
		videoIndex,
		// Also if no check before the timeout was successful
		status: report.kind === 'timedOut' ? 'generating' : statusOf(report),
		resolution: upgrade?.resolution ?? null,
		videoUrl: upgrade?.resultUrls[0] ?? null,
		wait: summarizeWait(report),
	};
}

/** Null if nothing was waited for. */
function summarizeWait({ kind, stats }: TaskReport) {
	if (stats === null) return null;
	const { lookups, waitedMs } = stats;
	return { lookups, waitedSeconds: Math.round(waitedMs) / 1000, timedOut: kind === 'timedOut' };
}
