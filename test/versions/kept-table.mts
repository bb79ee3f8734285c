import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format } from 'prettier';

import { markdownTable, today } from '../markdown.mjs';
import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import { RELEASES, type TestedRelease } from './releases.mjs';

const FILE = path.join(projectRoot(), 'docs', 'compatibility.md');

/** How a test came out; its title is a column of the table. */
export interface Result {
	readonly title: string;
	readonly works: boolean;
}

const TEXT = `# Compatibility

\`npm run test:versions\` installs each of these versions of n8n from npm, puts the packed package in it as a user does,
and tries what a user notices: against the simulated API, on SQLite. What is not there (Park) must say so before anything
is looked up. The newest n8n is the one that all other tests run in.
`;

const NOTES = `
- **Loads**: n8n offers the node and its credential. n8n 1.82 does not: it has no \`NodeConnectionTypes\` yet.
- **AI Tool**: n8n offers the node as a tool. Where its MCP Server Trigger speaks streamable HTTP, the tool is called, too.
- **Park**: a wait is parked, n8n is restarted, and the wait goes on. n8n 2.0 to 2.4 do not tell a node the settings of its
  workflow, which it takes; a late 1.123, the last of the 1.x, does.

The unit and integration tests run on Node.js 20, 22 and 24: \`npm run test:node-versions\`, and in CI.
`;

/** Puts a row into the table, in place of what was found in this n8n before. Rows with other columns are dropped. */
export async function keepRow(release: TestedRelease, results: readonly Result[]): Promise<void> {
	const head = ['n8n', 'Node.js', 'Tried on', ...results.map(({ title }) => title)];
	const kept = rowsOf(await readFile(FILE, 'utf8').catch(() => ''), head);
	kept.set(release.n8n, [release.n8n, release.node, today(), ...results.map(cellOf(release))]);
	const rows = RELEASES.flatMap(({ n8n }) => (kept.has(n8n) ? [kept.get(n8n) ?? []] : []));
	const text = `${TEXT}\n${markdownTable(head, rows)}${NOTES}`;
	await writeFile(FILE, await format(text, { parser: 'markdown' }));
}

const cellOf =
	({ parks }: TestedRelease) =>
	({ title, works }: Result): string => {
		if (!works) return '**no**';
		return title === 'Park' && !parks ? "says it can't" : 'yes';
	};

/** By their version of n8n, if they stand under the same head. */
function rowsOf(text: string, head: readonly string[]): Map<string, string[]> {
	const [kept = [], , ...rows] = text
		.split('\n')
		.filter((line) => line.startsWith('|'))
		.map((line) => line.split('|').slice(1, -1))
		.map((cells) => cells.map((cell) => cell.trim()));
	if (kept.join() !== head.join()) return new Map();
	return new Map(rows.map((cells) => [cells[0] ?? '', cells]));
}
