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
	 * whose worker or database was killed with just an error (`processError` of its workflow runner).
	 */
	readonly overwritten: number;
	/** Task IDs without a trace. */
	readonly lost: readonly string[];
	/** Task IDs with more than one item of the same attempt. */
	readonly doubled: readonly string[];
	/** Items with a status that the API did not report. */
	readonly wrong: readonly IDataObject[];
	/** The errors of executions that failed although nothing was killed. */
	readonly unexplained: readonly string[];
}

/** What is left of the executions of a workflow. */
export interface Remains {
	readonly posted: readonly Posted[];
	readonly failures: readonly Failure[];
}

/** An item that an execution output. */
export interface Posted {
	readonly item: IDataObject;
	/** When it arrived, in epoch milliseconds. */
	readonly at: number;
}

export interface Failure extends Execution {
	/** In epoch milliseconds; null if it was not retried. */
	readonly retriedAt: number | null;
}

/** The error with which n8n overwrites the data: its job was given up, or failed because the database was gone. */
const OVERWRITTEN = ['This execution failed to be processed too many times', 'at Queue.onFailed'];

/** Accounts for every task that an execution waited for. */
export function tallyOf(taskIds: readonly string[], remains: Remains): Tally {
	const { failures } = remains;
	const left = taskIds.filter((taskId) => itemsOf(remains, taskId).length === 0);
	const traceless = left.filter((taskId) => !failures.some((each) => names(each, taskId)));
	const overwritten = failures.filter(isOverwritten).length;
	return {
		started: taskIds.length,
		right: taskIds.length - left.length,
		retried: retriedOf(remains),
		failed: left.length - traceless.length,
		overwritten: Math.min(overwritten, traceless.length),
		lost: traceless.slice(overwritten),
		doubled: taskIds.filter((taskId) => isDoubled(remains, taskId)),
		wrong: taskIds
			.flatMap((taskId) => itemsOf(remains, taskId))
			.filter(({ status }) => status !== 'succeeded'),
		unexplained: failures.filter((each) => !wasKilled(each)).map(describe),
	};
}

export function itemsOf(remains: Remains, taskId: string): IDataObject[] {
	return postsOf(remains, taskId).map(({ item }) => item);
}

function postsOf({ posted }: Remains, taskId: string): Posted[] {
	return posted.filter(({ item }) => item.taskId === taskId);
}

export function retriedOf({ failures }: Remains): number {
	return failures.filter(({ retriedAt }) => retriedAt !== null).length;
}

/** Whether an attempt output a task twice. A retry may repeat what an attempt that was killed had output before. */
export function isDoubled(remains: Remains, taskId: string): boolean {
	const retries = remains.failures
		.filter((each) => wasKilled(each) && names(each, taskId))
		.flatMap(({ retriedAt }) => retriedAt ?? []);
	const attempts = postsOf(remains, taskId).map(
		({ at }) => retries.filter((retriedAt) => retriedAt <= at).length,
	);
	return new Set(attempts).size < attempts.length;
}

/** The error of an execution that was stopped. Its retry has it from the start, and fails with it though all nodes succeed. */
const STOPPED = 'ManualExecutionCancelledError';

/** Whether an execution failed because n8n was killed, or lost it in its queue so that it had to be stopped. */
export function wasKilled(execution: Execution): boolean {
	const isEnded = ['crashed', 'canceled'].includes(execution.status);
	return isEnded || isOverwritten(execution) || execution.stored.includes(STOPPED);
}

function isOverwritten({ stored }: Execution): boolean {
	return OVERWRITTEN.some((text) => stored.includes(text));
}

export function describe({ error, status }: Execution): string {
	return error?.message ?? status;
}

/** Whether a saved execution contains an ID or a prompt: on its own, or in a sentence. */
export function names({ stored }: Execution, name: string): boolean {
	return contains(stored, name);
}

export function contains(text: string, name: string): boolean {
	for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
		// One ID can begin another
		if (!/\d/.test(text.charAt(at + name.length))) return true;
	}
	return false;
}
