import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { runCommand } from './system/command.mjs';
import { installWithNpm } from './system/npm.mjs';
import type { Progress } from './system/progress.mjs';

/** The Node.js program that the package `node` brings. */
export function nodeBinary(folder: string): string {
	const name = process.platform === 'win32' ? 'node.exe' : 'node';
	return path.join(folder, 'node_modules', 'node', 'bin', name);
}

export function n8nScript(folder: string): string {
	return path.join(folder, 'node_modules', 'n8n', 'bin', 'n8n');
}

/** Runs the install script of the package `node`, which downloads its program. */
export async function installNodeBinary(folder: string, progress: Progress): Promise<void> {
	await progress('Downloading the required Node.js', () =>
		installWithNpm(['rebuild', 'node', '--ignore-scripts=false'], folder),
	);
}

/**
 * Installs n8n and its Node.js in a folder that holds their manifests. Runs only the two install scripts that matter:
 * some others fail if they cannot download a prebuilt binary. Throws an Error with advice.
 */
export async function installPackages(folder: string, progress: Progress): Promise<void> {
	const install = existsSync(path.join(folder, 'package-lock.json')) ? 'ci' : 'install';
	await progress('Downloading n8n and its 2,300 packages (once, 1 to 5 minutes)', () =>
		installWithNpm([install, '--ignore-scripts'], folder),
	);
	await installNodeBinary(folder, progress);
	await progress('Building SQLite for n8n (up to 3 minutes)', async () =>
		installWithNpm(['rebuild', 'sqlite3', '--ignore-scripts=false'], folder, {
			...process.env,
			npm_config_nodedir: await nodeHeaders(folder),
		}),
	);
	await progress('Checking n8n', () =>
		runCommand(nodeBinary(folder), [n8nScript(folder), '--version'], { cwd: folder }),
	);
}

/** The C headers that the package `node` brings. With them, nothing is downloaded from nodejs.org. */
async function nodeHeaders(folder: string): Promise<string | undefined> {
	const packages = path.join(folder, 'node_modules', 'node', 'node_modules');
	const names = await readdir(packages).catch(() => []);
	return names
		.map((name) => path.join(packages, name))
		.find((candidate) => existsSync(path.join(candidate, 'include', 'node', 'node_api.h')));
}
