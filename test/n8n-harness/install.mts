import { readFileSync } from 'node:fs';
import path from 'node:path';

import { installOnce, lockedManifests, type Manifests } from './cached-install.mjs';
import { installWithNpm } from './system/npm.mjs';
import { silent, type Progress } from './system/progress.mjs';
import { projectRoot } from './system/project-root.mjs';
import { installNodeBinary, installPackages, n8nScript, nodeBinary } from './n8n-packages.mjs';

/** A version of n8n and of the Node.js that runs it, e.g. `{ n8n: '2.41.1', node: '24.21.0' }`. */
export interface N8nRelease {
	readonly n8n: string;
	readonly node: string;
}

/** An n8n that is ready to run. */
export interface InstalledN8n {
	/** e.g. `2.41.1` */
	readonly version: string;
	/** The Node.js program that this n8n needs. It may be newer than the one that runs this code. */
	readonly node: string;
	/** n8n's script: `node n8nBin start`. */
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
 * Installs n8n and its Node.js in the cache folder. That takes 3 to 10 minutes and 3 GB the first time, and milliseconds
 * after that. Safe in several processes at once. Throws an Error that says what to do if the network, a compiler or
 * disk space is missing.
 */
export async function installN8n(
	progress: Progress = silent,
	release: N8nRelease = pinnedRelease(),
): Promise<InstalledN8n> {
	const version = release.n8n;
	const manifests = await manifestsOf(release);
	const fill = async (folder: string) => await installPackages(folder, progress);
	const folder = await installOnce({ name: `n8n-${version}`, manifests, fill }, progress);
	return { version, folder, node: nodeBinary(folder), n8nBin: n8nScript(folder) };
}

/**
 * Only the pinned n8n has a lock file. For other versions npm chooses the dependencies, as it does for users. Up to 2.30
 * n8n gets SheetJS from a host that a network may block, so here it comes from npm's registry.
 */
async function manifestsOf({ n8n, node }: N8nRelease): Promise<Manifests> {
	if (n8n === pinnedRelease().n8n) return await lockedManifests(PINNED);
	return manifest({ n8n, node }, { xlsx: 'npm:@e965/xlsx@0.20.2' });
}

/** Installs only a Node.js, in the same way. Returns its program. */
export async function installNode(version: string, progress: Progress = silent): Promise<string> {
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
