import type { Row } from './benchmark.mjs';

export const HEAD = ['', 'Apikley Veo', 'HTTP Request', 'Result', 'Target', ''] as const;

export interface Section {
	/** Of the benchmark. */
	readonly name: string;
	readonly title: string;
	readonly rows: readonly Row[];
}

/** One table for all benchmarks: a title of its own above the rows of each. */
export function tableOf(sections: readonly Section[]): string {
	const lines = sections.flatMap(({ rows }) => rows.map(indented));
	const widths = HEAD.map((head, column) =>
		Math.max(head.length, ...lines.map((cells) => cells[column]?.length ?? 0)),
	);
	const line = (cells: readonly string[]) =>
		cells
			.map((cell, column) => cell.padEnd(widths[column] ?? 0))
			.join('  ')
			.trimEnd();
	const blocks = sections.map(({ title, rows }) => [
		'',
		title,
		...rows.map((row) => line(indented(row))),
	]);
	return [line(HEAD), ...blocks.flat()].join('\n');
}

function indented(row: Row): string[] {
	return cellsOf(row).map((cell, column) => (column === 0 ? `  ${cell}` : cell));
}

/** In the order of HEAD. */
export function cellsOf({ measure, ours, theirs = '', result, target, met }: Row): string[] {
	const verdict = target === null ? '' : met ? 'met' : 'MISSED';
	return [measure, ours, theirs, result, target ?? '', verdict];
}
