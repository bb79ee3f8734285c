import type { Addresses, RemoteControls } from './controls.mjs';
import { startProcess } from './simulator-process.mjs';
import type { SimulatorOptions } from './simulator.mjs';

/** A simulator in another process. */
export interface SimulatorClient extends RemoteControls, Addresses {
	/** The key it took at the start. */
	readonly apiKey: string;
}

export interface SimulatorProcess extends SimulatorClient {
	readonly pid: number;
	/** Ends the process; resolves when it is gone. Can be called twice. */
	stop(): Promise<void>;
}

/** All options but the clock, which is the real one in another process: see `advanceClock`. */
export type SimulatorProcessOptions = Omit<SimulatorOptions, 'now'>;

/**
 * Starts a simulator in a process of its own, which ends with this one, however that ends. Throws an Error that
 * says why when it does not start, e.g. because a port is taken.
 */
export async function startSimulatorProcess(
	options: SimulatorProcessOptions = {},
): Promise<SimulatorProcess> {
	const { pid, baseUrl, stop } = await startProcess(options);
	return { ...(await connectSimulator(baseUrl)), pid, stop };
}

/** Controls over a simulator that runs already, by its base URL. Throws an Error when there is none. */
export async function connectSimulator(baseUrl: string): Promise<SimulatorClient> {
	const call = async (method: string, path: string, body?: unknown) =>
		await callControl(`${baseUrl}/__simulator/${path}`, method, body);
	const addresses = (await call('GET', 'info')) as Addresses & { apiKey: string };
	const { videoBaseUrl, apiKey } = addresses;
	return { ...remoteControls(call), baseUrl, videoBaseUrl, apiKey };
}

type Call = (method: string, path: string, body?: unknown) => Promise<unknown>;

function remoteControls(call: Call): RemoteControls {
	// Both ends are built from the same types, so an answer is what the control gives
	const ask = async <T,>(method: string, path: string, body?: unknown) =>
		(await call(method, path, body)) as T;
	const tell = async (method: string, path: string, body?: unknown) => {
		await call(method, path, body);
	};
	return {
		addTask: async (script) => await tell('POST', 'tasks', script),
		addTasks: async (scripts) => await tell('POST', 'tasks', scripts),
		removeTask: async (taskId) => await tell('DELETE', `tasks${query({ taskId })}`),
		planTasks: async (prompt, plans) => await tell('PUT', `plans${query({ prompt })}`, plans),
		createdTasks: async (prompt) => await ask('GET', `created${query({ prompt })}`),
		setFaults: async (faults) => await tell('PUT', 'faults', faults),
		setTaskFaults: async (taskId, faults) =>
			await tell('PUT', `faults${query({ taskId })}`, faults),
		setVideoFaults: async (path, faults) =>
			await tell('PUT', `video-faults${query({ path })}`, faults),
		setOptions: async (settings) => await tell('PATCH', 'options', settings),
		requests: async (filter = {}) => await ask('GET', `requests${query(filter)}`),
		summary: async (server = 'api') => await ask('GET', `summary${query({ server })}`),
		clearRequests: async () => await tell('DELETE', 'requests'),
		waitFor: async (condition) => await ask('POST', 'wait', condition),
		advanceClock: async (seconds) =>
			await tell('POST', `clock${query({ seconds: String(seconds) })}`),
		reset: async () => await tell('POST', 'reset'),
	};
}

function query(values: Readonly<Record<string, string>>): string {
	return `?${new URLSearchParams(values).toString()}`;
}

async function callControl(url: string, method: string, body: unknown): Promise<unknown> {
	const response = await fetch(url, {
		method,
		...(body === undefined
			? {}
			: { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
	});
	const result: unknown = await response.json();
	if (!response.ok) throw new Error(`${method} ${url}: ${JSON.stringify(result)}`);
	return result;
}
