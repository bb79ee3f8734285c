import path from 'node:path';

import type { IDataObject } from 'n8n-workflow';

import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import type { Simulator } from '../simulator/controls.mjs';
import {
	CREATION_CASES,
	CREATION_INPUT_CASES,
	CREDITS_CASES,
	UPGRADE_CASES,
} from './creation-cases.mjs';
import type { ErrorCase } from './error-case.mjs';
import { LOOKUP_CASES } from './lookup-cases.mjs';
import { reproduce, type ReproducedError } from './reproduce.mjs';
import { DOWNLOAD_CASES, INPUT_CASES, TASK_CASES } from './task-cases.mjs';

export const PAGE = path.join(projectRoot(), 'docs', 'errors.md');

const CHAPTERS: ReadonlyArray<readonly [string, readonly ErrorCase[]]> = [
	['Checking a task', LOOKUP_CASES],
	['Failed tasks', TASK_CASES],
	['Input and parameters', INPUT_CASES],
	['Downloads', DOWNLOAD_CASES],
	['Creating a task', CREATION_CASES],
	['Input of new tasks', CREATION_INPUT_CASES],
	['1080p versions', UPGRADE_CASES],
	['Credits', CREDITS_CASES],
];

export const CASES: readonly ErrorCase[] = CHAPTERS.flatMap(([, cases]) => cases);

const HEAD = `# Errors

The errors you are likely to meet, word for word: what happened, to which task, and what to do next. The node's **On Error** setting decides
what an error does:

| On Error                      | What happens to an item that fails                                                                                  |
| ----------------------------- | ------------------------------------------------------------------------------------------------------------------- |
| Stop Workflow (the default)   | The execution fails. The node shows the quoted text and which item it was.                                          |
| Continue                      | The node outputs the item below the text, linked to its input. \`…\` stands for the text. Other items are unaffected. |
| Continue (using error output) | The node outputs the same item on the Error output.                                                                 |

To branch, use \`code\` (the API's number, or a word in capitals), not the message. If Outputs is By Status and On Error is Continue, the item goes
to Failed if there is certainly no task to wait for (unknown or too old, invalid input, a rejected key, a refused creation), and to Pending
otherwise. So creating a task again after Failed doesn't pay for it twice. Stopping an execution causes no error of the node.

With several items and On Error set to Stop Workflow, the text also says how many of the others were fine. The code \`UNEXPECTED_ERROR\` is a bug of
this node: please report it.

\`npm run docs:errors\` writes this page: it runs each case in n8n's engine with the simulated API and all three settings. A test keeps the page
up to date. \`npm run screenshots\` takes the pictures of the six most common errors.
`;

/** Writes the page with the messages of the built node. */
export async function writePage(simulator: Simulator): Promise<string> {
	const parts = [HEAD];
	for (const [title, cases] of CHAPTERS) {
		parts.push(`## ${title}\n`);
		for (const each of cases) parts.push(sectionFor(each, await reproduce(simulator, each)));
	}
	return parts.join('\n');
}

/** The pictures have twice the resolution of a page. */
function imageOf(title: string, picture: string): string {
	return `<img src="images/errors/${picture}.png" alt="${title}, in n8n's editor" width="450">`;
}

/** A task that succeeded keeps its whole item. */
function describeItem({ status, code, ...item }: IDataObject): string {
	const toCode = (json: IDataObject) => `\`${JSON.stringify({ ...json, message: '…', code })}\``;
	if (status === undefined) return `Item: ${toCode(item)}`;
	return 'videoIndex' in item
		? `Item: that of the 1080p version, with the status \`${String(status)}\`, and with ${toCode({})} added.`
		: `Item: that of the task, with its links, and with ${toCode({})} added.`;
}

/** Formats the section as Prettier would. */
function sectionFor(
	{ title, about, picture }: ErrorCase,
	{ message, description, item }: ReproducedError,
): string {
	const paragraphs = [
		`### ${title}`,
		about,
		...(picture === undefined ? [] : [imageOf(title, picture)]),
		description === null ? `> ${message}` : `> ${message}\n>\n> ${description}`,
		describeItem(item),
	];
	return `${paragraphs.join('\n\n')}\n`;
}
