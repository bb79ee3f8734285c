/** A table of Markdown. Cells may hold anything. */
export function markdownTable(
	head: readonly string[],
	rows: ReadonlyArray<readonly string[]>,
): string {
	return [head, head.map(() => '---'), ...rows].map(lineOf).join('');
}

function lineOf(cells: readonly string[]): string {
	const escaped = cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' '));
	return `| ${escaped.join(' | ')} |\n`;
}

/** As docs date what was measured: `2026-01-31`. */
export function today(): string {
	return new Date().toISOString().slice(0, 10);
}
