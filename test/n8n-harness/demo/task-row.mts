import type { IDataObject } from 'n8n-workflow';

import type { NodeRun } from '../execution.mjs';

/** The outputs of the node in mode `byStatus`, in their order. */
export const OUTPUTS = ['Succeeded', 'Failed', 'Still Generating'] as const;

export type OutputName = (typeof OUTPUTS)[number];

/** How one task came out of the node. What the item does not say is null. */
export interface TaskRow {
	readonly taskId: string;
	readonly status: string | null;
	readonly fallbackFlag: boolean | null;
	readonly resolution: string | null;
	readonly lookups: number | null;
	readonly seconds: number | null;
	readonly output: OutputName;
	/** Why the task could not be looked up. */
	readonly problem: string | null;
}

/** A row for each item on each output of the node. */
export function rowsOf({ outputs }: NodeRun): TaskRow[] {
	return OUTPUTS.flatMap((output, index) =>
		(outputs[index] ?? []).map(({ json }) => rowOf(json, output)),
	);
}

function rowOf(json: IDataObject, output: OutputName): TaskRow {
	const wait = (json.wait ?? {}) as { lookups?: number; waitedSeconds?: number };
	return {
		taskId: String(json.taskId),
		status: (json.status ?? null) as string | null,
		fallbackFlag: (json.fallbackFlag ?? null) as boolean | null,
		resolution: (json.resolution ?? null) as string | null,
		lookups: wait.lookups ?? null,
		seconds: wait.waitedSeconds ?? null,
		output,
		problem: (json.message ?? null) as string | null,
	};
}
