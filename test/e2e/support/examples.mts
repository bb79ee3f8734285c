import type { IDataObject, INode } from 'n8n-workflow';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { SavedWorkflow } from '../../n8n-harness/client.mjs';
import type { Execution } from '../../n8n-harness/execution.mjs';
import { projectRoot } from '../../n8n-harness/system/project-root.mjs';
import type { Workflow } from '../../n8n-harness/workflows.mjs';
import { S3Server } from './s3-server.mjs';
import { SftpServer } from './sftp-server.mjs';
import { testBed, useSharedTestBed } from './test-bed.mjs';

/** The header with which the webhook of an example must be called. */
export const CALLER = { name: 'X-Test-Caller', value: 'caller-secret' };

const TIMEOUT_MS = 600_000;

/** The servers that the examples send videos to. */
interface Servers {
	readonly s3: S3Server;
	readonly sftp: SftpServer;
}

let opened: Servers | undefined;

export function servers(): Servers {
	if (opened === undefined) throw new Error('The servers open before the first test');
	return opened;
}

/** Opens a test bed with the credentials that the examples name, and the servers for them. */
export function useExamples(): void {
	useSharedTestBed();
	beforeAll(async () => {
		const { client } = testBed();
		opened = { s3: await S3Server.open('my-videos'), sftp: await SftpServer.open() };
		// Their names are those that n8n gives the first credential of each type
		await client.createCredential('s3', opened.s3.credential, 'S3 account');
		await client.createCredential('sftp', opened.sftp.credential, 'SFTP account');
		await client.createCredential('httpHeaderAuth', CALLER, 'Header Auth account');
		await client.createCredential('openAiApi', { apiKey: 'none' }, 'OpenAi account');
	});
	afterAll(async () => {
		await Promise.all([opened?.s3.close(), opened?.sftp.close()]);
	});
}

/** Imports an example and changes its settings, as a user does. `change` is for other changes. */
export async function importExample(
	name: string,
	settings: IDataObject = {},
	change: (workflow: Workflow) => Workflow = (workflow) => workflow,
): Promise<SavedWorkflow> {
	const { client } = testBed();
	const file = path.join(projectRoot(), 'examples', `${name}.json`);
	const { id } = await client.createWorkflow(JSON.parse(await readFile(file, 'utf8')) as Workflow);
	// n8n has added the credentials of these names
	const imported = await client.getWorkflow(id);
	return await client.updateWorkflow(id, change(withSettings(imported, settings)));
}

/** Runs an example by hand from its trigger to its end. */
export async function runExample(workflowId: string, trigger: string): Promise<Execution> {
	const { client } = testBed();
	return await client.waitForEnd(await client.runByHand(workflowId, trigger), TIMEOUT_MS);
}

/** Returns the workflow with other values in its node Settings. */
function withSettings(workflow: Workflow, values: IDataObject): Workflow {
	if (Object.keys(values).length === 0) return workflow;
	return withNode(workflow, 'Settings', ({ parameters }) => {
		const { assignments } = parameters.assignments as unknown as Assignments;
		const unknown = Object.keys(values).filter((name) => !assignments.some((a) => a.name === name));
		if (unknown.length > 0) throw new Error(`No such setting: ${unknown.join(', ')}`);
		const changed = assignments.map((a) => ({ ...a, value: values[a.name] ?? a.value }));
		return { assignments: { assignments: changed } } as unknown as INode['parameters'];
	});
}

/** Returns the workflow with some parameters of a node changed. Throws an Error if there is no such node. */
export function withNode(
	workflow: Workflow,
	name: string,
	change: (node: INode) => INode['parameters'],
): Workflow {
	if (!workflow.nodes.some((node) => node.name === name)) throw new Error(`No node ${name}`);
	const nodes = workflow.nodes.map((node) =>
		node.name === name ? { ...node, parameters: { ...node.parameters, ...change(node) } } : node,
	);
	return { ...workflow, nodes };
}

interface Assignments {
	assignments: Array<{ name: string; value: unknown }>;
}

export function sha256(bytes: Uint8Array): string {
	return createHash('sha256').update(bytes).digest('hex');
}
