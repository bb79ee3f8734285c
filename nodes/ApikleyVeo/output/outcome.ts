import type { IBinaryKeyData } from 'n8n-workflow';

import type { DownloadRequest } from '../parameters/downloadRequest';
import type { TaskRequest } from '../parameters/taskRequest';
import type { VeoTask } from '../veo/task/task';
import type { FailedLookup, WaitStats } from '../veo/polling/waitFor';
import { downloadFailed, noVideos, taskNotFinished } from '../errors/downloadProblems';
import { lookupFailed, taskFailed, waitTimedOut } from '../errors/lookupProblems';
import type { Problem } from '../errors/lookupProblems';
import { binaryOf } from './binary';
import type { VideoDownload } from './binary';

/** What was found out about a task, before anybody's wishes for errors are asked. */
export type TaskResult =
	| {
			readonly kind: 'known';
			/** Null if the wait timed out before any lookup told of the task. */
			readonly task: VeoTask | null;
			/** Null for a plain lookup. */
			readonly wait: WaitStats | null;
			readonly timedOut: boolean;
			/** Why the last lookup told nothing, if so. */
			readonly trouble: string | null;
			/** Null where none were to be downloaded, or not yet. */
			readonly videos: readonly VideoDownload[] | null;
	  }
	| { readonly kind: 'failed'; readonly lookup: FailedLookup }
	| { readonly kind: 'aborted' };

type Known = Extract<TaskResult, { kind: 'known' }>;

/** What becomes of one item. */
export type Outcome =
	| {
			readonly kind: 'task';
			readonly request: TaskRequest;
			readonly finding: Known;
			readonly binary?: IBinaryKeyData | undefined;
	  }
	| {
			readonly kind: 'problem';
			readonly problem: Problem;
			/** The videos that came, where others did not. */
			readonly binary?: IBinaryKeyData | undefined;
	  }
	| { readonly kind: 'aborted' };

/** Decides with the item's own settings whether what was found is data or a problem. */
export function toOutcome(request: TaskRequest, finding: TaskResult): Outcome {
	const { taskId } = request;
	switch (finding.kind) {
		case 'aborted':
			return finding;
		case 'failed':
			return { kind: 'problem', problem: lookupFailed(taskId, finding.lookup) };
		case 'known': {
			const { task, wait, timedOut, trouble } = finding;
			if (timedOut && request.wait?.onTimeout === 'error') {
				const status = task?.status ?? 'unknown';
				const problem = waitTimedOut(taskId, status, wait?.waitedMs ?? 0, trouble);
				return { kind: 'problem', problem };
			}
			if (task?.status === 'failed' && request.onTaskFailed === 'error') {
				return { kind: 'problem', problem: taskFailed(taskId, task) };
			}
			const { download } = request;
			return download === null
				? { kind: 'task', request, finding }
				: withVideos(request, finding, download);
		}
		default:
			return finding satisfies never;
	}
}

/** The same where the videos of a task are wanted as well. */
function withVideos(request: TaskRequest, finding: Known, download: DownloadRequest): Outcome {
	const { taskId } = request;
	const { task, videos } = finding;
	if (task?.isFinal !== true && download.onUnfinished === 'error') {
		const problem = taskNotFinished(taskId, task?.status ?? 'unknown');
		return { kind: 'problem', problem };
	}
	if (videos === null) return { kind: 'task', request, finding };
	if (videos.length === 0)
		return { kind: 'problem', problem: noVideos(taskId, download.videoSource) };
	const binary = binaryOf(videos, download.binaryProperty);
	const problem = downloadFailed(taskId, videos);
	return problem === null
		? { kind: 'task', request, finding, binary }
		: { kind: 'problem', problem, binary };
}
