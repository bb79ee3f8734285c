import type { IDataObject, INode, INodeExecutionData, OnError } from 'n8n-workflow';

import { toNodeError } from '../errors/nodeError';
import { fullText } from '../errors/problem';
import type { Problem } from '../errors/problem';
import type { TaskStatus } from '../veo/task/task';
import { isUpgrade, statusOf, taskOf } from './outcome';
import type { Outcome, TaskOutcome } from './outcome';
import { rawItem } from './rawItem';
import { structuredItem, upgradeItem } from './structuredItem';

/** The outputs of `byStatus`, in their order on the canvas. */
export const STATUS_OUTPUTS = ['Succeeded', 'Failed', 'Pending'] as const;

/** Where an item is while its run is parked. */
export function pendingOutput(byStatus: boolean): number {
	return byStatus ? STATUS_OUTPUTS.indexOf('Pending') : 0;
}

type StatusOutput = (typeof STATUS_OUTPUTS)[number];

export interface OutputOptions {
	/** Three outputs instead of one. */
	readonly byStatus: boolean;
	readonly onError: OnError;
	readonly node: INode;
}

/** Returns all items in the order of the input, each paired with its own. */
export function toOutputData(
	outcomes: readonly Outcome[],
	options: OutputOptions,
): INodeExecutionData[][] {
	const { byStatus, onError } = options;
	const outputs: INodeExecutionData[][] = byStatus ? STATUS_OUTPUTS.map(() => []) : [[]];
	outcomes.forEach((outcome, itemIndex) => {
		if (outcome.kind === 'aborted') return;
		const output = byStatus ? STATUS_OUTPUTS.indexOf(statusOutputFor(outcome, onError)) : 0;
		outputs[output]?.push(toItem(outcome, itemIndex, options));
	});
	return outputs;
}

/**
 * Failed only has tasks that failed and requests for which there is certainly no task. So a workflow that creates a task
 * again after Failed doesn't pay twice.
 */
function statusOutputFor(
	outcome: Exclude<Outcome, { kind: 'aborted' }>,
	onError: OnError,
): StatusOutput {
	if (outcome.kind === 'problem') {
		// n8n moves these to the error output, one output after another, so only within one do they keep their order
		if (onError === 'continueErrorOutput') return 'Pending';
		return outcome.problem.retryable ? 'Pending' : 'Failed';
	}
	if (outcome.kind === 'credits') return 'Succeeded';
	return OUTPUT_BY_STATUS[statusOf(outcome.report)];
}

const OUTPUT_BY_STATUS: Readonly<Record<TaskStatus, StatusOutput>> = {
	succeeded: 'Succeeded',
	failed: 'Failed',
	generating: 'Pending',
	unknown: 'Pending',
};

function toItem(
	outcome: Exclude<Outcome, { kind: 'aborted' }>,
	itemIndex: number,
	{ node, onError }: OutputOptions,
): INodeExecutionData {
	const task = taskOutcomeOf(outcome);
	const common = {
		...(task?.binary !== undefined && { binary: task.binary }),
		pairedItem: { item: itemIndex },
	};
	if (outcome.kind === 'task') return { json: toJson(outcome), ...common };
	if (outcome.kind === 'credits') return { json: { credits: outcome.credits }, ...common };
	const { problem } = outcome;
	const json = { ...(task === null ? {} : toJson(task)), ...problemJson(problem) };
	const item: INodeExecutionData = { json, ...common };
	if (onError !== 'continueErrorOutput') return item;
	// n8n moves an item to the error output if it has an `error`, and then replaces all the item holds by that error's
	// message, unless the copy that it makes doesn't have it. Older versions (1.85) delete it.
	const value = toNodeError(node, problem, itemIndex);
	return Object.defineProperty(item, 'error', { value, enumerable: false, writable: true });
}

/** The task that the item is about; null if there is none. */
function taskOutcomeOf(outcome: Exclude<Outcome, { kind: 'aborted' }>): TaskOutcome | null {
	if (outcome.kind === 'task') return outcome;
	return outcome.kind === 'problem' ? outcome.task : null;
}

function toJson({ request, report }: TaskOutcome): IDataObject {
	const { taskId, output } = request;
	if (output === 'structured') {
		const item = isUpgrade(request) ? upgradeItem : structuredItem;
		return item(request, report) as unknown as IDataObject;
	}
	return rawItem(taskId, report.kind === 'created' ? report.data : (taskOf(report)?.raw ?? {}));
}

/** An item that is nothing but a problem. */
export function problemJson(problem: Problem): IDataObject {
	const { taskId, code } = problem;
	return { taskId: taskId ?? null, message: fullText(problem), code } as IDataObject;
}
