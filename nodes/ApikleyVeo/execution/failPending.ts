import { invalidRequest } from '../errors/lookupProblems';
import type { InvalidParameterError } from '../parameters/invalidParameter';
import type { PlannedItem } from './plan';
import { done, isDone } from './run';
import type { FailFast, Run } from './run';

/** The run can't continue: every item without a result gets `error` as its problem. The others keep their results. */
export function failPending(run: Run, error: InvalidParameterError, failFast: FailFast): Run {
	const isPending = (job: number) => run.states[job]?.kind !== 'done';
	const items = run.plan.items.map((item, itemIndex): PlannedItem => {
		if (item.kind === 'problem' || !isPending(item.job)) return item;
		const problem = invalidRequest(item.request.taskId, error);
		failFast(problem, itemIndex);
		return { kind: 'problem', problem };
	});
	const states = run.states.map((state) => (isDone(state) ? state : done({ kind: 'aborted' })));
	return { ...run, plan: { ...run.plan, items }, states };
}
