import type { VeoTask } from '../veo/task/task';
import type { WaitStats } from '../veo/polling/waitFor';

export interface WaitSummary {
	readonly lookups: number;
	readonly waitedSeconds: number;
	readonly timedOut: boolean;
}

export function summarizeWait(record: WaitStats, timedOut: boolean): WaitSummary {
	return {
		lookups: record.lookups,
		waitedSeconds: Math.round(record.waitedMs) / 1000,
		timedOut,
	};
}

/**
 * The item that workflows branch on. Every key is always there; what is not known is null, a list
 * empty. `task` is null if no lookup ever told of it.
 */
export function structuredItem(taskId: string, task: VeoTask | null, wait: WaitSummary | null) {
	return {
		taskId,
		status: task?.status ?? 'unknown',
		successFlag: task?.successFlag ?? null,
		fallbackFlag: task?.fallbackFlag ?? null,
		isFinal: task?.isFinal ?? false,
		resolution: task?.resolution ?? null,
		canUpgradeTo1080p: task?.canUpgradeTo1080p ?? null,
		videoUrl: task?.resultUrls[0] ?? null,
		resultUrls: task?.resultUrls ?? [],
		originUrls: task?.originUrls ?? [],
		fullResultUrls: task?.fullResultUrls ?? [],
		errorCode: task?.errorCode ?? null,
		errorMessage: task?.errorMessage ?? null,
		failureKind: task?.failureKind ?? null,
		prompt: task?.prompt ?? null,
		params: task?.params ?? null,
		createTime: task?.createTime ?? null,
		completeTime: task?.completeTime ?? null,
		durationSeconds: task?.durationSeconds ?? null,
		wait,
	};
}

export type StructuredItem = ReturnType<typeof structuredItem>;
