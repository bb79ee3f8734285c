import type { PlannedItem } from './plan';
import { done, isDone } from './run';
import type { DoneJob, FailFast, JobState, Run } from './run';
import type { ProblemOf } from './session';

/**
 * The run can't continue: every item without a result gets a problem. The others keep their results, but those whose
 * videos have not been downloaded yet get the problem along with them.
 */
export function failPending(run: Run, problemOf: ProblemOf, failFast: FailFast): Run {
	const items = run.plan.items.map((item, itemIndex): PlannedItem => {
		if (item.kind === 'problem') return item;
		const { request, job } = item;
		const state = run.states[job] ?? { kind: 'new' };
		const report = state.kind === 'done' ? reportWithoutVideos(state) : null;
		if (state.kind === 'done' && (report === null || request.download === null)) return item;
		const problem = problemOf(request.taskId);
		failFast(problem, itemIndex, 0);
		return {
			kind: 'problem',
			problem: { ...problem, retryable: problem.retryable || isKnown(state) },
			...(report !== null && { task: { kind: 'task', request, report } }),
		};
	});
	const states = run.states.map((state) => (isDone(state) ? state : done({ kind: 'aborted' })));
	return { ...run, plan: { ...run.plan, items }, states };
}

/** The report of a task that succeeded, if its videos have not been downloaded. */
function reportWithoutVideos({ result, videos }: DoneJob) {
	const hasSucceeded = result.kind === 'found' && result.value.status === 'succeeded';
	return hasSucceeded && videos === null ? result : null;
}

/** Whether the task exists for certain. */
function isKnown(state: JobState): boolean {
	return state.kind === 'done' || (state.kind === 'parked' && state.wait.lastValue !== null);
}
