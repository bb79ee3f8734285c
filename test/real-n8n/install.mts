import { createHash, randomUUID } from 'node:crypto';
import { copyFile, mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';

import { cacheFolder } from './cache-folder.mjs';
import { withLock } from './install-lock.mjs';
import { MANIFESTS, installPackages, n8nScript, nodeBinary } from './install-packages.mjs';
import { silent, type Progress } from './progress.mjs';
import { projectRoot } from './project-root.mjs';

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
 * milliseconds). The first time takes 3 to 10 minutes and 3 GB. Safe to run in several processes at once.
 * Throws an Error that says what to do when there is no network, no compiler or no room.
 */
export async function installN8n(progress: Progress = silent): Promise<InstalledN8n> {
	const manifests = path.join(projectRoot(), 'test', 'real-n8n', 'n8n');
	const version = await pinnedVersion(manifests);
	const folder = path.join(cacheFolder(), await cacheKey(manifests, version));
	if (!existsSync(folder)) {
		await mkdir(path.dirname(folder), { recursive: true });
		await withLock(`${folder}.lock`, progress, async () => {
			if (!existsSync(folder)) await installInto(folder, manifests, progress);
		});
	}
	return { version, folder, node: nodeBinary(folder), n8nBin: n8nScript(folder) };
}

async function pinnedVersion(manifests: string): Promise<string> {
	const manifest = JSON.parse(await readFile(path.join(manifests, 'package.json'), 'utf8')) as {
		dependencies: { n8n: string };
	};
	return manifest.dependencies.n8n;
}

async function cacheKey(manifests: string, version: string): Promise<string> {
	const hash = createHash('sha256');
	for (const name of MANIFESTS) hash.update(await readFile(path.join(manifests, name)));
	return `n8n-${version}-${hash.digest('hex').slice(0, 12)}-${process.platform}-${process.arch}`;
}

/** Builds it beside its place and renames it when whole, so that a killed install never counts. */
async function installInto(folder: string, manifests: string, progress: Progress): Promise<void> {
	await removeLeftovers(folder);
	const aside = `${folder}.partial-${randomUUID()}`;
	await mkdir(aside);
	try {
		for (const name of MANIFESTS) {
			await copyFile(path.join(manifests, name), path.join(aside, name));
		}
		await installPackages(aside, progress);
		await moveIntoPlace(aside, folder);
	} finally {
		await rm(aside, { recursive: true, force: true });
	}
}

/** What killed installs left: we hold the lock, so nobody is at work in them. */
async function removeLeftovers(folder: string): Promise<void> {
	const parent = path.dirname(folder);
	const prefix = `${path.basename(folder)}.partial-`;
	for (const name of await readdir(parent)) {
		if (name.startsWith(prefix))
			await rm(path.join(parent, name), { recursive: true, force: true });
	}
}

async function moveIntoPlace(aside: string, folder: string): Promise<void> {
	try {
		await rename(aside, folder);
	} catch (error) {
		// A rival that missed our lock was first; its install is as good
		if (!existsSync(folder)) throw error;
	}
}
