import type { IExecuteFunctions } from 'n8n-workflow';

import { decide } from '../items/outcome';
import type { Finding, Outcome } from '../items/outcome';
import { toNodeError } from '../n8n/nodeError';
import type { OnFailure } from '../settings/onFailure';
import type { WaitProgress } from '../veo/waiting/wait';
import { askersOf } from './plan';
import type { Inquiry, Plan, PlannedItem } from './plan';

/** Where an inquiry stands: answered, or to be gone on with later. */
export type Standing = Finding | { readonly kind: 'parked'; readonly progress: WaitProgress };

export function isAnswered(standing: Standing): standing is Finding {
	return standing.kind !== 'parked';
}

/**
 * Answers all inquiries of a plan side by side. Unless failures are to go on as items, the first item that
 * fails ends the node.
 */
export async function answerAll(
	context: IExecuteFunctions,
	plan: Plan,
	onFailure: OnFailure,
	answer: (inquiry: Inquiry, number: number) => Promise<Standing>,
): Promise<Standing[]> {
	const askers = askersOf(plan);
	const checkItem = (itemIndex: number, standing: Standing) => {
		const item = plan.items[itemIndex];
		if (item === undefined) return;
		const outcome = outcomeOf(item, standing);
		if (outcome.kind === 'problem') throw toNodeError(context, outcome.problem, itemIndex);
	};
	return await Promise.all(
		plan.inquiries.map(async (inquiry, number) => {
			const standing = await answer(inquiry, number);
			if (onFailure === 'stopWorkflow') {
				for (const itemIndex of askers[number] ?? []) checkItem(itemIndex, standing);
			}
			return standing;
		}),
	);
}

/** What becomes of each item, in the order of the input, once all inquiries are answered. */
export function outcomesOf(plan: Plan, standings: readonly Standing[]): Outcome[] {
	return plan.items.map((item) =>
		outcomeOf(item, item.kind === 'asks' ? standings[item.inquiry] : undefined),
	);
}

function outcomeOf(item: PlannedItem, standing: Standing | undefined): Outcome {
	if (item.kind === 'problem') return item;
	if (standing === undefined || !isAnswered(standing)) return { kind: 'aborted' };
	return decide(item.request, standing);
}
