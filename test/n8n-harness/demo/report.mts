import type { TaskRow, TaskSource } from './task-source.mjs';

const COLUMNS: ReadonlyArray<[title: string, text: (row: TaskRow) => string]> = [
	['Task', ({ taskId }) => taskId],
	['Status', ({ status, problem }) => (problem === null ? known(status) : 'no result')],
	['Fallback', ({ fallbackFlag }) => yesOrNo(fallbackFlag)],
	['Resolution', ({ resolution }) => known(resolution)],
	['Lookups', ({ lookups }) => known(lookups)],
	['Seconds', ({ seconds }) => known(seconds?.toFixed(1))],
	['Output', ({ output }) => output],
];
/** The titles of the columns that are aligned to the right. */
const NUMBERS = ['Lookups', 'Seconds'];
const GAP = '   ';

/** A table of the tasks, in the order of the source, with a line below its head. */
export function tableOf(rows: readonly TaskRow[], { tasks }: TaskSource): string {
	const position = new Map(tasks.map(({ taskId }, index) => [taskId, index]));
	const place = ({ taskId }: TaskRow) => position.get(taskId) ?? tasks.length;
	const sorted = [...rows].sort((a, b) => place(a) - place(b));
	const columns = COLUMNS.map(([title, text]) => {
		const texts = [title, ...sorted.map(text)];
		const width = Math.max(...texts.map(({ length }) => length));
		const [head, ...cells] = texts.map((each) =>
			NUMBERS.includes(title) ? each.padStart(width) : each.padEnd(width),
		);
		return [head, '─'.repeat(width), ...cells];
	});
	const lines = ['head', 'line', ...sorted].map((_, number) =>
		columns.map((cells) => cells[number]).join(GAP),
	);
	return lines.map((line) => line.trimEnd()).join('\n');
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

function known(value: string | number | null | undefined): string {
	return String(value ?? '–');
}

function yesOrNo(value: boolean | null): string {
	if (value === null) return '–';
	return value ? 'yes' : 'no';
}
