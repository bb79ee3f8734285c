/** A column of a table for the terminal. */
export interface Column<Row> {
	readonly title: string;
	readonly text: (row: Row) => string;
	/** Numbers are aligned to the right. */
	readonly isNumber?: boolean;
}

const GAP = '   ';

/** A table with a line below its head. */
export function drawTable<Row>(columns: ReadonlyArray<Column<Row>>, rows: readonly Row[]): string {
	const cells = columns.map((column) => cellsOf(column, rows));
	const lines = ['head', 'line', ...rows].map((_, number) =>
		cells.map((column) => column[number]).join(GAP),
	);
	return lines.map((line) => line.trimEnd()).join('\n');
}

function cellsOf<Row>({ title, text, isNumber }: Column<Row>, rows: readonly Row[]): string[] {
	const texts = [title, ...rows.map(text)];
	const width = Math.max(...texts.map(({ length }) => length));
	const [head = '', ...body] = texts.map((each) =>
		isNumber === true ? each.padStart(width) : each.padEnd(width),
	);
	return [head, '─'.repeat(width), ...body];
}

export function known(value: string | number | null | undefined): string {
	return String(value ?? '–');
}
