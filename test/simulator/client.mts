import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import {
	CONTROL_NAMES,
	CONTROL_PREFIX,
	type Addresses,
	type SimulatorControls,
} from './controls.mjs';
import type { SimulatorOptions } from './simulator.mjs';

/** The controls over a simulator in another process. */
export type RemoteControls = {
	[Name in keyof SimulatorControls]: (
		...args: Parameters<SimulatorControls[Name]>
	) => Promise<Awaited<ReturnType<SimulatorControls[Name]>>>;
};

export interface SimulatorProcess extends RemoteControls, Addresses {
	/** The key it accepted at the start. */
	readonly apiKey: string;
	/** Ends the process; resolves when it is gone. Can be called twice. */
	stop(): Promise<void>;
}

/** All options but the clock, which is the real one in another process. */
type SimulatorProcessOptions = Omit<SimulatorOptions, 'now'>;

/** What the child sends to its parent, once. */
export type ChildMessage = Started | { failed: string };

type Started = Addresses & { apiKey: string };

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
	const { baseUrl, videoBaseUrl, apiKey } = await receiveStart(child);
	// A parent that forgets to stop it can still end, and takes the child with it
	child.channel?.unref();
	child.unref();
	const stop = async () => await stopChild(child);
	return { ...remoteControls(baseUrl), baseUrl, videoBaseUrl, apiKey, stop };
}

async function receiveStart(child: ChildProcess): Promise<Started> {
	return await new Promise((resolve, reject) => {
		child.once('message', (message: ChildMessage) => {
			if ('failed' in message) reject(new Error(message.failed));
			else resolve(message);
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

function remoteControls(baseUrl: string): RemoteControls {
	const controls = CONTROL_NAMES.map((name) => {
		const call = async (...args: unknown[]) => await callControl(baseUrl, name, args);
		return [name, call] as const;
	});
	return Object.fromEntries(controls) as unknown as RemoteControls;
}

/** Both ends have the same types, so the result is what the control returns. */
async function callControl(baseUrl: string, name: string, args: unknown[]): Promise<unknown> {
	const url = `${baseUrl}${CONTROL_PREFIX}${name}`;
	const response = await fetch(url, { method: 'POST', body: JSON.stringify(args) });
	const { result, error } = (await response.json()) as { result?: unknown; error?: string };
	if (error !== undefined) throw new Error(`${name}: ${error}`);
	return result;
}
