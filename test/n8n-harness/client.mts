import axios, { type AxiosInstance, type AxiosResponse, type Method } from 'axios';
import axiosRetry, { type IAxiosRetryConfig } from 'axios-retry';
import type {
	IBinaryData,
	ExecutionStatus,
	ICredentialDataDecryptedObject,
	INodeTypeDescription,
} from 'n8n-workflow';
import { setTimeout as sleep } from 'node:timers/promises';

import { readExecution, type Execution, type StoredExecution } from './execution.mjs';
import type { Workflow } from './workflows.mjs';

/** The login of the owner that `connect` sets up. */
export interface Owner {
	email: string;
	password: string;
}

export const DEFAULT_OWNER: Owner = { email: 'owner@example.com', password: 'Sandbox-2026' };

/** What a node's `credentials.apikleyApi` points to. */
export interface CredentialReference {
	id: string;
	name: string;
}

export interface SavedWorkflow {
	id: string;
	/** Wanted by `activate`. */
	versionId: string;
	active: boolean;
}

export interface ExecutionSummary {
	id: string;
	workflowId: string;
	status: ExecutionStatus;
	mode: string;
	waitTill: string | null;
	startedAt: string | null;
	stoppedAt: string | null;
}

export class N8nRequestFailed extends Error {
	constructor(
		readonly request: string,
		readonly status: number,
		/** What n8n answered. */
		readonly body: unknown,
	) {
		super(`${request} answered HTTP ${status}: ${JSON.stringify(body)}`);
		this.name = 'N8nRequestFailed';
	}
}

const ENDED: ReadonlySet<ExecutionStatus> = new Set(['success', 'error', 'canceled', 'crashed']);
/** Of these there need not be any data. */
const LEAVE_NO_DATA: ReadonlySet<ExecutionStatus> = new Set(['canceled', 'crashed']);
const LOOK_AGAIN_MS = 150;
const PUBLICATION_TIMEOUT_MS = 30_000;

const SERVICE_UNAVAILABLE = 503;
/** While n8n has lost its database it answers so to everything, and has done nothing. */
const UNTIL_READY: IAxiosRetryConfig = {
	retries: 60,
	retryDelay: () => 500,
	retryCondition: ({ response }) => response?.status === SERVICE_UNAVAILABLE,
	validateResponse: ({ status }) => status !== SERVICE_UNAVAILABLE,
};

type PublicationStatus = 'in_progress' | 'not_published' | 'published' | 'partial' | 'failed';

/**
 * n8n's REST API, as the editor uses it, logged in as the owner. Every method throws N8nRequestFailed when n8n
 * answers with an HTTP error, and axios' own error when it cannot be reached.
 */
export class N8nClient {
	private constructor(
		private readonly http: AxiosInstance,
		private readonly cookie: string,
	) {}

	/** Sets up the owner on a fresh n8n, or logs in where that was done before. */
	static async connect(url: string, owner: Owner = DEFAULT_OWNER): Promise<N8nClient> {
		const http = axios.create({ baseURL: url, proxy: false, validateStatus: () => true });
		axiosRetry(http, UNTIL_READY);
		const setup = await http.post('/rest/owner/setup', {
			...owner,
			firstName: 'Sandbox',
			lastName: 'Owner',
		});
		const login =
			setup.status < 300
				? setup
				: await http.post('/rest/login', {
						emailOrLdapLoginId: owner.email,
						password: owner.password,
					});
		const [cookie] = login.headers['set-cookie'] ?? [];
		if (login.status >= 300 || cookie === undefined) {
			throw new N8nRequestFailed('POST /rest/login', login.status, login.data);
		}
		return new N8nClient(http, cookie.split(';', 1)[0] ?? '');
	}

	/** The login cookie as a `Cookie` header, e.g. for a browser. */
	get cookieHeader(): string {
		return this.cookie;
	}

	async createCredential(
		type: string,
		data: ICredentialDataDecryptedObject,
		name = type,
	): Promise<CredentialReference> {
		const body = { name, type, data };
		const { id } = await this.send<CredentialReference>('POST', '/rest/credentials', body);
		return { id, name };
	}

	async updateCredential(
		{ id, name }: CredentialReference,
		type: string,
		data: ICredentialDataDecryptedObject,
	): Promise<void> {
		await this.send('PATCH', `/rest/credentials/${id}`, { name, type, data });
	}

	/**
	 * Runs the credential's own test, as the editor does on saving. Nothing needs to be saved for it, but in older n8n's: they
	 * test with the data given in place of what is `saved`.
	 */
	async testCredential(
		type: string,
		data: ICredentialDataDecryptedObject,
		saved: CredentialReference = { id: '', name: type },
	): Promise<{ status: 'OK' | 'Error'; message: string }> {
		const credentials = { ...saved, type, data };
		return await this.send('POST', '/rest/credentials/test', { credentials });
	}

	/** The credentials saved in n8n, without their secrets. */
	async listCredentials(): Promise<Array<CredentialReference & { type: string }>> {
		return await this.send('GET', '/rest/credentials');
	}

	async createWorkflow(workflow: Workflow): Promise<SavedWorkflow> {
		return await this.send('POST', '/rest/workflows', workflow);
	}

	async getWorkflow(id: string): Promise<Workflow> {
		return await this.send('GET', `/rest/workflows/${id}`);
	}

	/** Replaces its nodes, connections and settings. */
	async updateWorkflow(id: string, workflow: Workflow): Promise<SavedWorkflow> {
		return await this.send('PATCH', `/rest/workflows/${id}`, workflow);
	}

	async listWorkflows(): Promise<Array<SavedWorkflow & { name: string; isArchived: boolean }>> {
		return await this.send('GET', '/rest/workflows');
	}

	/** Turns its triggers on, e.g. the production webhook; resolves when they can be called. */
	async activateWorkflow({ id, versionId }: SavedWorkflow): Promise<void> {
		const path = `/rest/workflows/${id}`;
		(await this.sendIfKnown('POST', `${path}/activate`, { versionId })) ??
			(await this.send('PATCH', path, { active: true, versionId }));
		await this.waitForPublication(id, 'published');
	}

	/** Turns its triggers off; resolves when they no longer answer. */
	async deactivateWorkflow(id: string): Promise<void> {
		const path = `/rest/workflows/${id}`;
		(await this.sendIfKnown('POST', `${path}/deactivate`, {})) ??
			(await this.send('PATCH', path, { active: false }));
		await this.waitForPublication(id, 'not_published');
	}

	/** n8n answers a (de)activation before it has done it; one that can't be asked has done it by then. */
	private async waitForPublication(id: string, wanted: PublicationStatus): Promise<void> {
		const deadline = Date.now() + PUBLICATION_TIMEOUT_MS;
		for (;;) {
			const path = `/rest/workflows/${id}/publication-status`;
			const answer = await this.sendIfKnown<{ status: PublicationStatus }>('GET', path);
			if (answer === undefined || answer.status === wanted) return;
			const { status } = answer;
			if (status === 'failed' || status === 'partial' || Date.now() > deadline) {
				throw new Error(`Workflow ${id} should be ${wanted}, but is ${status}`);
			}
			await sleep(LOOK_AGAIN_MS);
		}
	}

	/** Deletes it with its executions. n8n wants it archived first, which also deactivates it. */
	async deleteWorkflow(id: string): Promise<void> {
		await this.sendIfKnown('POST', `/rest/workflows/${id}/archive`);
		await this.send('DELETE', `/rest/workflows/${id}`);
	}

	/**
	 * Starts a saved workflow as the editor's button does, and returns the execution's ID at once. With `upTo` as the
	 * button of that node: nothing behind it runs.
	 */
	async runByHand(workflowId: string, triggerName: string, upTo?: string): Promise<string> {
		const path = `/rest/workflows/${workflowId}`;
		const { executionId } = await this.send<{ executionId: string }>('POST', `${path}/run`, {
			// Older n8n's run what is sent here; newer ones what they have saved
			workflowData: await this.send('GET', path),
			triggerToStartFrom: { name: triggerName },
			...(upTo && { destinationNode: { nodeName: upTo, mode: 'inclusive' } }),
		});
		return executionId;
	}

	/** Saves a workflow and runs it by hand from its first node. Returns the execution's ID at once. */
	async start(workflow: Workflow): Promise<string> {
		const { id } = await this.createWorkflow(workflow);
		return await this.runByHand(id, workflow.nodes[0]?.name ?? '');
	}

	/** As `start`, and waits for the execution to end. The workflow stays. */
	async runToEnd(workflow: Workflow, timeoutMs?: number): Promise<Execution> {
		return await this.waitForEnd(await this.start(workflow), timeoutMs);
	}

	/** Calls the production webhook of an active workflow. Answers of any HTTP status are returned. */
	async callWebhook(
		path: string,
		body?: unknown,
		method: Method = 'POST',
		headers: Readonly<Record<string, string>> = {},
	): Promise<AxiosResponse> {
		return await this.http.request({ method, url: `/webhook/${path}`, data: body, headers });
	}

	/** The newest first, at most 100. */
	async listExecutions(
		filter: { workflowId?: string; status?: ExecutionStatus[] } = {},
	): Promise<ExecutionSummary[]> {
		const query = new URLSearchParams({ limit: '100', filter: JSON.stringify(filter) });
		const { results } = await this.send<{ results: ExecutionSummary[] }>(
			'GET',
			`/rest/executions?${query}`,
		);
		return results;
	}

	/** How many there are. */
	async countExecutions(
		filter: { workflowId?: string; status?: ExecutionStatus[] } = {},
	): Promise<number> {
		const query = new URLSearchParams({ limit: '1', filter: JSON.stringify(filter) });
		const { count } = await this.send<{ count: number }>('GET', `/rest/executions?${query}`);
		return count;
	}

	/** Also of one that still runs: then with what n8n has saved so far, mostly nothing. */
	async getExecution(id: string): Promise<Execution> {
		return readExecution(await this.send<StoredExecution>('GET', `/rest/executions/${id}`));
	}

	/**
	 * Looks until the execution has ended; a parked one (`waiting`) has not. Throws an Error after `timeoutMs`.
	 */
	async waitForEnd(id: string, timeoutMs?: number): Promise<Execution> {
		const hasEnded = ({ status, lastNode, error }: Execution) =>
			// Older n8n's save how it ended before what came of it
			ENDED.has(status) && (LEAVE_NO_DATA.has(status) || lastNode !== null || error !== null);
		return await this.waitUntil(id, hasEnded, timeoutMs);
	}

	/** Looks until the execution's status is as wanted. Throws an Error after `timeoutMs`. */
	async waitForStatus(
		id: string,
		isWanted: (status: ExecutionStatus) => boolean,
		timeoutMs?: number,
	): Promise<Execution> {
		return await this.waitUntil(id, ({ status }) => isWanted(status), timeoutMs);
	}

	private async waitUntil(
		id: string,
		isMet: (execution: Execution) => boolean,
		timeoutMs = 60_000,
	): Promise<Execution> {
		const deadline = Date.now() + timeoutMs;
		for (;;) {
			const execution = await this.getExecution(id).catch(nullIfNothingIsSaved);
			if (execution !== null && isMet(execution)) return execution;
			if (Date.now() > deadline) {
				const status = execution?.status ?? 'new';
				throw new Error(`Execution ${id} is still "${status}" after ${timeoutMs} ms`);
			}
			await sleep(LOOK_AGAIN_MS);
		}
	}

	/** The bytes of binary data that n8n keeps in files, as the editor's button Download gets them. */
	async binaryData({ id, fileName, mimeType }: IBinaryData): Promise<Buffer> {
		const params = { id, action: 'download', fileName, mimeType };
		const { status, data } = await this.http.get<Buffer>('/rest/binary-data', {
			params,
			responseType: 'arraybuffer',
			headers: { Cookie: this.cookie },
		});
		if (status >= 300) throw new N8nRequestFailed('GET /rest/binary-data', status, String(data));
		return data;
	}

	/** Cancels a running or parked execution. */
	async stopExecution(id: string): Promise<void> {
		await this.send('POST', `/rest/executions/${id}/stop`);
	}

	/** What the button Retry of a failed execution does, with the workflow as it was. Returns the new execution's ID. */
	async retryExecution(id: string): Promise<string> {
		const body = { loadWorkflow: false };
		const retried = await this.send<{ id: string }>('POST', `/rest/executions/${id}/retry`, body);
		return retried.id;
	}

	/** Every node type this n8n knows, one entry for each version, as the editor gets them. */
	async nodeTypes(): Promise<INodeTypeDescription[]> {
		return await this.request<INodeTypeDescription[]>('GET', '/types/nodes.json');
	}

	/** Undefined where this n8n is too old to know the request. */
	private async sendIfKnown<T>(
		method: Method,
		path: string,
		body?: unknown,
	): Promise<T | undefined> {
		try {
			return await this.send<T>(method, path, body);
		} catch (error) {
			if (error instanceof N8nRequestFailed && error.status === 404) return undefined;
			throw error;
		}
	}

	/** Any other request of the editor. Most answers of n8n wrap what matters in `data`: it is taken out. */
	async send<T>(method: Method, path: string, body?: unknown): Promise<T> {
		const { data } = await this.request<{ data: T }>(method, path, body);
		return data;
	}

	private async request<T>(method: Method, path: string, body?: unknown): Promise<T> {
		const headers = { Cookie: this.cookie };
		const answer = await this.http.request<T>({ method, url: path, data: body, headers });
		if (answer.status >= 300) {
			throw new N8nRequestFailed(`${method} ${path}`, answer.status, answer.data);
		}
		return answer.data;
	}
}

/** Some n8n's (2.20) can't show an execution before they have saved something of it. */
function nullIfNothingIsSaved(error: unknown): null {
	const isIt =
		error instanceof N8nRequestFailed &&
		error.status === 500 &&
		error.message.includes("reading 'resultData'");
	if (!isIt) throw error;
	return null;
}
