import { cpus, totalmem } from 'node:os';

import { markdownTable, today, updateSection } from '../test/markdown-table-file.mjs';
import { installN8n } from '../test/n8n-harness/install.mjs';
import type { Benchmark, Row } from './benchmark.mjs';

const HEAD = ['', 'Apikley Veo', 'HTTP Request', 'Result', 'Target', ''] as const;

/** Writes the section of a benchmark to docs/benchmarks.md, and returns it as Markdown. `names`: all benchmarks. */
export async function saveSection(
	{ name, title }: Benchmark,
	rows: readonly Row[],
	names: readonly string[],
): Promise<string> {
	const { version } = await installN8n();
	const memory = Math.round(totalmem() / 2 ** 30);
	const intro = `# Benchmarks

\`npm run bench\` measures everything here. All sides of a table are measured in one run, in one n8n ${version} with SQLite
(unless stated otherwise), on a machine with ${cpus().length} cores and ${memory} GiB of memory that also runs the simulated API. What
doesn't depend on how busy the machine is (kills, sizes and leaks) is measured at the same time, at the end. In brackets:
lowest and highest of several runs.
`;
	const command = `\`npm run bench -- ${name}\`, measured on ${today()}`;
	// "In short" has no command, and so no name
	const sections = ['', ...names];
	return await updateSection(
		{ name: 'benchmarks.md', intro, sections, nameIn: /npm run bench -- ([\w-]+)/ },
		`## ${title}\n\n${command}\n\n${markdownTable(HEAD, rows.map(cellsOf))}`,
	);
}

/** In the order of HEAD. */
function cellsOf({ measure, ours, theirs = '', result = '', target }: Row): string[] {
	if (target === undefined) return [measure, ours, theirs, result, '', ''];
	return [measure, ours, theirs, result, target.text, target.isMet ? 'met' : 'MISSED'];
}
