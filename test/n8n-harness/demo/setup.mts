import { DEFAULT_OWNER, N8nClient, N8nRequestFailed } from '../client.mjs';
import { exampleName, exampleWorkflow } from './example-workflow.mjs';
import type { TaskSource } from './task-source.mjs';

const TYPE = 'apikleyApi';

export interface Setup {
	readonly client: N8nClient;
	readonly workflowId: string;
}

/**
 * Creates the owner, the credential and the example workflow, or updates those of an earlier start. Throws an Error that
 * says what to do if the owner's login or the credential does not work.
 */
export async function setUp(url: string, source: TaskSource, userFolder: string): Promise<Setup> {
	const { apiKey, baseUrl, label } = source;
	const client = await logIn(url, userFolder);
	const { status, message } = await client.testCredential(TYPE, { apiKey, baseUrl });
	if (status !== 'OK') throw new Error(`The credential test failed at ${baseUrl}: ${message}`);

	const name = `Apikley (${label})`;
	const credentials = await client.listCredentials();
	const known = credentials.find((each) => each.type === TYPE && each.name === name);
	const credential = known ?? (await client.createCredential(TYPE, { apiKey, baseUrl }, name));
	if (known) await client.updateCredential(known, TYPE, { apiKey, baseUrl });

	const workflow = exampleWorkflow(source, { id: credential.id, name });
	const saved = (await client.listWorkflows()).find(
		(each) => each.name === exampleName(source) && !each.isArchived,
	);
	const { id } = saved
		? await client.updateWorkflow(saved.id, workflow)
		: await client.createWorkflow(workflow);
	return { client, workflowId: id };
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
