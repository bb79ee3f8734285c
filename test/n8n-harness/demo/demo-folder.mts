import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { tryLock } from '../system/lock.mjs';
import { projectRoot } from '../system/project-root.mjs';

export interface DemoFolder {
	/** Holds everything that the demo keeps between starts. */
	readonly folder: string;
	/** n8n's data: database, settings, community packages. */
	readonly userFolder: string;
	release(): Promise<void>;
}

/** Locks the folder for this process. Throws an Error if another demo uses it. */
export async function lockDemoFolder(): Promise<DemoFolder> {
	const folder = demoFolder();
	await mkdir(folder, { recursive: true });
	const release = await tryLock(path.join(folder, 'in-use.lock'));
	if (!release) {
		throw new Error(
			`Another npm start is running on ${folder}. End it with Ctrl-C, or set N8N_SANDBOX_DATA to another folder.`,
		);
	}
	return { folder, userFolder: path.join(folder, 'n8n'), release };
}

function demoFolder(): string {
	const override = process.env.N8N_SANDBOX_DATA;
	return override ? path.resolve(override) : path.join(projectRoot(), '.n8n-sandbox', 'demo');
}
