import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import type { SimulatorOptions } from './simulator.mjs';

/** What a child tells its parent, once. */
export type ChildMessage = { baseUrl: string } | { failed: string };

export interface StartedProcess {
	readonly pid: number;
	readonly baseUrl: string;
	stop(): Promise<void>;
}

/** Runs `child.mts`; throws an Error when it does not start. What it prints there goes to stderr. */
export async function startProcess(
	options: Omit<SimulatorOptions, 'now'>,
): Promise<StartedProcess> {
	const root = projectRoot();
	const child = spawn(
		process.execPath,
		['--import', 'tsx', path.join(root, 'test', 'simulator', 'child.mts'), JSON.stringify(options)],
		{ cwd: root, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
	);
	const baseUrl = await addressOf(child);
	letParentEnd(child);
	return { pid: child.pid ?? 0, baseUrl, stop: async () => await stop(child) };
}

async function addressOf(child: ChildProcess): Promise<string> {
	return await new Promise((resolve, reject) => {
		child.once('message', (message: ChildMessage) => {
			if ('baseUrl' in message) resolve(message.baseUrl);
			else reject(new Error(message.failed));
		});
		child.on('error', reject);
		child.once('exit', (code) => reject(new Error(`The simulator did not start: exit ${code}`)));
	});
}

/** A parent that forgets to stop it can still come to its end, and takes the child with it. */
function letParentEnd(child: ChildProcess): void {
	child.channel?.unref();
	child.unref();
}

async function stop(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const ended = once(child, 'exit');
	child.ref();
	// The child ends when the channel closes, as it does when this process dies
	if (child.connected) child.disconnect();
	await ended;
}
