import { readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { format } from 'prettier';

import { markdownTable, today } from '../test/markdown.mjs';
import { installN8n } from '../test/n8n-harness/install.mjs';
import { projectRoot } from '../test/n8n-harness/system/project-root.mjs';
import { cellsOf, HEAD, type Section } from './table.mjs';

const FILE = path.join(projectRoot(), 'docs', 'benchmarks.md');

/**
 * Puts a section into docs/benchmarks.md, in place of what it was measured as before: what was measured, when, and how
 * to measure it again. The sections stand in the order of `names`; one of another name is dropped.
 */
export async function keepSection(section: Section, names: readonly string[]): Promise<void> {
	const { version } = await installN8n();
	const kept = sectionsIn(await readFile(FILE, 'utf8').catch(() => ''));
	kept.set(section.name, markdownOf(section));
	const memory = Math.round(totalmem() / 2 ** 30);
	const text = `# Benchmarks

\`npm run bench\` measures all of it: all sides of a table in one run, on one n8n ${version} with SQLite (where it says
nothing else), on a machine with ${cpus().length} cores and ${memory} GiB of memory that also runs the simulated API. In brackets the least
and the most of several rounds.

${names.map((name) => kept.get(name) ?? '').join('\n')}`;
	await writeFile(FILE, await format(text, { parser: 'markdown' }));
}

function sectionsIn(text: string): Map<string, string> {
	const sections = text.split(/^(?=## )/m).slice(1);
	return new Map(
		sections.map((section) => [/npm run bench -- ([\w-]+)/.exec(section)?.[1] ?? '', section]),
	);
}

function markdownOf({ name, title, rows }: Section): string {
	const measured = `\`npm run bench -- ${name}\`, measured on ${today()}`;
	return `## ${title}\n\n${measured}\n\n${markdownTable(HEAD, rows.map(cellsOf))}`;
}
