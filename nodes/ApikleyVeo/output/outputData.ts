import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';

import { toNodeError } from '../errors/nodeError';
import type { OnError } from '../parameters/onError';
import { structuredItem, summarizeWait } from './structuredItem';
import type { Outcome } from './outcome';

/** The outputs of `byStatus`, in their order on the canvas. */
export const STATUS_OUTPUTS = ['Succeeded', 'Failed', 'Still Generating'] as const;

type StatusOutput = (typeof STATUS_OUTPUTS)[number];

/**
 * A problem that may pass goes where looking again is the way on, any other to Failed. So nobody creates
 * a task, and pays for it, a second time because the network failed.
 */
function statusOutputFor(outcome: Exclude<Outcome, { kind: 'aborted' }>): StatusOutput {
	if (outcome.kind === 'problem') return outcome.problem.retryable ? 'Still Generating' : 'Failed';
	const status = outcome.finding.task?.status ?? 'unknown';
	switch (status) {
		case 'succeeded':
			return 'Succeeded';
		case 'failed':
			return 'Failed';
		case 'generating':
		case 'unknown':
			return 'Still Generating';
		default:
			return status satisfies never;
	}
}

function toJson(outcome: Extract<Outcome, { kind: 'task' }>): IDataObject {
	const { request, finding } = outcome;
	const { taskId } = request;
	if (request.output === 'raw') return (finding.task?.raw ?? { taskId }) as IDataObject;
	const wait = finding.wait === null ? null : summarizeWait(finding.wait, finding.timedOut);
	return structuredItem(taskId, finding.task, wait) as unknown as IDataObject;
}

/** How items leave the node. */
export interface OutputOptions {
	/** Three outputs in place of one. */
	readonly byStatus: boolean;
	readonly onFailure: OnError;
}

function toItem(
	context: IExecuteFunctions,
	outcome: Exclude<Outcome, { kind: 'aborted' }>,
	itemIndex: number,
	onFailure: OnError,
): INodeExecutionData {
	const { binary } = outcome;
	const more = { ...(binary !== undefined && { binary }), pairedItem: { item: itemIndex } };
	if (outcome.kind === 'task') return { json: toJson(outcome), ...more };
	const { taskId, message, code } = outcome.problem;
	const json = { taskId: taskId ?? null, message, code } as IDataObject;
	const item: INodeExecutionData = { json, ...more };
	if (onFailure !== 'continueErrorOutput') return item;
	return forErrorOutput(item, toNodeError(context, outcome.problem, itemIndex));
}

/**
 * n8n moves an item to the error output if it has an `error`, and then puts that error's message in place
 * of all the item holds, unless the copy it makes on the way no longer has it. Older versions (1.85) take it off.
 */
function forErrorOutput(item: INodeExecutionData, error: NodeApiError | NodeOperationError) {
	return Object.defineProperty(item, 'error', { value: error, enumerable: false, writable: true });
}

/** All items in the order of the input, each linked to its own. */
export function toOutputData(
	context: IExecuteFunctions,
	outcomes: readonly Outcome[],
	{ byStatus, onFailure }: OutputOptions,
): INodeExecutionData[][] {
	const outputs: INodeExecutionData[][] = byStatus ? STATUS_OUTPUTS.map(() => []) : [[]];
	outcomes.forEach((outcome, itemIndex) => {
		if (outcome.kind === 'aborted') return;
		const output = byStatus ? STATUS_OUTPUTS.indexOf(statusOutputFor(outcome)) : 0;
		outputs[output]?.push(toItem(context, outcome, itemIndex, onFailure));
	});
	return outputs;
}
