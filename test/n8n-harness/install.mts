import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { installOnce, lockedManifests, type Manifests } from './cached-install.mjs';
import { runCommand } from './system/command.mjs';
import { installWithNpm } from './system/npm.mjs';
import { silent, type Progress } from './system/progress.mjs';
import { projectRoot } from './system/project-root.mjs';

/** A version of n8n and of the Node.js that runs it, e.g. `{ n8n: '2.41.1', node: '24.21.0' }`. */
export interface N8nRelease {
	readonly n8n: string;
	readonly node: string;
}

/** An n8n that is ready to run: `node n8nBin start`. */
export interface InstalledN8n {
	/** e.g. `2.41.1` */
	readonly version: string;
	/** The Node.js program that this n8n needs. It may be newer than the one that runs this code. */
	readonly node: string;
	readonly n8nBin: string;
	/** The folder that holds n8n's node_modules. */
	readonly folder: string;
}

/** Versions by package name. */
type Packages = Readonly<Record<string, string>>;

const PINNED = path.join(projectRoot(), 'test', 'n8n-harness', 'n8n');

/** The n8n that the tests, the demo and the benchmarks run. */
export function pinnedRelease(): N8nRelease {
	const text = readFileSync(path.join(PINNED, 'package.json'), 'utf8');
	return (JSON.parse(text) as { dependencies: N8nRelease }).dependencies;
}

/**
 * Installs n8n and its Node.js in the cache folder. That takes 2 to 10 minutes and 3 GB the first time, and milliseconds
 * after that. Safe in several processes at once. Throws an Error that says what to do if the network, a compiler or
 * disk space is missing.
 */
export async function installN8n(
	progress: Progress = silent,
	{ n8n: version, node }: N8nRelease = pinnedRelease(),
): Promise<InstalledN8n> {
	// Only the pinned n8n has a lock file. For other versions npm chooses the dependencies, as it does for users. Up to
	// 2.30 n8n gets SheetJS from a host that a network may block, so here it comes from npm's registry
	const manifests =
		version === pinnedRelease().n8n
			? await lockedManifests(PINNED)
			: manifest({ n8n: version, node }, { xlsx: 'npm:@e965/xlsx@0.20.2' });
	const fill = async (folder: string) => await installPackages(folder, progress);
	const folder = await installOnce({ name: `n8n-${version}`, manifests, fill }, progress);
	return { version, folder, node: nodeBinary(folder), n8nBin: n8nScript(folder) };
}

/** Installs only a Node.js, in the same way. Returns its program. */
export async function installNode(version: string, progress: Progress): Promise<string> {
	const manifests = manifest({ node: version });
	const fill = async (folder: string) => {
		await installWithNpm(['install', '--ignore-scripts'], folder);
		await installNodeBinary(folder, progress);
	};
	return nodeBinary(await installOnce({ name: `node-${version}`, manifests, fill }, progress));
}

function manifest(dependencies: Packages, overrides?: Packages): Manifests {
	return { 'package.json': JSON.stringify({ private: true, dependencies, overrides }) };
}

/** The Node.js program that the package `node` brings. */
function nodeBinary(folder: string): string {
	const name = process.platform === 'win32' ? 'node.exe' : 'node';
	return path.join(folder, 'node_modules', 'node', 'bin', name);
}

function n8nScript(folder: string): string {
	return path.join(folder, 'node_modules', 'n8n', 'bin', 'n8n');
}

/** Runs only the two install scripts that matter: some others fail if they cannot download a prebuilt binary. */
async function installPackages(folder: string, progress: Progress): Promise<void> {
	const install = existsSync(path.join(folder, 'package-lock.json')) ? 'ci' : 'install';
	await progress('Downloading n8n and its 2,300 packages (once, 1 to 5 minutes)', () =>
		installWithNpm([install, '--ignore-scripts'], folder),
	);
	await installNodeBinary(folder, progress);
	await progress('Building SQLite for n8n (up to 3 minutes)', async () =>
		installWithNpm(['rebuild', 'sqlite3', '--ignore-scripts=false'], folder, {
			...process.env,
			npm_config_nodedir: await nodeHeaders(folder),
			// Compiles on all cores
			npm_config_jobs: 'max',
		}),
	);
	await progress('Checking n8n', () =>
		runCommand(nodeBinary(folder), [n8nScript(folder), '--version'], { cwd: folder }),
	);
}

/** Runs the install script of the package `node`, which downloads its program. */
async function installNodeBinary(folder: string, progress: Progress): Promise<void> {
	await progress('Downloading the required Node.js', () =>
		installWithNpm(['rebuild', 'node', '--ignore-scripts=false'], folder),
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
