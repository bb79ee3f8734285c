/** What must hold of the tasks that a run has created. */
import type { Invariant } from '../invariants.mjs';
import { creates, inputIndexOf, isInvalid } from '../scenario-queries.mjs';
import { taskIdOf, wasCancelled } from '../trace-queries.mjs';
import { creationOf, creationsIn, knowledgeOf } from './trace-queries.mjs';

/** With On Error: Stop Workflow, invalid input is found before anything is paid. */
const createsNothingIfInputIsInvalid: Invariant = (trace) => {
	const { scenario } = trace;
	const hasInvalid = scenario.items.some((_, itemIndex) => isInvalid(scenario, itemIndex));
	const isStopped = scenario.onError === 'stopWorkflow' && hasInvalid;
	return isStopped && creationsIn(trace).length > 0
		? ['created a task although an item is invalid']
		: [];
};

/** A task whose ID the node has received is saved, and so found again by every retry. */
const losesNoTask: Invariant = (trace) => {
	const { scenario, nodeContext } = trace;
	// n8n saves nothing of a run that is stopped before it is parked
	if (!creates(scenario.operation) || wasCancelled(trace)) return [];
	return scenario.items.flatMap((_, itemIndex) => {
		const creation = creationOf(trace, itemIndex);
		if (creation === undefined || knowledgeOf(trace, creation) !== 'known') return [];
		// The error of another item can come first. A retry then resumes from the entry that holds the callback.
		if (trace.error !== null && creation.meaning?.kind === 'uncertain') return [];
		return !nodeContext.includes(`"${creation.taskId}"`)
			? [`${creation.taskId} was created, but is not saved`]
			: [];
	});
};

/** A creation that fails under way does not hide the tasks of the others. */
const namesCreatedTasks: Invariant = (trace) => {
	const { error, rounds } = trace;
	const { context, description = '' } = (error ?? {}) as {
		context?: { itemIndex?: number };
		description?: string;
	};
	const failed = creationsIn(trace)
		.filter((each) => each.itemIndex === context?.itemIndex)
		.at(-1);
	const isFailure = failed !== undefined && failed.meaning?.kind !== 'created';
	if (!isFailure || rounds.length > 1 || failed.token !== null) return [];
	return creationsIn(trace)
		.filter(({ meaning, taskId }) => meaning?.kind === 'created' && !description.includes(taskId!))
		.map(({ taskId }) => `the error does not name ${taskId}`);
};

/** No item shows the task of another one. */
const showsItsOwnTask: Invariant = (trace) =>
	(trace.outputs ?? []).flat().flatMap((item) => {
		const itemIndex = inputIndexOf(item);
		const { taskId } = item.json;
		const isShown = 'isFinal' in item.json || 'videoIndex' in item.json || taskId === null;
		const expected = [taskIdOf(trace, itemIndex), ...(mayHideTask(trace, itemIndex) ? [null] : [])];
		return isShown && !expected.includes(taskId as string | null)
			? [`item ${itemIndex} shows ${String(taskId)} instead of ${expected.join()}`]
			: [];
	});

/** Errors of the item itself, and of an uncertain creation, have no task. */
function mayHideTask(trace: Parameters<Invariant>[0], itemIndex: number): boolean {
	if (!creates(trace.scenario.operation) || trace.thrownAt !== null) return true;
	const creation = creationOf(trace, itemIndex);
	return creation === undefined || knowledgeOf(trace, creation) !== 'known';
}

export const CREATION_INVARIANTS: readonly Invariant[] = [
	createsNothingIfInputIsInvalid,
	losesNoTask,
	namesCreatedTasks,
	showsItsOwnTask,
];
