export interface Column<Row> {
	readonly title: string;
	readonly text: (row: Row) => string;
	/** Default: left. */
	readonly align?: 'left' | 'right';
}

const GAP = '   ';

/** Formats a table with a line below its head, for a terminal or a log. */
export function textTable<Row>(rows: readonly Row[], columns: ReadonlyArray<Column<Row>>): string {
	const padded = columns.map(({ title, text, align }) => {
		const texts = [title, ...rows.map(text)];
		const width = Math.max(...texts.map(({ length }) => length));
		const [head = '', ...body] = texts.map((each) =>
			align === 'right' ? each.padStart(width) : each.padEnd(width),
		);
		return [head, '─'.repeat(width), ...body];
	});
	const lines = Array.from({ length: rows.length + 2 }, (_, index) =>
		padded.map((cells) => cells[index] ?? '').join(GAP),
	);
	return lines.map((line) => line.trimEnd()).join('\n');
}
