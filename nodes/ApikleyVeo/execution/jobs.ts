import type { IExecuteFunctions } from 'n8n-workflow';

import { toOutcome } from '../output/outcome';
import type { TaskResult, Outcome } from '../output/outcome';
import { toNodeError } from '../errors/nodeError';
import type { OnError } from '../parameters/onError';
import type { WaitState } from '../veo/polling/waitFor';
import { itemsByJob } from './plan';
import type { Job, Plan, PlannedItem } from './plan';

/** Where an inquiry stands: answered, or to be gone on with later. */
export type JobState = TaskResult | { readonly kind: 'parked'; readonly progress: WaitState };

export function isDone(standing: JobState): standing is TaskResult {
	return standing.kind !== 'parked';
}

/**
 * Answers all inquiries of a plan side by side. Unless failures are to go on as items, the first item that
 * fails ends the node.
 */
export async function runJobs(
	context: IExecuteFunctions,
	plan: Plan,
	onFailure: OnError,
	answer: (inquiry: Job, number: number) => Promise<JobState>,
): Promise<JobState[]> {
	const askers = itemsByJob(plan);
	const checkItem = (itemIndex: number, standing: JobState) => {
		const item = plan.items[itemIndex];
		if (item === undefined) return;
		const outcome = toOutcome(item, standing);
		if (outcome.kind === 'problem') throw toNodeError(context, outcome.problem, itemIndex);
	};
	return await Promise.all(
		plan.jobs.map(async (inquiry, number) => {
			const standing = await answer(inquiry, number);
			if (onFailure === 'stopWorkflow') {
				for (const itemIndex of askers[number] ?? []) checkItem(itemIndex, standing);
			}
			return standing;
		}),
	);
}

/** What becomes of each item, in the order of the input, once all inquiries are answered. */
export function toOutcomes(plan: Plan, standings: readonly JobState[]): Outcome[] {
	return plan.items.map((item) =>
		toOutcome(item, item.kind === 'job' ? standings[item.job] : undefined),
	);
}

function toOutcome(item: PlannedItem, standing: JobState | undefined): Outcome {
	if (item.kind === 'problem') return item;
	if (standing === undefined || !isDone(standing)) return { kind: 'aborted' };
	return toOutcome(item.request, standing);
}
