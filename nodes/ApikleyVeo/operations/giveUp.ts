import type { IExecuteFunctions } from 'n8n-workflow';

import { cannotBeLookedUp } from '../items/problem';
import { toNodeError } from '../n8n/nodeError';
import type { Run } from '../parking/parkedRun';
import type { OnFailure } from '../settings/onFailure';
import { isAnswered } from './answer';
import type { Standing } from './answer';
import type { PlannedItem } from './plan';

/** The run can't go on: that is the problem of each item that has no answer yet. The others keep theirs. */
export function giveUp(
	context: IExecuteFunctions,
	run: Run,
	message: string,
	onFailure: OnFailure,
): Run {
	const hasAnswer = (inquiry: number) => {
		const standing = run.standings[inquiry];
		return standing !== undefined && isAnswered(standing);
	};
	const items = run.plan.items.map((item, itemIndex): PlannedItem => {
		if (item.kind === 'problem' || hasAnswer(item.inquiry)) return item;
		const problem = cannotBeLookedUp(item.request.taskId, message);
		if (onFailure === 'stopWorkflow') throw toNodeError(context, problem, itemIndex);
		return { kind: 'problem', problem };
	});
	const standings = run.standings.map(
		(standing): Standing => (isAnswered(standing) ? standing : { kind: 'aborted' }),
	);
	return { ...run, plan: { ...run.plan, items }, standings };
}
