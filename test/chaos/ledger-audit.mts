import type { IDataObject } from 'n8n-workflow';

import type { Execution } from '../n8n-harness/execution.mjs';
import { paidTwice, promptOf, type LedgerEntry } from '../simulator/ledger.mjs';
import { names, type Remains } from './tally.mjs';

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
	/** Tasks whose ID is in a failed execution: in its error, or in what n8n has saved of it. */
	readonly named: number;
	/** Tasks of executions whose error says that a task may exist, so that the user looks into the account's log. */
	readonly uncertain: number;
	/** Tasks that n8n itself has lost: it overwrote the execution, or saved nothing of it before its process was killed. */
	readonly foundAgain: FoundAgain;
	/** Tasks that have started the workflow of the trigger. */
	readonly triggered: number;
	/** Prompts whose task was created more than once. */
	readonly paidTwice: readonly string[];
	/** Task IDs with more items than runs, of the node or of the trigger. */
	readonly doubled: readonly string[];
	/** Items with a status that the API did not report, or with another item's prompt. */
	readonly wrong: readonly IDataObject[];
}

/** How the tasks that n8n has lost can be found again: by the first of these ways that finds them. */
export interface FoundAgain {
	/** The failed execution has the task ID in its custom data. */
	readonly byCustomData: readonly string[];
	/** The trigger was told of the task. */
	readonly byTrigger: readonly string[];
	/** Only the log of the Apikley account has it. */
	readonly byLog: readonly string[];
}

export interface AuditInput {
	readonly started: number;
	readonly ledger: readonly LedgerEntry[];
	/** Of the executions that create tasks. */
	readonly creating: Remains;
	/** Of those that the trigger starts. */
	readonly triggered: Remains;
}

/** Accounts for every task that the ledger says was created. */
export function auditOf(input: AuditInput): Audit {
	const { started, ledger, creating, triggered } = input;
	const { failures } = creating;
	const created = ledger.flatMap(toCreated);
	const sort = new Sorting(created);
	const delivered = sort.take((task) => itemsOf(creating, task).length > 0);
	const named = sort.take((task) => failuresOf(creating, task).length > 0);
	const uncertain = sort.take((task) => failures.some((each) => isUncertain(each, task)));
	const byCustomData = sort.take((task) => failures.some((each) => hasCustomData(each, task)));
	const isTriggered = (task: Created) => itemsOf(triggered, task).length > 0;
	const byTrigger = sort.take(isTriggered);
	const all = [creating, triggered];
	return {
		started,
		retried: creating.retried.size,
		accepted: created.length,
		delivered: delivered.length,
		named: named.length,
		uncertain: uncertain.length,
		foundAgain: {
			byCustomData: byCustomData.map(idOf),
			byTrigger: byTrigger.map(idOf),
			byLog: sort.rest.map(idOf),
		},
		triggered: created.filter(isTriggered).length,
		paidTwice: paidTwice(ledger, promptOf).map(([first]) => String(first && promptOf(first))),
		doubled: all.flatMap((each) => created.filter((task) => isDoubled(each, task)).map(idOf)),
		wrong: all.flatMap((each) =>
			created.flatMap((task) => itemsOf(each, task).filter((item) => !isRight(item, task))),
		),
	};
}

/** A task that was created, whatever the API's response said. */
interface Created {
	readonly taskId: string;
	readonly prompt: string;
}

function toCreated(entry: LedgerEntry): Created[] {
	const { accepted, taskId } = entry;
	return accepted && taskId !== null ? [{ taskId, prompt: String(promptOf(entry)) }] : [];
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

function itemsOf({ posted }: Remains, { taskId }: Created): IDataObject[] {
	return posted.filter((item) => item.taskId === taskId);
}

function failuresOf({ failures }: Remains, { taskId }: Created): Execution[] {
	return failures.filter((each) => names(each, taskId));
}

/** A run that failed after it had output the item outputs it again when it is retried. */
function isDoubled(remains: Remains, task: Created): boolean {
	return itemsOf(remains, task).length > 1 + failuresOf(remains, task).length;
}

function isUncertain(execution: Execution, { prompt }: Created): boolean {
	return execution.stored.includes('CREATION_UNCERTAIN') && names(execution, prompt);
}

function hasCustomData({ customData }: Execution, { taskId }: Created): boolean {
	return Object.values(customData).includes(taskId);
}

function isRight({ status, prompt }: IDataObject, task: Created): boolean {
	return status === 'succeeded' && prompt === task.prompt;
}
