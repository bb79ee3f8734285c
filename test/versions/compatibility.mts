import { today, updateRow } from '../markdown-table-file.mjs';
import { RELEASES, type TestedRelease } from './releases.mjs';

/** The result of a test, whose title is a column of the table. */
export interface Result {
	readonly title: string;
	readonly works: boolean;
}

const PAGE = {
	name: 'compatibility.md',
	intro: `# Compatibility

\`npm run test:versions\` installs each of these versions of n8n from npm, adds the packed package as a user would, and
tests what users notice, with the simulated API and SQLite. Where Park isn't available, the node has to say so before it
sends a request. All other tests run in the newest of these versions.
`,
	notes: `
- **Loads**: n8n offers the node and its credential. n8n 1.82 does not, because it has no \`NodeConnectionTypes\` yet.
- **AI Tool**: n8n offers the node as a tool. If its MCP Server Trigger supports streamable HTTP, the tool is also called.
- **Park**: a wait is parked, n8n is restarted, and the wait continues. n8n 2.0 to 2.5 don't give a node the settings of
  its workflow, which parking needs. A late 1.123, the last of the 1.x, does.
- **Sub-workflow**: the caller of a sub-workflow with a parked wait gets its result, or fails with it. n8n 2.20 and
  older can't tell the caller of a failure, so the node keeps running there if a caller waits.
- **Wake**: the callback of a task that the node has created resumes the parked execution, once even if it comes twice.
  n8n before 2.6 could resume it twice, so there the node sends no address, and looks the task up by time.
- **Generate**: tasks are created, waited for and downloaded, and their IDs are in the custom data of the execution, except
  in n8n 1.123, which has none for nodes.
- **Images**: the images of a task are uploaded from a binary field.
- **Paid Once**: Retry On Fail, and a retry of the failed execution, create no task again.
- **Trigger**: a callback starts a workflow, a repeated or forged one doesn't.
- **Upgrade**: what was saved with former builds of this package is continued after n8n was restarted with the present
  one: active workflows, and where they can be parked, executions that wait for a task or have created one.

The unit and integration tests run on Node.js 20, 22 and 24: \`npm run test:node-versions\`, and in CI.
`,
	rows: RELEASES.map(({ n8n }) => n8n),
};

/** Replaces the row of this n8n in docs/compatibility.md. */
export async function saveRow(
	{ n8n, node, parks, wakes }: TestedRelease,
	results: readonly Result[],
): Promise<void> {
	const head = ['n8n', 'Node.js', 'Tested on', ...results.map(({ title }) => title)];
	const cells = results.map(({ title, works }) => {
		if (!works) return '**no**';
		if (title === 'Wake' && !wakes) return parks ? 'by time only' : '–';
		return title === 'Park' && !parks ? "says it can't" : 'yes';
	});
	await updateRow({ ...PAGE, head }, [n8n, node, today(), ...cells]);
}
