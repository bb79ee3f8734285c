import type { IExecuteFunctions } from 'n8n-workflow';

import { invalidRequest } from '../errors/lookupProblems';
import { toNodeError } from '../errors/nodeError';
import type { Run } from './savedRun';
import type { OnError } from '../parameters/onError';
import { isDone } from './jobs';
import type { JobState } from './jobs';
import type { PlannedItem } from './plan';

/** The run can't go on: that is the problem of each item that has no answer yet. The others keep theirs. */
export function failPending(
	context: IExecuteFunctions,
	run: Run,
	message: string,
	onFailure: OnError,
): Run {
	const hasAnswer = (inquiry: number) => {
		const standing = run.states[inquiry];
		return standing !== undefined && isDone(standing);
	};
	const items = run.plan.items.map((item, itemIndex): PlannedItem => {
		if (item.kind === 'problem' || hasAnswer(item.job)) return item;
		const problem = invalidRequest(item.request.taskId, message);
		if (onFailure === 'stopWorkflow') throw toNodeError(context, problem, itemIndex);
		return { kind: 'problem', problem };
	});
	const standings = run.states.map(
		(standing): JobState => (isDone(standing) ? standing : { kind: 'aborted' }),
	);
	return { ...run, plan: { ...run.plan, items }, states: standings };
}
