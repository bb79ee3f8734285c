import path from 'node:path';

import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import type { Simulator } from '../simulator/controls.mjs';
import type { ErrorCase } from './error-case.mjs';
import { LOOKUP_CASES } from './lookup-cases.mjs';
import { provoke, type Reading } from './provoke.mjs';
import { DOWNLOAD_CASES, INPUT_CASES, TASK_CASES } from './task-cases.mjs';

export const PAGE = path.join(projectRoot(), 'docs', 'errors.md');

const CHAPTERS: ReadonlyArray<readonly [string, readonly ErrorCase[]]> = [
	['Looking a task up', LOOKUP_CASES],
	['How the task ended', TASK_CASES],
	['Input and settings', INPUT_CASES],
	['Downloads', DOWNLOAD_CASES],
];

export const CASES: readonly ErrorCase[] = CHAPTERS.flatMap(([, cases]) => cases);

const HEAD = `# Errors

Each error of the node, as the node words it: what happened, to which task, and what to do now. What it becomes is up to the node's
setting **On Error**:

| On Error                      | What becomes of an item that fails                                                                                                             |
| ----------------------------- | ---------------------------------------------------------------------------------------------------------------------------------------------- |
| Stop Workflow (the default)   | The execution fails. The node shows the text that is quoted below, and which item it was.                                                      |
| Continue                      | An item as it stands below the text, in its place and linked to its input; \`…\` is the text's first paragraph. The other items are not touched. |
| Continue (using error output) | The same item, on the output Error.                                                                                                            |

Branch on \`code\`, the API's number or a word in capitals, rather than on the message. With Output Mode set to By Status, Continue sends the item to
Still Generating where looking again later may help, else to Failed. An execution that you stop ends without an error of the node.

\`npm run docs:errors\` writes this page: it meets each error in n8n's engine, against the simulated API, in all three settings. A test compares
what is written here. \`npm run screenshots\` takes the pictures, of the commonest six.
`;

/** The page as it should be, by the texts of the built node. */
export async function writePage(simulator: Simulator): Promise<string> {
	const parts = [HEAD];
	for (const [title, cases] of CHAPTERS) {
		parts.push(`## ${title}\n`);
		for (const each of cases) parts.push(sectionFor(each, await provoke(simulator, each)));
	}
	return parts.join('\n');
}

/** Its pixels are half as large as those of a page. */
function imageOf(title: string, picture: string): string {
	return `<img src="images/errors/${picture}.png" alt="${title}, in n8n's editor" width="450">`;
}

/** As Prettier would write it. */
function sectionFor(
	{ title, about, picture }: ErrorCase,
	{ message, description, item }: Reading,
): string {
	const paragraphs = [
		`### ${title}`,
		about,
		...(picture === undefined ? [] : [imageOf(title, picture)]),
		description === null ? `> ${message}` : `> ${message}\n>\n> ${description}`,
		`Item: \`${JSON.stringify({ ...item, message: '…' })}\``,
	];
	return `${paragraphs.join('\n\n')}\n`;
}
