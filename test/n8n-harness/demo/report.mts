import { drawTable, known, type Column } from './table.mjs';
import type { TaskRow, TaskSource } from './task-source.mjs';

const COLUMNS: ReadonlyArray<Column<TaskRow>> = [
	{ title: 'Task', text: ({ taskId }) => taskId },
	{
		title: 'Status',
		text: ({ status, problem }) => (problem === null ? known(status) : 'no result'),
	},
	{ title: 'Fallback', text: ({ fallbackFlag }) => yesOrNo(fallbackFlag) },
	{ title: 'Resolution', text: ({ resolution }) => known(resolution) },
	{ title: 'Lookups', text: ({ lookups }) => known(lookups), isNumber: true },
	{ title: 'Seconds', text: ({ seconds }) => known(seconds?.toFixed(1)), isNumber: true },
	{ title: 'Output', text: ({ output }) => output },
];

/** A table of the tasks, in the order of the source. */
export function tableOf(rows: readonly TaskRow[], { tasks }: TaskSource): string {
	const position = new Map(tasks.map(({ taskId }, index) => [taskId, index]));
	const place = ({ taskId }: TaskRow) => position.get(taskId) ?? tasks.length;
	return drawTable(
		COLUMNS,
		[...rows].sort((a, b) => place(a) - place(b)),
	);
}

/** Returns a line for everything that is wrong. */
export function faultsIn(rows: readonly TaskRow[], source: TaskSource): string[] {
	const counts = source.tasks.flatMap(({ taskId }) => {
		const count = rows.filter((row) => row.taskId === taskId).length;
		return count === 1 ? [] : [`${taskId}: ${count} items came out, expected 1`];
	});
	const contents = rows.flatMap((row) =>
		source.faultsOf(row).map((fault) => `${row.taskId}: ${fault}`),
	);
	return [...counts, ...contents];
}

function yesOrNo(value: boolean | null): string {
	if (value === null) return '–';
	return value ? 'yes' : 'no';
}
