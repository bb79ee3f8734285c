import path from 'node:path';

import type { INodeParameters } from 'n8n-workflow';

import { prepareCase, TASK_ID, type ErrorCase } from '../errors-page/error-case.mjs';
import { CASES } from '../errors-page/page.mjs';
import type { N8nClient } from '../n8n-harness/client.mjs';
import { apikleyVeo, items, manualTrigger, WorkflowBuilder } from '../n8n-harness/workflows.mjs';
import { startSimulator } from '../simulator/simulator.mjs';
import type { Editor } from './editor.mjs';

const NODE = 'Apikley Veo';

/** Wide enough that a message fits on a few lines. */
const SIZE = { width: 1400, height: 900 };

/** Takes a picture of each common error in the node's panel, and saves it in `folder`. */
export async function pictureErrors(
	editor: Editor,
	client: N8nClient,
	folder: string,
): Promise<void> {
	await editor.resize(SIZE);
	for (const errorCase of CASES) {
		if (errorCase.picture === undefined) continue;
		const file = path.join(folder, `${errorCase.picture}.png`);
		await pictureError(editor, client, errorCase, file);
	}
}

async function pictureError(
	editor: Editor,
	client: N8nClient,
	errorCase: ErrorCase,
	file: string,
): Promise<void> {
	const { title, parameters = {} } = errorCase;
	const simulator = await startSimulator();
	try {
		const data = { ...prepareCase(simulator, errorCase) };
		const created = await client.createCredential('apikleyApi', data, title);
		const workflow = new WorkflowBuilder(title)
			.then(manualTrigger())
			.then(items([{ taskId: TASK_ID }]))
			.then(
				apikleyVeo({ taskId: '={{ $json.taskId }}', ...withUsualPolling(parameters) }, created),
			);
		const { id } = await client.createWorkflow(workflow.build());
		const canvas = await editor.openWorkflow(id);
		await canvas.execute();
		const panel = await canvas.openNode(NODE);
		await panel.output.errorView.screenshot({ path: file, animations: 'disabled' });
	} finally {
		await simulator.close();
	}
}

/** The short waits of the cases would look odd. */
function withUsualPolling(parameters: INodeParameters): INodeParameters {
	if (parameters.polling === undefined) return parameters;
	return { ...parameters, polling: { interval: 1, timeout: 5 } };
}
