/**
 * `npm run snapshot:release`, before a version is released: saves in test/released/ what users can set and save with this
 * version, and what their workflows output. The tests then hold every later version to that.
 */
import type { ICredentialType, INodeType } from 'n8n-workflow';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';

import { resultOf, TestBed } from '../e2e/support/test-bed.mjs';
import { shownOnTerminal } from '../n8n-harness/system/progress.mjs';
import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import { prepareSandboxes } from '../n8n-harness/sandbox.mjs';
import { panelOf, versionsOf, type Panel } from './panel.mjs';
import { parkedFolderOf, parkRuns } from './parked-runs.mjs';
import { folderOf } from './releases.mjs';
import { outputsOf, type SavedWorkflow } from './saved-workflow.mjs';
import { snapshotWorkflows, type SnapshotWorkflow } from './workflows.mjs';

/** Loads from this package. */
const require = createRequire(path.join(projectRoot(), 'package.json'));

/** A parked wait takes more than a minute. */
const TIMEOUT_MS = 300_000;

async function save(
	bed: TestBed,
	name: string,
	{ tasks, parameters, node = {} }: SnapshotWorkflow,
): Promise<SavedWorkflow> {
	const { client, simulator } = bed;
	simulator.addTasks(tasks);
	const taskIds = [...tasks.map(({ taskId }) => taskId), 'not known'];
	const items = taskIds.map((taskId) => ({ taskId }));
	const settings = { executionOrder: 'v1' } as const;
	const built = bed.workflow({ items, parameters, node, settings }).build();
	const { id } = await client.createWorkflow({ ...built, name });
	const executionId = await client.runByHand(id, built.nodes[0]?.name ?? '');
	const { run } = resultOf(await client.waitForEnd(executionId, TIMEOUT_MS));
	const { nodes, connections } = await client.getWorkflow(id);
	const workflow = { name, nodes, connections, settings, active: false } as const;
	return { workflow, tasks, outputs: outputsOf(run) };
}

async function write(file: string, content: unknown): Promise<void> {
	const style = await resolveConfig(file);
	await writeFile(file, await format(JSON.stringify(content), { ...style, parser: 'json' }));
}

/** The panels, that of the newest version of the node. */
function builtPanel(): Panel {
	const { ApikleyVeo } = require('./dist/nodes/ApikleyVeo/ApikleyVeo.node.js') as {
		ApikleyVeo: new () => INodeType;
	};
	const { ApikleyVeoTrigger } = require('./dist/nodes/ApikleyVeo/ApikleyVeoTrigger.node.js') as {
		ApikleyVeoTrigger: new () => INodeType;
	};
	const { ApikleyApi } = require('./dist/credentials/ApikleyApi.credentials.js') as {
		ApikleyApi: new () => ICredentialType;
	};
	const node = new ApikleyVeo();
	const nodeVersion = Math.max(...versionsOf(node));
	return panelOf(node, new ApikleyVeoTrigger(), new ApikleyApi(), nodeVersion);
}

const { version } = require('./package.json') as { version: string };
const folder = folderOf(version);
await prepareSandboxes();
await rm(folder, { recursive: true, force: true });
await mkdir(parkedFolderOf(version), { recursive: true });
for (const [file, parkedRun] of Object.entries(await parkRuns())) {
	await write(path.join(parkedFolderOf(version), file), parkedRun);
}
await write(path.join(folder, 'panel.json'), builtPanel());
const bed = await TestBed.open();
try {
	await shownOnTerminal('Running the workflows of the snapshot', async () => {
		const workflows = Object.entries(snapshotWorkflows(version));
		await Promise.all(
			workflows.map(async ([name, workflow]) =>
				write(path.join(folder, `${name}.json`), await save(bed, name, workflow)),
			),
		);
	});
} finally {
	await bed.close();
}
