import type { IDataObject } from 'n8n-workflow';

import type { NodeRun } from '../execution.mjs';

/** The outputs of the node in mode `byStatus`, in their order. */
export const OUTPUTS = ['Succeeded', 'Failed', 'Pending'] as const;

export type OutputName = (typeof OUTPUTS)[number];

/** The result of one task. What the item does not contain is null. */
export interface TaskRow {
	readonly taskId: string;
	readonly status: string | null;
	readonly fallbackFlag: boolean | null;
	readonly resolution: string | null;
	readonly lookups: number | null;
	readonly seconds: number | null;
	readonly output: OutputName;
	/** Why there is no status. */
	readonly problem: string | null;
}

/** Returns a row for each item on each output of the node. */
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
