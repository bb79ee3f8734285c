/**
 * `npm run screenshots` takes all pictures of README and docs, in a real n8n with the eight tasks of the simulator.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { exampleWorkflow, WAITING_NODE } from '../n8n-harness/demo/example-workflow.mjs';
import { simulatedTasks } from '../n8n-harness/demo/simulated-tasks.mjs';
import type { TaskSource } from '../n8n-harness/demo/task-source.mjs';
import { shownOnTerminal } from '../n8n-harness/system/progress.mjs';
import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import { prepareSandboxes, startSandbox, type Sandbox } from '../n8n-harness/sandbox.mjs';
import type { Workflow } from '../n8n-harness/workflows.mjs';
import { launchBrowser } from './browser.mjs';
import type { Canvas } from './canvas.mjs';
import { Editor } from './editor.mjs';
import { pictureErrors } from './error-pictures.mjs';
import { pictureExamples } from './example-pictures.mjs';
import type { NodePanel } from './node-panel.mjs';

const FOLDER = path.join(projectRoot(), 'docs', 'images');

/** Has room around the nodes for n8n's buttons, which are cut off. */
const FOR_THE_CANVAS = { width: 1500, height: 1000 };
/** High enough for all parameters. */
const FOR_THE_PANEL = { width: 1280, height: 1040 };
/** Low enough that n8n adds no space below the fields. */
const FOR_THE_CREDENTIAL = { width: 1280, height: 720 };
/** Room for the trigger's bolt on the left, the outputs on the right, and the names below. */
const MARGIN = { left: 60, right: 130, top: 30, bottom: 60 };

/** Keeps n8n's default name, "Apikley account", free for the credential in the picture. */
const CREDENTIAL = 'My Apikley account';

await prepareSandboxes();
const tasks = await simulatedTasks();
try {
	const sandbox = await shownOnTerminal('Starting n8n', async () => await startSandbox());
	try {
		await shownOnTerminal('Taking the pictures', async () => await takePictures(sandbox, tasks));
	} finally {
		await sandbox.close();
	}
} finally {
	await tasks.close();
}

async function takePictures({ n8n, client }: Sandbox, source: TaskSource): Promise<void> {
	const [examples, errors] = [path.join(FOLDER, 'examples'), path.join(FOLDER, 'errors')];
	for (const folder of [examples, errors]) await mkdir(folder, { recursive: true });
	const { apiKey, baseUrl } = source;
	const credential = await client.createCredential('apikleyApi', { apiKey, baseUrl }, CREDENTIAL);
	const { id } = await client.createWorkflow(withoutNotes(exampleWorkflow(source, credential)));
	const browser = await launchBrowser();
	try {
		const { cookieHeader } = client;
		const look = { size: FOR_THE_CANVAS, pixelRatio: 2 };
		const editor = await Editor.open(browser, { url: n8n.url, cookieHeader, ...look });
		const canvas = await editor.openWorkflow(id);
		await pictureCanvas(editor, canvas);
		await picturePanel(editor, await canvas.openNode(WAITING_NODE));
		await pictureExamples(editor, client, examples);
		await pictureErrors(editor, client, errors);
	} finally {
		await browser.close();
	}
}

/** The notes would be unreadable in a picture of that size. */
function withoutNotes(workflow: Workflow): Workflow {
	const nodes = workflow.nodes.filter(({ type }) => type !== 'n8n-nodes-base.stickyNote');
	return { ...workflow, nodes };
}

async function pictureCanvas(editor: Editor, canvas: Canvas): Promise<void> {
	await canvas.execute();
	const { x, y, width, height } = await canvas.extent();
	const { left, right, top, bottom } = MARGIN;
	const clip = {
		x: x - left,
		y: y - top,
		width: left + width + right,
		height: top + height + bottom,
	};
	await editor.page.screenshot({ path: file('workflow'), clip, animations: 'disabled' });
}

async function picturePanel(editor: Editor, panel: NodePanel): Promise<void> {
	await editor.resize(FOR_THE_PANEL);
	// Waits for its table
	await panel.output.column('taskId');
	await editor.page.screenshot({ path: file('panel'), animations: 'disabled' });

	await editor.resize(FOR_THE_CREDENTIAL);
	const form = await panel.createCredential();
	await form.fill('apiKey', 'x'.repeat(32));
	await form.window.screenshot({ path: file('credential'), animations: 'disabled' });
}

function file(name: string): string {
	return path.join(FOLDER, `${name}.png`);
}
