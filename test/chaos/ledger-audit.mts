import type { IDataObject } from 'n8n-workflow';

import type { Execution } from '../n8n-harness/execution.mjs';
import { paidTwice, promptOf, type LedgerEntry } from '../simulator/ledger.mjs';
import type { LoggedRequest } from '../simulator/request-log.mjs';
import { executionIn } from './creating-load.mjs';
import {
	contains,
	describe,
	isDoubled,
	itemsOf,
	names,
	retriedOf,
	wasKilled,
	type Remains,
} from './tally.mjs';

/** What happened to the tasks that the executions have created and paid. Each is counted once, where it is found first. */
export interface Audit {
	/** Executions that n8n accepted. */
	readonly started: number;
	/** How many failed executions were retried. */
	readonly retried: number;
	/** Creations that the API has accepted, whatever its response said. */
	readonly accepted: number;
	/** Tasks whose item was output. */
	readonly delivered: number;
	/** Tasks whose ID is in the error of a failed execution, or in what n8n has saved of one that was killed. */
	readonly named: number;
	/** Tasks of executions whose error says that a task may exist, so that the user looks into the account's log. */
	readonly uncertain: number;
	/** Tasks that n8n itself has lost: it overwrote the execution, or saved nothing of it before its process was killed. */
	readonly foundAgain: FoundAgain;
	/** Tasks that no step of the documentation finds, or whose ID the node has received and not passed on. */
	readonly lost: readonly string[];
	/** Tasks that have started the workflow of the trigger. */
	readonly triggered: number;
	/** Prompts whose task was created more than once. */
	readonly paidTwice: readonly string[];
	/** Task IDs with more than one item of the same attempt, of the node or of the trigger. */
	readonly doubled: readonly string[];
	/** Items with a status that the API did not report, or with another item's prompt. */
	readonly wrong: readonly IDataObject[];
	/** The errors of executions that failed although nothing was killed and no fault of the API explains it. */
	readonly unexplained: readonly string[];
}

/** How the tasks that n8n has lost can be found again: by the first step of docs/paying-once.md that finds them. */
export interface FoundAgain {
	/** The failed execution has the task ID in its custom data. */
	readonly byCustomData: readonly string[];
	/** The task has started the workflow of the trigger. */
	readonly byTrigger: readonly string[];
	/** The log of the Apikley account has it, and a failed execution tells which prompt or time to look for. */
	readonly byLog: readonly string[];
}

export interface AuditInput {
	readonly started: number;
	readonly ledger: readonly LedgerEntry[];
	readonly lookups: readonly LoggedRequest[];
	/** Of the executions that create tasks. */
	readonly creating: Remains;
	/** Of those that the trigger starts. */
	readonly triggered: Remains;
}

/** Accounts for every task that the ledger says was created. */
export function auditOf(input: AuditInput): Audit {
	const { started, ledger, lookups, creating, triggered } = input;
	const { failures } = creating;
	const created = ledger.flatMap(toCreated);
	const sort = new Sorting(created);
	const delivered = sort.take((task) => itemsOf(creating, task.taskId).length > 0);
	const named = sort.take((task) => failures.some((each) => isNamedBy(each, task)));
	const dropped = sort.take((task) => isDropped(task, failures));
	const uncertain = sort.take((task) => failures.some((each) => isUncertain(each, task)));
	const byCustomData = sort.take((task) => failures.some((each) => hasCustomData(each, task)));
	const isTriggered = (task: Created) => itemsOf(triggered, task.taskId).length > 0;
	const byTrigger = sort.take(isTriggered);
	const shown = tasksShownBy(
		failures.filter((each) => !leadsToATask(each, created)),
		sort.rest,
	);
	const byLog = sort.take(
		(task) =>
			failures.some((each) => names(each, task.prompt) || leadsToASibling(each, task, created)) ||
			shown.has(task),
	);
	const all = [creating, triggered];
	return {
		started,
		retried: retriedOf(creating),
		accepted: created.length,
		delivered: delivered.length,
		named: named.length,
		uncertain: uncertain.length,
		foundAgain: {
			byCustomData: byCustomData.map(idOf),
			byTrigger: byTrigger.map(idOf),
			byLog: byLog.map(idOf),
		},
		lost: [...dropped, ...sort.rest].map(idOf),
		triggered: created.filter(isTriggered).length,
		paidTwice: paidTwice(ledger, promptOf).map(([first]) => String(first && promptOf(first))),
		doubled: all.flatMap((each) => created.map(idOf).filter((taskId) => isDoubled(each, taskId))),
		wrong: all.flatMap((each) =>
			created.flatMap((task) => itemsOf(each, task.taskId).filter((item) => !isRight(item, task))),
		),
		unexplained: [
			...failures.filter((each) => !isExplained(each, lookups)),
			...triggered.failures.filter((each) => !wasKilled(each)),
		].map(describe),
	};
}

/** A task that was created, whatever the API's response said. */
interface Created {
	readonly taskId: string;
	readonly prompt: string;
	/** In epoch milliseconds. */
	readonly createdAt: number;
	/** Whether the API has sent its ID to the end. */
	readonly isSent: boolean;
}

function toCreated(entry: LedgerEntry): Created[] {
	const { accepted, taskId, receivedAt: createdAt, response } = entry;
	if (!accepted || taskId === null) return [];
	const isSent = response?.sent === 'all' && response.status === 200 && response.code === 200;
	return [{ taskId, prompt: String(promptOf(entry)), createdAt, isSent }];
}

const idOf = ({ taskId }: Created): string => taskId;

/** Takes tasks out of what is left, one kind after the other. */
class Sorting {
	constructor(public rest: readonly Created[]) {}

	take(belongs: (task: Created) => boolean): Created[] {
		const taken = this.rest.filter(belongs);
		this.rest = this.rest.filter((task) => !taken.includes(task));
		return taken;
	}
}

function isNamedBy(execution: Execution, { taskId }: Created): boolean {
	const text = wasKilled(execution) ? execution.stored : JSON.stringify(execution.error);
	return contains(text, taskId);
}

/** Whether the node has received an ID that is in no item and no error. A process that was killed can't pass it on. */
function isDropped({ prompt, isSent }: Created, failures: readonly Execution[]): boolean {
	const attempts = failures.filter((each) => names(each, prompt));
	return isSent && attempts.length > 0 && !attempts.some(wasKilled);
}

function isUncertain(execution: Execution, { prompt }: Created): boolean {
	return execution.stored.includes('CREATION_UNCERTAIN') && names(execution, prompt);
}

/** Whether the execution was killed, or the faults of the API can make the node fail in this way. */
function isExplained(execution: Execution, lookups: readonly LoggedRequest[]): boolean {
	const { error } = execution;
	if (wasKilled(execution) || error?.type === 'CREATION_UNCERTAIN') return true;
	return error?.type === 'WAIT_TIMED_OUT' && hasFailedLast(execution, lookups);
}

/** Whether the API gave a fault to the last lookup of the task in the error. At the timeout, no lookup is retried. */
function hasFailedLast({ error, endedAt }: Execution, lookups: readonly LoggedRequest[]): boolean {
	const last = lookups.findLast(
		({ taskId, startedAt }) =>
			startedAt <= endedAt && contains(error?.message ?? '', String(taskId)),
	);
	return last !== undefined && last.fault !== 'none';
}

function hasCustomData({ customData }: Execution, { taskId }: Created): boolean {
	return Object.values(customData).includes(taskId);
}

/** Whether the execution holds the ID of a task that it created along with this one, so that its time is known. */
function leadsToASibling(
	execution: Execution,
	task: Created,
	created: readonly Created[],
): boolean {
	const isSibling = ({ prompt }: Created) => executionIn(prompt) === executionIn(task.prompt);
	return isDuring(task, execution) && leadsToATask(execution, created.filter(isSibling));
}

function isDuring({ createdAt }: Created, execution: Execution): boolean {
	return execution.createdAt <= createdAt && createdAt <= execution.endedAt;
}

/** Whether the execution holds the ID of any task, so that it stands for no other execution. */
function leadsToATask(execution: Execution, created: readonly Created[]): boolean {
	return created.some((task) => names(execution, task.taskId) || hasCustomData(execution, task));
}

/**
 * The tasks that a user finds in the account's log at the time of an execution that holds nothing else. Each execution only
 * stands for its own tasks, so as many executions are needed as have lost their tasks.
 */
function tasksShownBy(executions: readonly Execution[], tasks: readonly Created[]): Set<Created> {
	const unused = [...executions].sort((a, b) => a.endedAt - b.endedAt);
	const shown = new Set<Created>();
	for (const group of byExecution(tasks)) {
		const index = unused.findIndex((each) => group.every((task) => isDuring(task, each)));
		if (index === -1) continue;
		unused.splice(index, 1);
		for (const task of group) shown.add(task);
	}
	return shown;
}

/** Those that the same execution has created, by the time of the first one. */
function byExecution(tasks: readonly Created[]): Created[][] {
	const groups = new Map<string, Created[]>();
	for (const task of [...tasks].sort((a, b) => a.createdAt - b.createdAt)) {
		const execution = executionIn(task.prompt);
		groups.set(execution, [...(groups.get(execution) ?? []), task]);
	}
	return [...groups.values()];
}

function isRight({ status, prompt }: IDataObject, task: Created): boolean {
	return status === 'succeeded' && prompt === task.prompt;
}
