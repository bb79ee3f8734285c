import type { TaskRequest } from '../settings/request';
import type { VeoTask } from '../veo/task/task';
import type { FailedLookup, WaitRecord } from '../veo/waiting/wait';
import { lookupFailed, taskFailed, waitTimedOut } from './problem';
import type { Problem } from './problem';

/** What was found out about a task, before anybody's wishes for errors are asked. */
export type Finding =
	| {
			readonly kind: 'known';
			/** Null if the wait timed out before any lookup told of the task. */
			readonly task: VeoTask | null;
			/** Null for a plain lookup. */
			readonly wait: WaitRecord | null;
			readonly timedOut: boolean;
			/** Why the last lookup told nothing, if so. */
			readonly trouble: string | null;
	  }
	| { readonly kind: 'failed'; readonly lookup: FailedLookup }
	| { readonly kind: 'aborted' };

/** What becomes of one item. */
export type Outcome =
	| {
			readonly kind: 'task';
			readonly request: TaskRequest;
			readonly finding: Extract<Finding, { kind: 'known' }>;
	  }
	| { readonly kind: 'problem'; readonly problem: Problem }
	| { readonly kind: 'aborted' };

/** Decides with the item's own settings whether what was found is data or a problem. */
export function decide(request: TaskRequest, finding: Finding): Outcome {
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
			if (task?.status === 'failed' && request.failedTask === 'error') {
				return { kind: 'problem', problem: taskFailed(taskId, task) };
			}
			return { kind: 'task', request, finding };
		}
		default:
			return finding satisfies never;
	}
}
