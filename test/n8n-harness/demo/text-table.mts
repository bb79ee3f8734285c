export interface Column<Row> {
	readonly title: string;
	readonly text: (row: Row) => string;
	/** Default: left. */
	readonly align?: 'left' | 'right';
}

const GAP = '   ';

/** Formats a table with a line below its head, for a terminal or a log. */
export function textTable<Row>(rows: readonly Row[], columns: ReadonlyArray<Column<Row>>): string {
	const cells = columns.map((column) => aligned(column, rows.map(column.text)));
	return rows
		.reduce<
			string[]
		>((lines, _, index) => [...lines, joined(cells.map(({ body }) => body[index] ?? ''))], [joined(cells.map(({ head }) => head)), joined(cells.map(({ line }) => line))])
		.join('\n');
}

function aligned<Row>({ title, align }: Column<Row>, texts: readonly string[]) {
	const width = Math.max(...[title, ...texts].map((text) => text.length));
	const pad = (text: string) => (align === 'right' ? text.padStart(width) : text.padEnd(width));
	return { head: pad(title), line: '─'.repeat(width), body: texts.map(pad) };
}

function joined(cells: readonly string[]): string {
	return cells.join(GAP).trimEnd();
}
