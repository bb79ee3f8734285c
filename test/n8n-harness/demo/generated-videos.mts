import type { INodeExecutionData } from 'n8n-workflow';

import type { NodeRun } from '../execution.mjs';
import { drawTable, known, type Column } from './table.mjs';
import type { Generation } from './task-source.mjs';

/** The video of one prompt. What the item does not contain is null. */
export interface VideoRow {
	readonly prompt: string | null;
	readonly taskId: string | null;
	readonly status: string | null;
	/** From the end of the task to its item. */
	readonly secondsLate: number | null;
	readonly lookups: number | null;
	readonly fileName: string | null;
	/** As n8n shows it, e.g. `6.88 kB`. */
	readonly fileSize: string | null;
}

/** An execution that is not woken checks its tasks much later than this. */
const MAX_SECONDS_LATE = 60;

const COLUMNS: ReadonlyArray<Column<VideoRow>> = [
	{ title: 'Prompt', text: ({ prompt }) => known(prompt) },
	{ title: 'Task', text: ({ taskId }) => known(taskId) },
	{
		title: 'Seconds after its end',
		text: ({ secondsLate }) => known(secondsLate?.toFixed(1)),
		isNumber: true,
	},
	{ title: 'Lookups', text: ({ lookups }) => known(lookups), isNumber: true },
	{ title: 'File', text: ({ fileName }) => known(fileName) },
	{ title: 'Size', text: ({ fileSize }) => known(fileSize), isNumber: true },
];

export function videoTableOf(rows: readonly VideoRow[]): string {
	return drawTable(COLUMNS, rows);
}

/** Returns a row for each item of the node. */
export function videoRowsOf({ outputs, raw }: NodeRun, generation: Generation): VideoRow[] {
	const itemsAt = raw.startTime + raw.executionTime;
	return (outputs[0] ?? []).map((item) => rowOf(item, itemsAt, generation));
}

function rowOf(
	{ json, binary }: INodeExecutionData,
	itemAt: number,
	{ endedAt }: Generation,
): VideoRow {
	const { taskId, prompt = null, status = null, wait } = json;
	const end = typeof taskId === 'string' ? endedAt(taskId) : null;
	const { lookups = null } = (wait ?? {}) as { lookups?: number };
	const { fileName = null, fileSize = null } = binary?.data ?? {};
	return {
		prompt: prompt as string | null,
		taskId: (taskId ?? null) as string | null,
		status: status as string | null,
		secondsLate: end === null ? null : (itemAt - end) / 1000,
		lookups,
		fileName,
		fileSize,
	};
}

/** Returns a line for everything that is wrong. */
export function videoFaultsIn(rows: readonly VideoRow[], { prompts }: Generation): string[] {
	const counts = prompts.flatMap((prompt) => {
		const count = rows.filter((row) => row.prompt === prompt).length;
		return count === 1 ? [] : [`"${prompt}": ${count} items came out, expected 1`];
	});
	const contents = rows.flatMap((row) => faultsOf(row).map((fault) => `"${row.prompt}": ${fault}`));
	return [...counts, ...contents];
}

function faultsOf({ status, secondsLate, fileName, fileSize }: VideoRow): string[] {
	const faults: string[] = [];
	if (status !== 'succeeded') faults.push(`status is ${JSON.stringify(status)}`);
	if (fileName === null || fileSize === null) faults.push('there is no file');
	if (secondsLate === null) faults.push('there was no callback');
	else if (secondsLate > MAX_SECONDS_LATE) {
		faults.push(
			`came ${secondsLate.toFixed(1)} s after its end, so no callback woke the execution`,
		);
	}
	return faults;
}
