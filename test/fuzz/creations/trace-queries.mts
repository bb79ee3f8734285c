/** What a trace shows about the creation of an item's task. */
import { wasCancelled } from '../trace-queries.mjs';
import { isOfRun } from '../rounds.mjs';
import type { RunTrace } from '../trace.mjs';
import { mayExist } from './model.mjs';
import type { Creation } from './scripted-creation.mjs';

/** The requests that this run has sent, for all items. */
export function creationsIn({ creations, rounds }: RunTrace): Creation[] {
	return creations.filter(({ round }) => rounds.includes(round));
}

/** Those for the same item in this run and in earlier attempts at it. */
export function creationsOf(trace: RunTrace, itemIndex: number): Creation[] {
	return trace.creations.filter(
		(creation) => creation.itemIndex === itemIndex && isOfRun(creation.round, trace),
	);
}

/**
 * The one that may have created the item's task; undefined if there is certainly no task. What an attempt that was stopped
 * has sent can count as that of another turn of the loop, so what this run has sent comes first.
 */
export function creationOf(trace: RunTrace, itemIndex: number): Creation | undefined {
	const all = creationsOf(trace, itemIndex).filter(({ meaning }) => mayExist(meaning));
	return all.find((creation) => isOwn(trace, creation)) ?? all[0];
}

/** Whether n8n has saved nothing of the attempt that has sent it, because it was stopped before it was parked. */
export function isForgotten(trace: RunTrace, creation: Creation): boolean {
	const sender = trace.earlier.find(({ rounds }) => rounds.includes(creation.round));
	return (
		!isOwn(trace, creation) &&
		knowledgeOf(trace, creation) === 'unknown' &&
		(sender === undefined || wasCancelled(sender))
	);
}

/** Whether the response to the task's creation did not say that it exists. */
export function isUncertain({ creations }: RunTrace, taskId: string): boolean {
	return creations.some((each) => each.taskId === taskId && each.meaning?.kind === 'uncertain');
}

/** Whether there is certainly no task for an item. */
export function isCertainlyMissing(trace: RunTrace, itemIndex: number): boolean {
	return creationOf(trace, itemIndex) === undefined;
}

/** Whether the run has sent it, and not an earlier attempt. */
export function isOwn({ rounds }: RunTrace, { round }: Creation): boolean {
	return rounds.includes(round);
}

/** Whether its callback can resume the run: it was sent in the same execution. */
export function isAwaited(trace: RunTrace, { round, token }: Creation): boolean {
	return token !== null && isOfRun(round, trace) && round.execution === trace.rounds[0]!.execution;
}

/**
 * How sure the node can be of the task: `known` by a response, by a callback and a record, or because n8n has saved it;
 * `called` by a callback whose task could not be looked up clearly; otherwise `unknown`.
 */
export function knowledgeOf(trace: RunTrace, creation: Creation): 'known' | 'called' | 'unknown' {
	const { meaning, taskId } = creation;
	if (!isOwn(trace, creation)) {
		if (trace.rounds[0]!.nodeContext.includes(`"${taskId}"`)) return 'known';
		if (!isAwaited(trace, creation)) return 'unknown';
	}
	if (meaning?.kind === 'created') return 'known';
	const lookups = trace.exchanges.filter((exchange) => exchange.taskId === taskId);
	if (lookups.some((exchange) => exchange.meaning?.kind === 'task')) return 'known';
	const isCalled = trace.callbacks.some(
		(callback) =>
			callback.result === 'woken' &&
			callback.taskId === taskId &&
			callback.token !== null &&
			callback.token === creation.token,
	);
	return isCalled ? 'called' : 'unknown';
}

/** The ID of the item's task, if the node can know it; null if there is none. */
export function createdTaskId(trace: RunTrace, itemIndex: number): string | null {
	const creation = creationOf(trace, itemIndex);
	if (creation === undefined || knowledgeOf(trace, creation) === 'unknown') return null;
	return creation.taskId;
}
