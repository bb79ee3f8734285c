import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format } from 'prettier';

import { projectRoot } from './n8n-harness/system/project-root.mjs';

type Cells = readonly string[];

/** A page in docs/ with one section for each measurement. */
export interface SectionFile {
	/** In docs/, e.g. `benchmarks.md`. */
	readonly name: string;
	/** Everything above the first section. */
	readonly intro: string;
	/** The names of all sections, in their order. A section with any other name is dropped. */
	readonly sections: readonly string[];
	/** Finds the name of a section in its text. */
	readonly nameIn: RegExp;
}

/** A page in docs/ with one table. */
export interface TableFile {
	/** In docs/, e.g. `compatibility.md`. */
	readonly name: string;
	readonly intro: string;
	readonly notes: string;
	/** If the page has other columns, all its rows are dropped. */
	readonly head: Cells;
	/** The first cells of all rows, in their order. A row with any other first cell is dropped. */
	readonly rows: readonly string[];
}

/** Replaces one section of a page, keeps the others, and returns the section formatted. `text` starts with its heading (`## …`). */
export async function updateSection(
	{ name, intro, sections, nameIn }: SectionFile,
	text: string,
): Promise<string> {
	const nameOf = (section: string) => nameIn.exec(section)?.[1] ?? '';
	const old = (await read(name)).split(/^(?=## )/m).slice(1);
	const byName = new Map([...old, text].map((section) => [nameOf(section), section]));
	await write(name, [intro, ...sections.map((section) => byName.get(section) ?? '')].join('\n'));
	return await formatMarkdown(text);
}

/** Replaces one row of the page's table and keeps the others. */
export async function updateRow(
	{ name, intro, notes, head, rows }: TableFile,
	row: Cells,
): Promise<void> {
	const [oldHead, , ...old] = parseTable(await read(name));
	const kept = oldHead?.join() === head.join() ? old : [];
	const byFirstCell = new Map([...kept, row].map((cells) => [cells[0], cells]));
	const table = rows.flatMap((first) => {
		const cells = byFirstCell.get(first);
		return cells === undefined ? [] : [cells];
	});
	await write(name, [intro, markdownTable(head, table), notes].join('\n'));
}

/** A Markdown table. The cells may hold any text. */
export function markdownTable(head: Cells, rows: readonly Cells[]): string {
	const toLine = (cells: Cells) => {
		const escaped = cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' '));
		return `| ${escaped.join(' | ')} |\n`;
	};
	return [head, head.map(() => '---'), ...rows].map(toLine).join('');
}

/** The date of a measurement: `2026-01-31`. */
export function today(): string {
	return new Date().toISOString().slice(0, 10);
}

/** The cells of each line of a table, including the line below the head. */
function parseTable(text: string): string[][] {
	const lines = text.split('\n').filter((line) => line.startsWith('|'));
	return lines
		.map((line) => line.split('|').slice(1, -1))
		.map((cells) => cells.map((c) => c.trim()));
}

async function read(name: string): Promise<string> {
	return await readFile(pathOf(name), 'utf8').catch(() => '');
}

async function write(name: string, text: string): Promise<void> {
	await writeFile(pathOf(name), await formatMarkdown(text));
}

async function formatMarkdown(text: string): Promise<string> {
	return await format(text, { parser: 'markdown' });
}

function pathOf(name: string): string {
	return path.join(projectRoot(), 'docs', name);
}
