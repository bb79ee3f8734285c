/**
 * `npm run screenshots` takes all pictures of README and docs, in a real n8n with the eight tasks of the simulator.
 */
import type { INodeParameters } from 'n8n-workflow';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { prepareCase, TASK_ID, type ErrorCase } from '../errors-page/error-case.mjs';
import { CASES } from '../errors-page/page.mjs';
import type { CredentialReference, N8nClient } from '../n8n-harness/client.mjs';
import { exampleWorkflow, WAITING_NODE } from '../n8n-harness/demo/example-workflow.mjs';
import { simulatedTasks } from '../n8n-harness/demo/simulated-tasks.mjs';
import type { TaskSource } from '../n8n-harness/demo/task-source.mjs';
import {
	EXAMPLE_CREDENTIALS,
	EXAMPLES,
	readExample,
	STICKY_NOTE,
	withCredentials,
} from '../n8n-harness/examples.mjs';
import { prepareSandboxes, startSandbox, type Sandbox } from '../n8n-harness/sandbox.mjs';
import { shownOnTerminal } from '../n8n-harness/system/progress.mjs';
import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import {
	apikleyVeo,
	items,
	manualTrigger,
	WorkflowBuilder,
	type Workflow,
} from '../n8n-harness/workflows.mjs';
import { startSimulator } from '../simulator/simulator.mjs';
import { launchBrowser } from './browser.mjs';
import { Editor } from './editor.mjs';
import { makeFirstVideo } from './first-video.mjs';
import type { NodePanel } from './node-panel.mjs';

const FOLDER = path.join(projectRoot(), 'docs', 'images');

/** Has room around the nodes for n8n's buttons, which are cut off. */
const FOR_THE_CANVAS = { width: 1500, height: 1000 };
/** High enough for all parameters. */
const FOR_THE_PANEL = { width: 1280, height: 1040 };
/** Wide enough that n8n doesn't cut off the buttons above the file. */
const FOR_THE_FIRST_VIDEO = { width: 1440, height: 800 };
/** Low enough that n8n adds no space below the fields. */
const FOR_THE_CREDENTIAL = { width: 1280, height: 720 };
/** Wide enough to read the notes of long workflows. */
const FOR_EXAMPLES = { width: 2400, height: 1500 };
/** Wide enough that a message fits on a few lines. */
const FOR_ERRORS = { width: 1400, height: 900 };
/** Room for the trigger's bolt on the left, the outputs on the right, and the names below. */
const AROUND_NODES = { left: 60, right: 130, top: 30, bottom: 60 };
/** Room for the plus that n8n draws after the last node, and the names below the nodes. */
const AROUND_NOTES = { left: 40, right: 110, top: 40, bottom: 90 };

const PROMPT =
	'A paper boat drifts down a narrow street after the rain. Slow tracking shot at water level, warm morning light. Sound: dripping water, distant church bells.';

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
	for (const folder of ['examples', 'errors', 'first-video']) {
		await mkdir(path.join(FOLDER, folder), { recursive: true });
	}
	const { apiKey, baseUrl } = source;
	const credential = await client.createCredential('apikleyApi', { apiKey, baseUrl }, CREDENTIAL);
	const { id } = await client.createWorkflow(withoutNotes(exampleWorkflow(source, credential)));
	const browser = await launchBrowser();
	try {
		const { cookieHeader } = client;
		const look = { size: FOR_THE_CANVAS, pixelRatio: 2 };
		const editor = await Editor.open(browser, { url: n8n.url, cookieHeader, ...look });
		// While there is only one credential, which n8n then selects
		await pictureFirstVideo(editor);
		await editor.resize(FOR_THE_CANVAS);
		const canvas = await editor.openWorkflow(id);
		await canvas.execute();
		await canvas.takePicture(file('workflow'), AROUND_NODES);
		await picturePanel(editor, await canvas.openNode(WAITING_NODE));
		await editor.resize(FOR_EXAMPLES);
		const credentials = await createCredentials(client, credential);
		for (const name of EXAMPLES) await pictureExample(editor, client, name, credentials);
		await editor.resize(FOR_ERRORS);
		for (const each of CASES) if (each.picture) await pictureError(editor, client, each);
	} finally {
		await browser.close();
	}
}

function file(name: string): string {
	return path.join(FOLDER, `${name}.png`);
}

/** The notes would be unreadable in a picture of that size. */
function withoutNotes(workflow: Workflow): Workflow {
	const nodes = workflow.nodes.filter(({ type }) => type !== STICKY_NOTE);
	return { ...workflow, nodes };
}

async function pictureFirstVideo(editor: Editor): Promise<void> {
	await editor.resize(FOR_THE_FIRST_VIDEO);
	await makeFirstVideo(editor, PROMPT, async (step) => {
		// Its success message would cover a part of the page
		await editor.page.locator('.el-notification').waitFor({ state: 'detached' });
		const picturePath = file(`first-video/${step}`);
		await editor.page.screenshot({ path: picturePath, animations: 'disabled' });
	});
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

/** Takes it with all that has to be set, as n8n would otherwise mark those nodes. */
async function pictureExample(
	editor: Editor,
	client: N8nClient,
	name: string,
	credentials: Readonly<Record<string, CredentialReference>>,
): Promise<void> {
	const workflow = withCredentials(readExample(name), credentials);
	const { id } = await client.createWorkflow(withoutBlanks(workflow));
	const canvas = await editor.openWorkflow(id);
	await canvas.zoomToFit();
	await canvas.takePicture(file(`examples/${name}`), AROUND_NOTES);
}

function withoutBlanks(workflow: Workflow): Workflow {
	const nodes = workflow.nodes.map((node) => {
		const filledIn = Object.entries(node.parameters).map(([name, value]) => [
			name,
			value === '' ? '1' : value,
		]);
		return { ...node, parameters: Object.fromEntries(filledIn) as INodeParameters };
	});
	return { ...workflow, nodes };
}

/** Returns a credential for each type that the examples need. All but Apikley's are empty. */
async function createCredentials(
	client: N8nClient,
	apikleyApi: CredentialReference,
): Promise<Record<string, CredentialReference>> {
	const others = EXAMPLE_CREDENTIALS.filter((type) => type !== 'apikleyApi');
	const created = await Promise.all(
		others.map(async (type) => [type, await client.createCredential(type, {})] as const),
	);
	return { apikleyApi, ...Object.fromEntries(created) };
}

async function pictureError(
	editor: Editor,
	client: N8nClient,
	errorCase: ErrorCase,
): Promise<void> {
	const { title, picture, parameters = {} } = errorCase;
	// The short waits of the cases would look odd
	const polling = parameters.polling && { polling: { interval: 1, timeout: 5 } };
	const simulator = await startSimulator();
	try {
		const data = { ...prepareCase(simulator, errorCase) };
		const created = await client.createCredential('apikleyApi', data, title);
		const node = apikleyVeo({ taskId: '={{ $json.taskId }}', ...parameters, ...polling }, created);
		const workflow = new WorkflowBuilder(title)
			.then(manualTrigger())
			.then(items([{ taskId: TASK_ID }]))
			.then(node);
		const { id } = await client.createWorkflow(workflow.build());
		const canvas = await editor.openWorkflow(id);
		await canvas.execute();
		const panel = await canvas.openNode(node.name);
		const picturePath = file(`errors/${picture}`);
		await panel.output.errorView.screenshot({ path: picturePath, animations: 'disabled' });
	} finally {
		await simulator.close();
	}
}
