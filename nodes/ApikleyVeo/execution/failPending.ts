import type { PlannedItem } from './plan';
import { done, isDone } from './run';
import type { FailFast, Run } from './run';
import type { ProblemOf } from './session';

/** The run can't continue: every item without a result gets a problem. The others keep their results. */
export function failPending(run: Run, problemOf: ProblemOf, failFast: FailFast): Run {
	const isPending = (job: number) => run.states[job]?.kind !== 'done';
	const items = run.plan.items.map((item, itemIndex): PlannedItem => {
		if (item.kind === 'problem' || !isPending(item.job)) return item;
		const problem = problemOf(item.request.taskId);
		failFast(problem, itemIndex, 0);
		return { kind: 'problem', problem };
	});
	const states = run.states.map((state) => (isDone(state) ? state : done({ kind: 'aborted' })));
	return { ...run, plan: { ...run.plan, items }, states };
}
