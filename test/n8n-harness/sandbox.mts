import { mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { N8nClient } from './client.mjs';
import { installPackage, packPackage } from './package-under-test.mjs';
import { projectRoot } from './system/project-root.mjs';
import { startN8n, type RunningN8n, type StartOptions } from './server.mjs';

/** A real n8n with the package installed in it, and its owner logged in. */
export interface Sandbox {
	readonly n8n: RunningN8n;
	readonly client: N8nClient;
	/** Ends n8n (`kill`: as a power failure would) and starts it on the same data. */
	restart(how: 'stop' | 'kill'): Promise<Sandbox>;
	/** Ends n8n and deletes its data. */
	close(): Promise<void>;
}

/** The tarball that `prepare.mts` packs for all end-to-end tests. */
export function preparedTarball(): string {
	return path.join(projectRoot(), '.n8n-sandbox', 'package-under-test.tgz');
}

/**
 * Starts a fresh n8n with the prepared package, which is packed now if it is missing. Takes 7 to 10 s. Throws as startN8n
 * and packPackage do.
 */
export async function startSandbox(
	options: Omit<StartOptions, 'userFolder'> = {},
): Promise<Sandbox> {
	const tarball = preparedTarball();
	if (!existsSync(tarball)) await packPackage(tarball);
	const userFolder = await mkdtemp(path.join(tmpdir(), 'n8n-sandbox-'));
	await installPackage(tarball, userFolder);
	return await startOn(userFolder, options);
}

async function startOn(userFolder: string, options: StartOptions): Promise<Sandbox> {
	const n8n = await startN8n({ ...options, userFolder });
	const client = await N8nClient.connect(n8n.url).catch(async (error: unknown) => {
		await n8n.stop();
		throw error;
	});
	return {
		n8n,
		client,
		restart: async (how) => {
			await n8n[how]();
			return await startOn(userFolder, options);
		},
		close: async () => {
			await n8n.stop();
			await rm(userFolder, { recursive: true, force: true });
		},
	};
}
