import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { N8nClient } from './client.mjs';
import { installN8n } from './install.mjs';
import { installPackage, packPackage, preparedTarball } from './package-under-test.mjs';
import { startN8n, type RunningN8n, type StartOptions } from './server.mjs';
import { shownOnTerminal } from './system/progress.mjs';

/** A real n8n with the package installed in it, and its owner logged in. */
export interface Sandbox {
	readonly n8n: RunningN8n;
	readonly client: N8nClient;
	/**
	 * Ends n8n (`kill`: as a power failure would) and starts it on the same data. `tarball`: with another build of the
	 * package.
	 */
	restart(how: 'stop' | 'kill', tarball?: string): Promise<Sandbox>;
	/** Ends n8n and deletes its data. */
	close(): Promise<void>;
}

export interface SandboxOptions extends StartOptions {
	/** Default: the package under test. */
	tarball?: string;
}

/** Installs n8n if it is missing, and packs the package, both with progress on the terminal. */
export async function prepareSandboxes(): Promise<void> {
	await installN8n(shownOnTerminal);
	await packPackage(shownOnTerminal);
}

/**
 * Starts a fresh n8n with the package, which is packed now if it never was. Takes 7 to 10 s. Throws as startN8n and
 * packPackage do.
 */
export async function startSandbox({
	tarball = preparedTarball(),
	...options
}: SandboxOptions = {}): Promise<Sandbox> {
	if (!existsSync(tarball)) await packPackage();
	const userFolder = await mkdtemp(path.join(tmpdir(), 'n8n-sandbox-'));
	await installPackage(tarball, userFolder);
	return await startOn(userFolder, options);
}

async function startOn(userFolder: string, options: StartOptions): Promise<Sandbox> {
	const n8n = await startN8n(userFolder, options);
	const client = await N8nClient.connect(n8n.url).catch(async (error: unknown) => {
		await n8n.stop();
		throw error;
	});
	return {
		n8n,
		client,
		restart: async (how, tarball) => {
			await n8n[how]();
			if (tarball !== undefined) await installPackage(tarball, userFolder);
			return await startOn(userFolder, options);
		},
		close: async () => {
			await n8n.stop();
			await rm(userFolder, { recursive: true, force: true });
		},
	};
}
