import type { AxiosInstance, AxiosResponse, Method } from 'axios';
import type {
	IBinaryData,
	ExecutionStatus,
	ICredentialDataDecryptedObject,
	INodeTypeDescription,
} from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { readExecution, type Execution, type StoredExecution } from './execution.mjs';
import { createHttp } from './http.mjs';
import type { Workflow } from './workflows.mjs';

/** The login of n8n's owner. */
export interface Owner {
	email: string;
	password: string;
}

export const DEFAULT_OWNER: Owner = { email: 'owner@example.com', password: 'Sandbox-2026' };

/** What a node's `credentials.apikleyApi` refers to. */
export interface CredentialReference {
	id: string;
	name: string;
}

export interface SavedWorkflow {
	id: string;
	/** Needed to activate it. */
	versionId: string;
}

export interface ExecutionSummary {
	id: string;
	status: ExecutionStatus;
	mode: string;
}

interface ExecutionFilter {
	workflowId?: string;
	status?: ExecutionStatus[];
}

export class N8nRequestFailed extends Error {
	constructor(
		request: string,
		readonly status: number,
		response: unknown,
	) {
		super(`${request} failed with HTTP ${status}: ${JSON.stringify(response)}`);
		this.name = 'N8nRequestFailed';
	}
}

const ENDED: ReadonlySet<ExecutionStatus> = new Set(['success', 'error', 'canceled', 'crashed']);
const POLL_INTERVAL_MS = 150;
const PUBLICATION_TIMEOUT_MS = 120_000;

type PublicationStatus = 'in_progress' | 'not_published' | 'published' | 'partial' | 'failed';

/**
 * A client of n8n's REST API, as the editor uses it, logged in as the owner. Every method throws N8nRequestFailed for an
 * HTTP error, and an Error if n8n cannot be reached.
 */
export class N8nClient {
	private constructor(
		private readonly http: AxiosInstance,
		/** The login as a `Cookie` header, e.g. for a browser. */
		readonly cookieHeader: string,
	) {}

	/** Sets up the owner of a fresh n8n, or logs in if there is one. */
	static async connect(url: string, owner: Owner = DEFAULT_OWNER): Promise<N8nClient> {
		const http = createHttp(url);
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
	 * Runs the credential's test, as the editor does on saving. Older versions of n8n need a `saved` credential, and test
	 * it with the given data.
	 */
	async testCredential(
		type: string,
		data: ICredentialDataDecryptedObject,
		saved: CredentialReference = { id: '', name: type },
	): Promise<{ status: 'OK' | 'Error'; message: string }> {
		const credentials = { ...saved, type, data };
		return await this.send('POST', '/rest/credentials/test', { credentials });
	}

	/** Lists the saved credentials, without their secrets. */
	async listCredentials(): Promise<Array<CredentialReference & { type: string }>> {
		return await this.send('GET', '/rest/credentials');
	}

	async createWorkflow(workflow: Workflow): Promise<SavedWorkflow> {
		return await this.send('POST', '/rest/workflows', workflow);
	}

	async getWorkflow(id: string): Promise<Workflow> {
		return await this.send('GET', `/rest/workflows/${id}`);
	}

	/** Replaces the nodes, connections and settings of a workflow. */
	async updateWorkflow(id: string, workflow: Workflow): Promise<SavedWorkflow> {
		return await this.send('PATCH', `/rest/workflows/${id}`, workflow);
	}

	async listWorkflows(): Promise<Array<SavedWorkflow & { name: string; isArchived: boolean }>> {
		return await this.send('GET', '/rest/workflows');
	}

	/** Activates the triggers of a workflow, e.g. its webhook. Resolves when they can be called. */
	async activateWorkflow({ id, versionId }: SavedWorkflow): Promise<void> {
		const path = `/rest/workflows/${id}`;
		(await this.sendIfKnown('POST', `${path}/activate`, { versionId })) ??
			(await this.send('PATCH', path, { active: true, versionId }));
		await this.waitForPublication(id, 'published');
	}

	/** Deactivates the triggers of a workflow. Resolves when they no longer respond. */
	async deactivateWorkflow(id: string): Promise<void> {
		const path = `/rest/workflows/${id}`;
		(await this.sendIfKnown('POST', `${path}/deactivate`, {})) ??
			(await this.send('PATCH', path, { active: false }));
		await this.waitForPublication(id, 'not_published');
	}

	/** n8n responds before it has finished a change of activation. Versions without this request finish first. */
	private async waitForPublication(id: string, wanted: PublicationStatus): Promise<void> {
		const deadline = Date.now() + PUBLICATION_TIMEOUT_MS;
		for (;;) {
			const path = `/rest/workflows/${id}/publication-status`;
			const response = await this.sendIfKnown<{ status: PublicationStatus }>('GET', path);
			if (response === undefined || response.status === wanted) return;
			const { status } = response;
			if (status === 'failed' || status === 'partial' || Date.now() > deadline) {
				throw new Error(`Workflow ${id} should be ${wanted}, but is ${status}`);
			}
			await sleep(POLL_INTERVAL_MS);
		}
	}

	/**
	 * Starts a saved workflow as the editor's button does, and returns the execution's ID at once. With `upTo` it does what
	 * the button of that node does: nothing after the node runs.
	 */
	async runByHand(workflowId: string, triggerName: string, upTo?: string): Promise<string> {
		const path = `/rest/workflows/${workflowId}`;
		const { executionId } = await this.send<{ executionId: string }>('POST', `${path}/run`, {
			// Older versions of n8n run what is sent here, newer ones what they have saved
			workflowData: await this.send('GET', path),
			triggerToStartFrom: { name: triggerName },
			...(upTo && { destinationNode: { nodeName: upTo, mode: 'inclusive' } }),
		});
		return executionId;
	}

	/** Saves a workflow and starts it by hand from its first node. Returns the execution's ID at once. */
	async start(workflow: Workflow): Promise<string> {
		const { id } = await this.createWorkflow(workflow);
		return await this.runByHand(id, workflow.nodes[0]?.name ?? '');
	}

	/** Saves a workflow, starts it by hand, and waits for the execution to end. */
	async runToEnd(workflow: Workflow, timeoutMs?: number): Promise<Execution> {
		return await this.waitForEnd(await this.start(workflow), timeoutMs);
	}

	/** Calls the production webhook of an active workflow. Returns the response, whatever its HTTP status. */
	async callWebhook(
		path: string,
		body?: unknown,
		method: Method = 'POST',
		headers: Readonly<Record<string, string>> = {},
	): Promise<AxiosResponse> {
		return await this.http.request({ method, url: `/webhook/${path}`, data: body, headers });
	}

	/** Lists at most 100 executions, the newest first. */
	async listExecutions(filter: ExecutionFilter = {}): Promise<ExecutionSummary[]> {
		return (await this.findExecutions(filter, 100)).results;
	}

	/** Lists all executions, the newest first. Only the pinned version of n8n has pages of this kind. */
	async listAllExecutions(filter: ExecutionFilter = {}): Promise<ExecutionSummary[]> {
		const all: ExecutionSummary[] = [];
		let cursor: string | null = null;
		do {
			const page = await this.findExecutions(filter, 100, cursor);
			all.push(...page.results);
			cursor = page.nextCursor ?? null;
		} while (cursor !== null);
		return all;
	}

	async countExecutions(filter: ExecutionFilter = {}): Promise<number> {
		return (await this.findExecutions(filter, 1)).count;
	}

	private async findExecutions(
		filter: ExecutionFilter,
		limit: number,
		cursor: string | null = null,
	): Promise<{ count: number; results: ExecutionSummary[]; nextCursor?: string | null }> {
		const query = new URLSearchParams({ limit: String(limit), filter: JSON.stringify(filter) });
		if (cursor !== null) query.set('cursor', cursor);
		return await this.send('GET', `/rest/executions?${query}`);
	}

	/** Returns an execution. Of one that is running it has what n8n has saved so far, usually nothing. */
	async getExecution(id: string): Promise<Execution> {
		return readExecution(await this.send<StoredExecution>('GET', `/rest/executions/${id}`));
	}

	/** Creates a key for n8n's public API, which can read executions. */
	async createApiKey(): Promise<string> {
		// Labels are unique
		const label = `Harness ${randomUUID()}`;
		const body = { label, scopes: ['execution:read'], expiresAt: null };
		return (await this.send<{ rawApiKey: string }>('POST', '/rest/api-keys', body)).rawApiKey;
	}

	/** Returns an execution's custom data as n8n's public API has it, and with it n8n's own n8n node. */
	async customDataOf(id: string, apiKey: string): Promise<Execution['customData']> {
		const path = `/api/v1/executions/${id}?includeData=true`;
		const headers = { 'X-N8N-API-KEY': apiKey };
		const { status, data } = await this.http.get<Pick<Execution, 'customData'>>(path, { headers });
		if (status >= 300) throw new N8nRequestFailed(`GET ${path}`, status, data);
		return data.customData;
	}

	/** Polls until the execution ends, not only parks (`waiting`). Throws an Error after `timeoutMs`. */
	async waitForEnd(id: string, timeoutMs?: number): Promise<Execution> {
		const hasEnded = ({ status, waitTill, isParkedData, lastNode, error }: Execution) => {
			// When n8n starts, it takes parked executions for crashed ones, and parks them again
			if (status === 'crashed') return waitTill === null;
			// Older versions of n8n save the status before the data
			const hasData = !isParkedData && (lastNode !== null || error !== null);
			return ENDED.has(status) && (hasData || status === 'canceled');
		};
		return await this.waitUntil(id, hasEnded, timeoutMs);
	}

	/** Polls until the execution meets the condition. Throws an Error after `timeoutMs`. */
	async waitUntil(
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
			await sleep(POLL_INTERVAL_MS);
		}
	}

	/** Downloads binary data that n8n keeps in files, as the editor's Download button does. */
	async binaryData({ id, fileName, mimeType }: IBinaryData): Promise<Buffer> {
		const params = { id, action: 'download', fileName, mimeType };
		const { status, data } = await this.http.get<Buffer>('/rest/binary-data', {
			params,
			responseType: 'arraybuffer',
			headers: { Cookie: this.cookieHeader },
		});
		if (status >= 300) throw new N8nRequestFailed('GET /rest/binary-data', status, String(data));
		return data;
	}

	/** Cancels a running or parked execution. */
	async stopExecution(id: string): Promise<void> {
		await this.send('POST', `/rest/executions/${id}/stop`);
	}

	/**
	 * Retries an execution that failed, was stopped or crashed, with the workflow as it was then or as it is now. Returns the
	 * new execution's ID when that is finished or parked.
	 */
	async retryExecution(id: string, workflow: 'original' | 'current' = 'original'): Promise<string> {
		const body = { loadWorkflow: workflow === 'current' };
		const path = `/rest/executions/${id}/retry`;
		const retried = await this.send<{ id?: string } | boolean>('POST', path, body);
		if (typeof retried === 'object' && retried.id !== undefined) return retried.id;
		// Older versions of n8n only say that there is one
		return (await this.listExecutions())[0]?.id ?? '';
	}

	/**
	 * Retries an execution, and waits for 30 s at most. In queue mode, n8n's main process misses the end of a retry if a worker
	 * is done too soon, and then never responds.
	 */
	async startRetry(id: string): Promise<void> {
		const tooLate = sleep(30_000, undefined, { ref: false });
		await Promise.race([this.retryExecution(id), tooLate]);
	}

	/** Lists all node types that n8n knows, with one entry for each version. */
	async nodeTypes(): Promise<INodeTypeDescription[]> {
		return await this.request<INodeTypeDescription[]>('GET', '/types/nodes.json');
	}

	/** Sends a request. Returns undefined if this n8n is too old to know it. */
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

	/** Sends any other request of the editor. Returns the `data` of the response, which most of n8n's responses have. */
	async send<T>(method: Method, path: string, body?: unknown): Promise<T> {
		const { data } = await this.request<{ data: T }>(method, path, body);
		return data;
	}

	private async request<T>(method: Method, path: string, body?: unknown): Promise<T> {
		const headers = { Cookie: this.cookieHeader };
		const { status, data } = await this.http.request<T>({ method, url: path, data: body, headers });
		if (status >= 300) throw new N8nRequestFailed(`${method} ${path}`, status, data);
		return data;
	}
}

/** Some versions of n8n (2.20) cannot return an execution before they have saved some data of it. */
function nullIfNothingIsSaved(error: unknown): null {
	const isIt =
		error instanceof N8nRequestFailed &&
		error.status === 500 &&
		error.message.includes("reading 'resultData'");
	if (!isIt) throw error;
	return null;
}
