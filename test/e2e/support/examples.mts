import type { INodeParameters } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';

import type { CredentialReference, SavedWorkflow } from '../../n8n-harness/client.mjs';
import { readExample, withCredentials, withParameters } from '../../n8n-harness/examples.mjs';
import type { Execution } from '../../n8n-harness/execution.mjs';
import type { SimulatorControls } from '../../simulator/controls.mjs';
import type { Workflow } from '../../n8n-harness/workflows.mjs';
import { S3Server } from './s3-server.mjs';
import { SftpServer } from './sftp-server.mjs';
import { testBed, useSharedTestBed } from './test-bed.mjs';

const TIMEOUT_MS = 600_000;

/** The servers that the examples send videos to, and the credentials for them by type. */
interface Servers {
	readonly s3: S3Server;
	readonly sftp: SftpServer;
	readonly credentials: Readonly<Record<string, CredentialReference>>;
}

let opened: Servers | undefined;

export function servers(): Servers {
	if (opened === undefined) throw new Error('The servers open before the first test');
	return opened;
}

/** Opens a test bed with all credentials that the examples need, and the servers for them. */
export function useExamples(): void {
	useSharedTestBed();
	beforeAll(async () => {
		const { client, credential, simulator, sink } = testBed();
		repeatCallbacks(simulator);
		const s3 = await S3Server.open('my-videos');
		const sftp = await SftpServer.open();
		const telegram = { accessToken: 'bot', baseUrl: sink.url.replace(/\/$/, '') };
		const credentials = {
			apikleyApi: credential,
			s3: await client.createCredential('s3', s3.credential),
			sftp: await client.createCredential('sftp', sftp.credential),
			telegramApi: await client.createCredential('telegramApi', telegram),
			openAiApi: await client.createCredential('openAiApi', { apiKey: 'none' }),
		};
		opened = { s3, sftp, credentials };
	});
	afterAll(async () => {
		await Promise.all([opened?.s3.close(), opened?.sftp.close()]);
	});
}

/** Has a callback repeated until it succeeds. n8n refuses one that comes before the execution is parked. */
export function repeatCallbacks(simulator: SimulatorControls): void {
	simulator.setOptions({ callbackRetrySeconds: Array.from({ length: 60 }, () => 1) });
}

/** Imports an example, chooses all its credentials, and changes parameters of its nodes, as a user does. */
export async function importExample(
	name: string,
	parameters: Readonly<Record<string, INodeParameters>> = {},
): Promise<SavedWorkflow> {
	const workflow = withAddresses(withCredentials(readExample(name), servers().credentials));
	return await testBed().client.createWorkflow(withParameters(workflow, parameters));
}

/** n8n's editor gives each trigger with a webhook an address of its own when it imports a workflow. */
function withAddresses(workflow: Workflow): Workflow {
	const nodes = workflow.nodes.map((node) =>
		/apikleyVeoTrigger|chatTrigger/.test(node.type) ? { ...node, webhookId: randomUUID() } : node,
	);
	return { ...workflow, nodes };
}

/** Runs an example by hand from its trigger to its end. */
export async function runExample(workflowId: string, trigger = 'Start'): Promise<Execution> {
	const { client } = testBed();
	return await client.waitForEnd(await client.runByHand(workflowId, trigger), TIMEOUT_MS);
}
