import {
	DEFAULT_OWNER,
	N8nClient,
	N8nRequestFailed,
	type CredentialReference,
} from '../client.mjs';
import { exampleName, exampleWorkflow } from './example-workflow.mjs';
import type { TaskSource } from './task-source.mjs';

const CREDENTIAL_TYPE = 'apikleyApi';

export interface Setup {
	readonly client: N8nClient;
	readonly workflowId: string;
}

/**
 * Creates the owner, the credential and the example workflow, or updates those of an earlier start. Throws an Error that
 * says what to do if the owner's login or the credential does not work.
 */
export async function setUp(url: string, source: TaskSource, userFolder: string): Promise<Setup> {
	const client = await logIn(url, userFolder);
	await checkCredential(client, source);
	const credential = await saveCredential(client, source);
	return { client, workflowId: await saveWorkflow(client, source, credential) };
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

async function checkCredential(client: N8nClient, { apiKey, baseUrl }: TaskSource): Promise<void> {
	const { status, message } = await client.testCredential(CREDENTIAL_TYPE, { apiKey, baseUrl });
	if (status === 'OK') return;
	throw new Error(`The credential test failed at ${baseUrl}: ${message}`);
}

async function saveCredential(client: N8nClient, source: TaskSource): Promise<CredentialReference> {
	const { apiKey, baseUrl } = source;
	const name = `Apikley (${source.label})`;
	const known = (await client.listCredentials()).find(
		(each) => each.type === CREDENTIAL_TYPE && each.name === name,
	);
	if (!known) return await client.createCredential(CREDENTIAL_TYPE, { apiKey, baseUrl }, name);
	await client.updateCredential(known, CREDENTIAL_TYPE, { apiKey, baseUrl });
	return { id: known.id, name };
}

async function saveWorkflow(
	client: N8nClient,
	source: TaskSource,
	credential: CredentialReference,
): Promise<string> {
	const workflow = exampleWorkflow(source, credential);
	const known = (await client.listWorkflows()).find(
		({ name, isArchived }) => name === exampleName(source) && !isArchived,
	);
	if (!known) return (await client.createWorkflow(workflow)).id;
	await client.updateWorkflow(known.id, workflow);
	return known.id;
}
