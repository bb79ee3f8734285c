import type { VeoTask } from '../veo/task/task';

export interface WaitSummary {
	readonly lookups: number;
	readonly waitedSeconds: number;
	readonly timedOut: boolean;
}

/**
 * The item that workflows branch on. Every key is always there, in this order: an unknown value is null, or an empty list. `task` is null
 * if there is no record of it, `wait` if nothing was waited for.
 */
export function structuredItem(taskId: string, task: VeoTask | null, wait: WaitSummary | null) {
	return {
		taskId,
		status: task?.status ?? 'unknown',
		successFlag: task?.successFlag ?? null,
		fallbackFlag: task?.fallbackFlag ?? null,
		videoUrl: task?.resultUrls[0] ?? null,
		errorMessage: task?.errorMessage ?? null,
		failureKind: task?.failureKind ?? null,
		resolution: task?.resolution ?? null,
		canUpgradeTo1080p: task?.canUpgradeTo1080p ?? null,
		durationSeconds: task?.durationSeconds ?? null,
		prompt: task?.prompt ?? null,
		isFinal: task?.isFinal ?? false,
		errorCode: task?.errorCode ?? null,
		resultUrls: task?.resultUrls ?? [],
		originUrls: task?.originUrls ?? [],
		fullResultUrls: task?.fullResultUrls ?? [],
		createTime: task?.createTime ?? null,
		completeTime: task?.completeTime ?? null,
		params: task?.params ?? null,
		wait,
	};
}

export type StructuredItem = ReturnType<typeof structuredItem>;
