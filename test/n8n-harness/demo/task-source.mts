import type { IDataObject } from 'n8n-workflow';

import type { NodeRun } from '../execution.mjs';

/** The outputs of the node in mode `byStatus`, in their order. */
export const OUTPUTS = ['Succeeded', 'Failed', 'Pending'] as const;

export type OutputName = (typeof OUTPUTS)[number];

/** An API with tasks, and what is known about them in advance. */
export interface TaskSource {
	/** Part of the names of credential and workflow, to keep the simulator and the real API apart. */
	readonly label: string;
	readonly apiKey: string;
	readonly baseUrl: string;
	readonly tasks: readonly DemoTask[];
	/** In seconds. */
	readonly interval: number;
	readonly timeout: number;
	/** What the second example generates; null where that would cost credits. */
	readonly generation: Generation | null;
	/** Returns what is wrong with the row of a task. */
	faultsOf(row: TaskRow): string[];
	/** Restarts the tasks, if possible. */
	startOver(): void;
	close(): Promise<void>;
}

/** Prompts for new tasks, which end with a callback. */
export interface Generation {
	readonly prompts: readonly string[];
	/** In seconds. */
	readonly timeout: number;
	/** When a task ended, in epoch milliseconds; null if it hasn't ended. */
	endedAt(taskId: string): number | null;
}

/** A task that the example waits for. */
export interface DemoTask {
	readonly taskId: string;
	/** A note for the user, e.g. `Fails after 2 s: …`. */
	readonly outcome: string;
}

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
	const { status = null, fallbackFlag = null, resolution = null, message = null } = json;
	return {
		taskId: String(json.taskId),
		status: status as string | null,
		fallbackFlag: fallbackFlag as boolean | null,
		resolution: resolution as string | null,
		lookups: wait.lookups ?? null,
		seconds: wait.waitedSeconds ?? null,
		output,
		problem: message as string | null,
	};
}
