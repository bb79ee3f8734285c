import type { INode } from 'n8n-workflow';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import type { N8nClient } from '../n8n-harness/client.mjs';
import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import type { Workflow } from '../n8n-harness/workflows.mjs';
import type { Editor } from './editor.mjs';

const EXAMPLES = path.join(projectRoot(), 'examples');

/** Wide enough to read the notes of long workflows. */
const SIZE = { width: 2400, height: 1500 };
/** Room around nodes and notes, and for the plus that n8n draws after the last node. */
const MARGIN = 40;
const PLUS = 70;

/** Takes a picture of each example on the canvas, and saves it in `folder`. */
export async function pictureExamples(
	editor: Editor,
	client: N8nClient,
	folder: string,
): Promise<void> {
	await editor.resize(SIZE);
	for (const file of await readdir(EXAMPLES)) {
		const workflow = JSON.parse(await readFile(path.join(EXAMPLES, file), 'utf8')) as Workflow;
		await createCredentials(client, workflow.nodes);
		const { id } = await client.createWorkflow(workflow);
		const canvas = await editor.openWorkflow(id);
		await canvas.zoomToFit();
		const { x, y, width, height } = await canvas.extent();
		const clip = {
			x: x - MARGIN,
			y: y - MARGIN,
			width: width + 2 * MARGIN + PLUS,
			height: height + 2 * MARGIN,
		};
		const picture = path.join(folder, `${path.basename(file, '.json')}.png`);
		await editor.page.screenshot({ path: picture, clip, animations: 'disabled' });
	}
}

/** Creates empty credentials with the names in the nodes, which would otherwise be marked as incomplete. */
async function createCredentials(client: N8nClient, nodes: readonly INode[]): Promise<void> {
	const known = await client.listCredentials();
	const wanted = nodes.flatMap(({ credentials = {} }) =>
		Object.entries(credentials).map(([type, { name }]) => ({ type, name })),
	);
	for (const { type, name } of wanted) {
		const isKnown = (each: { type: string; name: string }) =>
			each.type === type && each.name === name;
		if (known.some(isKnown)) continue;
		const created = await client.createCredential(type, {}, name);
		known.push({ ...created, type });
	}
}
