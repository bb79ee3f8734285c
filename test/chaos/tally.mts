import type { IDataObject } from 'n8n-workflow';

import type { Execution } from '../n8n-harness/execution.mjs';

/** What happened to the tasks of one way of waiting. */
export interface Tally {
	/** Executions that n8n accepted. */
	readonly started: number;
	/** Tasks whose item was output. */
	readonly right: number;
	/** How many executions n8n had marked as crashed, so that they needed its Retry. */
	readonly retried: number;
	/** Tasks of failed executions that still contain the task ID. */
	readonly failed: number;
	/**
	 * Tasks of failed executions whose data n8n itself has removed. In queue mode, its main process overwrites an execution
	 * whose worker was killed with just an error (`processError` of its workflow runner).
	 */
	readonly overwritten: number;
	/** Task IDs without a trace. */
	readonly lost: readonly string[];
	/** Task IDs with more items than runs. */
	readonly doubled: readonly string[];
	/** Items with a status that the API did not report. */
	readonly wrong: readonly IDataObject[];
}

/** What is left of the executions of a workflow. */
export interface Remains {
	/** The items that the executions output. */
	readonly posted: readonly IDataObject[];
	readonly failures: readonly Execution[];
	/** The IDs of those that were retried. */
	readonly retried: ReadonlySet<string>;
}

/** The message with which n8n overwrites the data. */
const OVERWRITTEN = 'This execution failed to be processed too many times';

/** Accounts for every task that an execution waited for. */
export function tallyOf(taskIds: readonly string[], remains: Remains): Tally {
	const { posted, failures, retried } = remains;
	const itemsOf = (taskId: string) => posted.filter((item) => item.taskId === taskId);
	const failuresOf = (taskId: string) => failures.filter((each) => names(each, taskId)).length;
	const left = taskIds.filter((taskId) => itemsOf(taskId).length === 0);
	const traceless = left.filter((taskId) => failuresOf(taskId) === 0);
	const overwritten = failures.filter(({ stored }) => stored.includes(OVERWRITTEN)).length;
	return {
		started: taskIds.length,
		right: taskIds.length - left.length,
		retried: retried.size,
		failed: left.length - traceless.length,
		overwritten: Math.min(overwritten, traceless.length),
		lost: traceless.slice(overwritten),
		doubled: taskIds.filter((taskId) => itemsOf(taskId).length > 1 + failuresOf(taskId)),
		wrong: taskIds.flatMap(itemsOf).filter(({ status }) => status !== 'succeeded'),
	};
}

/** Whether a saved execution contains an ID or a prompt: on its own, or in a sentence. */
export function names({ stored }: Execution, name: string): boolean {
	for (let at = stored.indexOf(name); at >= 0; at = stored.indexOf(name, at + 1)) {
		// One ID can begin another
		if (!/\d/.test(stored.charAt(at + name.length))) return true;
	}
	return false;
}
