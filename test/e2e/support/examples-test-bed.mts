import type { IDataObject } from 'n8n-workflow';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { SavedWorkflow } from '../../n8n-harness/client.mjs';
import type { Execution } from '../../n8n-harness/execution.mjs';
import { Inbox } from '../../n8n-harness/webhook-sink.mjs';
import { projectRoot } from '../../n8n-harness/system/project-root.mjs';
import type { Workflow } from '../../n8n-harness/workflows.mjs';
import { readExample, withSettings } from './example.mjs';
import { ExecutionWatch } from './execution-watcher.mjs';
import { API_KEY, Lab } from './test-bed.mjs';
import { S3Server } from './s3-server.mjs';
import { SftpServer } from './sftp-server.mjs';

/** A parked wait takes at least 65 s, and the tests run side by side. */
const PATIENCE_MS = 400_000;

/** What the simulator's video server has for every task in 16:9. */
export const VIDEO = readFile(
	path.join(projectRoot(), 'test', 'simulator', 'videos', 'landscape-16x9.mp4'),
);

/** What the webhook of an example wants to be called with. */
export const CALLER = { name: 'X-Test-Caller', value: 'caller-secret' };

/** A lab in which the examples find all that they are to reach: the credentials that they name, and real servers. */
export class ExamplesLab {
	private constructor(
		private readonly lab: Lab,
		readonly s3: S3Server,
		readonly sftp: SftpServer,
		readonly inbox: Inbox,
		readonly watch: ExecutionWatch,
	) {}

	static async open(): Promise<ExamplesLab> {
		const lab = await Lab.open();
		const s3 = await S3Server.open('my-videos');
		const sftp = await SftpServer.open();
		const opened = new ExamplesLab(
			lab,
			s3,
			sftp,
			await Inbox.open(),
			new ExecutionWatch(() => lab.client),
		);
		await opened.createCredentials();
		return opened;
	}

	get client() {
		return this.lab.client;
	}

	get simulator() {
		return this.lab.simulator;
	}

	/** An example as a user has it after the import and the change of its settings; `change` is for more than that. */
	async importExample(
		name: string,
		settings: IDataObject = {},
		change: (workflow: Workflow) => Workflow = (workflow) => workflow,
	): Promise<SavedWorkflow> {
		const { id } = await this.client.createWorkflow(await readExample(name));
		// Meanwhile n8n has put in the credentials that it has by their names
		const imported = await this.client.getWorkflow(id);
		return await this.client.updateWorkflow(id, change(withSettings(imported, settings)));
	}

	/** Runs an example by hand from its trigger to its end. */
	async runToEnd(workflowId: string, trigger: string): Promise<Execution> {
		const id = await this.client.runByHand(workflowId, trigger);
		return await this.client.waitForEnd(id, PATIENCE_MS);
	}

	async close(): Promise<void> {
		await this.lab.close();
		await Promise.all([this.s3.close(), this.sftp.close(), this.inbox.close()]);
	}

	/** By the names that n8n gives the first credential of each type, which are those in the examples. */
	private async createCredentials(): Promise<void> {
		const { client, simulator } = this;
		const { baseUrl } = simulator;
		await client.createCredential('apikleyApi', { apiKey: API_KEY, baseUrl }, 'Apikley account');
		await client.createCredential('s3', this.s3.credential, 'S3 account');
		await client.createCredential('sftp', this.sftp.credential, 'SFTP account');
		await client.createCredential('httpHeaderAuth', CALLER, 'Header Auth account');
		await client.createCredential('openAiApi', { apiKey: 'none' }, 'OpenAi account');
	}
}

export function sha256(bytes: Uint8Array): string {
	return createHash('sha256').update(bytes).digest('hex');
}

let opened: ExamplesLab | undefined;

/** The lab of this test file, inside a test. Throws an Error before the first test. */
export function lab(): ExamplesLab {
	if (opened === undefined) throw new Error('The lab opens before the first test');
	return opened;
}

/** One lab for all tests of a file, which run side by side: each has tasks of its own. */
export function useExamplesLab(): void {
	jest.setTimeout(PATIENCE_MS);
	beforeAll(async () => {
		opened = await ExamplesLab.open();
	});
	afterAll(async () => await opened?.close());
}
