import {
	DEFAULT_OWNER,
	N8nClient,
	N8nRequestFailed,
	type CredentialReference,
} from '../client.mjs';
import { examplesOf, type Example } from './examples.mjs';
import type { TaskSource } from './task-source.mjs';

const TYPE = 'apikleyApi';

/** An example that is saved in n8n. */
export interface SavedExample extends Example {
	readonly workflowId: string;
}

export interface Setup {
	readonly client: N8nClient;
	/** In the order of their tables. */
	readonly examples: readonly SavedExample[];
}

/**
 * Creates the owner, the credential and the example workflows, or updates those of an earlier start. Throws an Error that
 * says what to do if the owner's login or the credential does not work.
 */
export async function setUp(url: string, source: TaskSource, userFolder: string): Promise<Setup> {
	const client = await logIn(url, userFolder);
	const credential = await saveCredential(client, source);
	const examples: SavedExample[] = [];
	for (const example of examplesOf(source)) {
		const workflowId = await saveWorkflow(client, example, credential);
		examples.push({ ...example, workflowId });
	}
	return { client, examples };
}

async function saveCredential(
	client: N8nClient,
	{ apiKey, baseUrl, label }: TaskSource,
): Promise<CredentialReference> {
	const { status, message } = await client.testCredential(TYPE, { apiKey, baseUrl });
	if (status !== 'OK') throw new Error(`The credential test failed at ${baseUrl}: ${message}`);
	const name = `Apikley (${label})`;
	const credentials = await client.listCredentials();
	const known = credentials.find((each) => each.type === TYPE && each.name === name);
	if (known === undefined) return await client.createCredential(TYPE, { apiKey, baseUrl }, name);
	await client.updateCredential(known, TYPE, { apiKey, baseUrl });
	return { id: known.id, name };
}

/** Returns the ID of the workflow. */
async function saveWorkflow(
	client: N8nClient,
	{ name, build }: Example,
	credential: CredentialReference,
): Promise<string> {
	const saved = (await client.listWorkflows()).find(
		(each) => each.name === name && !each.isArchived,
	);
	const { id } = saved
		? await client.updateWorkflow(saved.id, build(credential))
		: await client.createWorkflow(build(credential));
	return id;
}

async function logIn(url: string, userFolder: string): Promise<N8nClient> {
	try {
		return await N8nClient.connect(url);
	} catch (error) {
		if (!(error instanceof N8nRequestFailed)) throw error;
		throw new Error(
			`The owner of this n8n no longer is ${DEFAULT_OWNER.email} with the demo's password. Delete ${userFolder} to start afresh.`,
			{ cause: error },
		);
	}
}
