import { creationUncertain } from '../errors/creationProblems';
import { withCreatedAdvice } from '../errors/lookupProblems';
import { lacksVideos } from '../output/outcome';
import type { Outcome } from '../output/outcome';
import { countFine, toOutcomes } from './jobs';
import type { PlannedItem } from './plan';
import { done, isDone } from './run';
import type { FailFast, JobState, Run } from './run';
import type { ProblemOf } from './session';

/**
 * The run can't continue: every item that isn't done gets a problem, and keeps its task if only the videos are missing.
 * The others keep their results.
 */
export function failPending(run: Run, problemOf: ProblemOf, failFast: FailFast): Run {
	const outcomes = toOutcomes(run);
	const fine = countFine(run);
	const items = run.plan.items.map((item, itemIndex): PlannedItem => {
		const outcome = outcomes[itemIndex];
		if (item.kind === 'uncertain') {
			const problem = creationUncertain(item.reason, item);
			failFast(problem, itemIndex, fine);
			return { kind: 'problem', problem };
		}
		if (item.kind !== 'job' || outcome === undefined || !isPending(outcome)) return item;
		const { taskId, creation = null } = item.request;
		const cause = problemOf(taskId);
		const problem = creation === null ? cause : withCreatedAdvice(cause);
		failFast(problem, itemIndex, fine);
		return {
			kind: 'problem',
			problem: { ...problem, retryable: problem.retryable || exists(item, run.states[item.job]) },
			...(outcome.kind === 'task' && { task: outcome }),
		};
	});
	const states = run.states.map((state) => (isDone(state) ? state : done({ kind: 'aborted' })));
	return { ...run, plan: { ...run.plan, items }, states };
}

function isPending(outcome: Outcome): boolean {
	return outcome.kind === 'aborted' || (outcome.kind === 'task' && lacksVideos(outcome));
}

/** Whether the node has created the task, or a lookup has found it. The wait for an upgrade only starts then. */
function exists(
	{ request: { creation = null, videoIndex = null } }: Extract<PlannedItem, { kind: 'job' }>,
	state: JobState | undefined,
): boolean {
	if (creation !== null || state?.kind === 'done') return true;
	return state?.kind === 'parked' && (state.wait.lastValue !== null || videoIndex !== null);
}
