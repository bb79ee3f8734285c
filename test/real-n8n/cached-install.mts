import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';

import { cacheFolder } from './machine/cache-folder.mjs';
import { withLock } from './machine/lock.mjs';
import type { Progress } from './machine/progress.mjs';

const MANIFESTS = ['package.json', 'package-lock.json'] as const;

/** npm packages that are too large, or too much at odds with ours, to be devDependencies. */
export interface CachedInstall {
	/** Begins the folder's name, e.g. `n8n-2.41.1`. */
	name: string;
	/** The folder with the package.json and package-lock.json that say what to install. */
	manifests: string;
	/** Installs what the manifests say, once they are copied into `folder`. */
	fill: (folder: string) => Promise<void>;
}

/**
 * Returns the folder in the cache where it is installed; installs it first if need be. A killed install never
 * counts. Safe in several processes at once.
 */
export async function installOnce(install: CachedInstall, progress: Progress): Promise<string> {
	const folder = path.join(cacheFolder(), await cacheKey(install));
	if (existsSync(folder)) return folder;
	await mkdir(path.dirname(folder), { recursive: true });
	await withLock(`${folder}.lock`, progress, async () => {
		if (existsSync(folder)) return;
		await removeLeftovers(folder);
		await installAside(install, folder);
	});
	return folder;
}

async function cacheKey({ name, manifests }: CachedInstall): Promise<string> {
	const hash = createHash('sha256');
	for (const file of MANIFESTS) hash.update(await readFile(path.join(manifests, file)));
	return `${name}-${hash.digest('hex').slice(0, 12)}-${process.platform}-${process.arch}`;
}

/** What killed installs left: we hold the lock, so nobody is at work in them. */
async function removeLeftovers(folder: string): Promise<void> {
	const parent = path.dirname(folder);
	const prefix = `${path.basename(folder)}.partial-`;
	for (const name of await readdir(parent)) {
		if (name.startsWith(prefix)) {
			await rm(path.join(parent, name), { recursive: true, force: true });
		}
	}
}

/** Renamed into its place when whole. */
async function installAside({ manifests, fill }: CachedInstall, folder: string): Promise<void> {
	const aside = `${folder}.partial-${randomUUID()}`;
	await mkdir(aside);
	try {
		for (const file of MANIFESTS)
			await copyFile(path.join(manifests, file), path.join(aside, file));
		await fill(aside);
		await rename(aside, folder).catch((error: unknown) => {
			// A rival that missed our lock was first; its install is as good
			if (!existsSync(folder)) throw error;
		});
	} finally {
		await rm(aside, { recursive: true, force: true });
	}
}
