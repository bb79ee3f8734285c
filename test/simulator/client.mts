import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import { CONTROL_PREFIX, type Addresses, type SimulatorControls } from './controls.mjs';
import type { SimulatorOptions } from './simulator.mjs';

/** The controls over a simulator in another process. */
export type RemoteControls = {
	[Name in keyof SimulatorControls]: (
		...args: Parameters<SimulatorControls[Name]>
	) => Promise<Awaited<ReturnType<SimulatorControls[Name]>>>;
};

export interface SimulatorProcess extends RemoteControls, Addresses {
	readonly pid: number;
	/** The key it accepted at the start. */
	readonly apiKey: string;
	/** Ends the process; resolves when it is gone. Can be called twice. */
	stop(): Promise<void>;
}

/** All options but the clock, which is the real one in another process: see `advanceClock`. */
export type SimulatorProcessOptions = Omit<SimulatorOptions, 'now'>;

/** What the child sends to its parent, once. */
export type ChildMessage = { baseUrl: string } | { failed: string };

/**
 * Starts a simulator in a process of its own (`child.mts`), which ends with this one, however that ends. Throws an
 * Error with the reason if it does not start, e.g. because a port is taken. What it prints goes to stderr.
 */
export async function startSimulatorProcess(
	options: SimulatorProcessOptions = {},
): Promise<SimulatorProcess> {
	const cwd = projectRoot();
	const script = path.join(cwd, 'test', 'simulator', 'child.mts');
	const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(options)], {
		cwd,
		stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
	});
	const baseUrl = await receiveBaseUrl(child);
	// A parent that forgets to stop it can still end, and takes the child with it
	child.channel?.unref();
	child.unref();
	const call = createCall(`${baseUrl}${CONTROL_PREFIX}`);
	const { videoBaseUrl, apiKey } = await call<Addresses & { apiKey: string }>('GET', 'info');
	const stop = async () => await stopChild(child);
	return { ...remoteControls(call), baseUrl, videoBaseUrl, apiKey, pid: child.pid ?? 0, stop };
}

async function receiveBaseUrl(child: ChildProcess): Promise<string> {
	return await new Promise((resolve, reject) => {
		child.once('message', (message: ChildMessage) => {
			if ('baseUrl' in message) resolve(message.baseUrl);
			else reject(new Error(message.failed));
		});
		child.on('error', reject);
		child.once('exit', (code) => reject(new Error(`The simulator did not start: exit ${code}`)));
	});
}

async function stopChild(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const ended = once(child, 'exit');
	child.ref();
	// The child ends when the channel closes, as it does when this process dies
	if (child.connected) child.disconnect();
	await ended;
}

/** Sends a control request. Both ends have the same types, so the response is what the control returns. */
type Call = <T>(method: string, path: string, body?: unknown) => Promise<T>;

function createCall(controlUrl: string): Call {
	return async <T,>(method: string, route: string, body?: unknown) => {
		const response = await fetch(`${controlUrl}${route}`, {
			method,
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		const result: unknown = await response.json();
		if (!response.ok) throw new Error(`${method} ${route}: ${JSON.stringify(result)}`);
		return result as T;
	};
}

function remoteControls(call: Call): RemoteControls {
	return {
		addTask: async (script) => await call('POST', 'tasks', script),
		addTasks: async (scripts) => await call('POST', 'tasks', scripts),
		removeTask: async (taskId) => await call('DELETE', `tasks${query({ taskId })}`),
		planTasks: async (prompt, plans) => await call('PUT', `plans${query({ prompt })}`, plans),
		createdTasks: async (prompt) => await call('GET', `created${query({ prompt })}`),
		setFaults: async (faults) => await call('PUT', 'faults', faults),
		setTaskFaults: async (taskId, faults) =>
			await call('PUT', `faults${query({ taskId })}`, faults),
		setVideoFaults: async (path, faults) =>
			await call('PUT', `video-faults${query({ path })}`, faults),
		setOptions: async (settings) => await call('PATCH', 'options', settings),
		requests: async (filter = {}) => await call('GET', `requests${query({ ...filter })}`),
		summary: async (server = 'api') => await call('GET', `summary${query({ server })}`),
		clearRequests: async () => await call('DELETE', 'requests'),
		waitFor: async (condition) => await call('POST', 'wait', condition),
		advanceClock: async (seconds) =>
			await call('POST', `clock${query({ seconds: String(seconds) })}`),
		reset: async () => await call('POST', 'reset'),
	};
}

function query(values: Readonly<Record<string, string>>): string {
	return `?${new URLSearchParams(values).toString()}`;
}
