import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { format } from 'prettier';

import { installN8n } from '../real-n8n/install.mjs';
import { projectRoot } from '../real-n8n/machine/project-root.mjs';
import { cellsOf, HEAD, type Section } from './table.mjs';

/** Writes docs/benchmarks.md: what was measured, on what, and how to measure it again. */
export async function keepTable(sections: readonly Section[]): Promise<void> {
	const { version } = await installN8n();
	const memory = Math.round(totalmem() / 2 ** 30);
	const text = `# Benchmarks

Measured by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: all sides in one run, on one n8n ${version} with
SQLite, on a machine with ${cpus().length} cores and ${memory} GiB of memory that also runs the simulated API. In brackets the least and
the most of several rounds.

${sections.map(markdownOf).join('\n')}`;
	const file = path.join(projectRoot(), 'docs', 'benchmarks.md');
	await writeFile(file, await format(text, { parser: 'markdown' }));
}

function markdownOf({ title, rows }: Section): string {
	const line = (cells: readonly string[]) =>
		`| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |\n`;
	const rule = line(HEAD.map(() => '---'));
	return `## ${title}\n\n${line(HEAD)}${rule}${rows.map((row) => line(cellsOf(row))).join('')}`;
}
