import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { installOnce } from './cached-install.mjs';
import { silent, type Progress } from './machine/progress.mjs';
import { projectRoot } from './machine/project-root.mjs';
import { installPackages, n8nScript, nodeBinary } from './n8n-packages.mjs';

/** An n8n ready to run. */
export interface InstalledN8n {
	/** e.g. `2.41.1` */
	readonly version: string;
	/** The Node.js that this n8n needs, which may be newer than the one running this code. */
	readonly node: string;
	/** The script to run with it: `node n8nBin start`. */
	readonly n8nBin: string;
	/** The folder that holds n8n's node_modules. */
	readonly folder: string;
}

/**
 * Installs the pinned n8n and its Node.js into the cache folder, unless they are there already (then it takes
 * milliseconds). The first time takes 3 to 10 minutes and 3 GB. Safe in several processes at once. Throws an
 * Error that says what to do when there is no network, no compiler or no room.
 */
export async function installN8n(progress: Progress = silent): Promise<InstalledN8n> {
	const manifests = path.join(projectRoot(), 'test', 'real-n8n', 'n8n');
	const version = await pinnedVersion(manifests);
	const fill = async (folder: string) => await installPackages(folder, progress);
	const folder = await installOnce({ name: `n8n-${version}`, manifests, fill }, progress);
	return { version, folder, node: nodeBinary(folder), n8nBin: n8nScript(folder) };
}

async function pinnedVersion(manifests: string): Promise<string> {
	const manifest = JSON.parse(await readFile(path.join(manifests, 'package.json'), 'utf8')) as {
		dependencies: { n8n: string };
	};
	return manifest.dependencies.n8n;
}
