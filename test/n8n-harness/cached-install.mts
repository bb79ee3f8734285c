import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

import { withTarballAddresses } from '../../scripts/lock-file.mjs';
import { withLock } from './system/lock.mjs';
import type { Progress } from './system/progress.mjs';

/** The text of package.json and, unless npm chooses the dependencies, of package-lock.json, by file name. */
export type Manifests = Readonly<Record<string, string>>;

/** npm packages that are too large to be devDependencies, or conflict with them. */
export interface CachedInstall {
	/** The start of the folder's name, e.g. `n8n-2.41.1`. */
	name: string;
	manifests: Manifests;
	/** Installs the packages in `folder`, which holds the manifests. */
	fill: (folder: string) => Promise<void>;
}

/**
 * Returns the folder in the cache that holds the install, and installs it first if necessary. An install that was killed
 * does not count. Safe in several processes at once.
 */
export async function installOnce(install: CachedInstall, progress: Progress): Promise<string> {
	const folder = path.join(cacheFolder(), cacheKey(install));
	if (existsSync(folder)) return folder;
	await mkdir(path.dirname(folder), { recursive: true });
	await withLock(`${folder}.lock`, progress, async () => {
		if (existsSync(folder)) return;
		await removeLeftovers(folder);
		await installInStaging(install, folder);
	});
	return folder;
}

/** Reads the package.json and package-lock.json of a folder. */
export async function lockedManifests(folder: string): Promise<Manifests> {
	const read = async (file: string) => [file, await readFile(path.join(folder, file), 'utf8')];
	const files = ['package.json', 'package-lock.json'];
	return Object.fromEntries(await Promise.all(files.map(read))) as Manifests;
}

/** `N8N_SANDBOX_CACHE` if set, else our folder in the operating system's place for caches. */
function cacheFolder(): string {
	const { N8N_SANDBOX_CACHE, LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
	if (N8N_SANDBOX_CACHE) return path.resolve(N8N_SANDBOX_CACHE);
	const places: Partial<Record<NodeJS.Platform, string>> = {
		win32: LOCALAPPDATA ?? path.join(homedir(), 'AppData', 'Local'),
		darwin: path.join(homedir(), 'Library', 'Caches'),
	};
	const place = places[process.platform] ?? (XDG_CACHE_HOME || path.join(homedir(), '.cache'));
	return path.join(place, 'n8n-nodes-apikley');
}

function cacheKey({ name, manifests }: CachedInstall): string {
	const hash = createHash('sha256');
	for (const text of Object.values(manifests)) hash.update(text);
	return `${name}-${hash.digest('hex').slice(0, 12)}-${process.platform}-${process.arch}`;
}

/** Removes what killed installs left. This process holds the lock, so no other process uses it. */
async function removeLeftovers(folder: string): Promise<void> {
	const parent = path.dirname(folder);
	const prefix = `${path.basename(folder)}.partial-`;
	for (const name of await readdir(parent)) {
		if (name.startsWith(prefix)) await rm(path.join(parent, name), { recursive: true });
	}
}

/** Installs into a temporary folder, and renames it when complete. */
async function installInStaging({ manifests, fill }: CachedInstall, folder: string): Promise<void> {
	const staging = `${folder}.partial-${randomUUID()}`;
	await mkdir(staging);
	try {
		for (const [file, text] of Object.entries(manifests)) {
			const content = file === 'package-lock.json' ? withTarballAddresses(text) : text;
			await writeFile(path.join(staging, file), content);
		}
		await fill(staging);
		await rename(staging, folder).catch((error: unknown) => {
			// Another process that missed the lock was first, and its install is as good
			if (!existsSync(folder)) throw error;
		});
	} finally {
		await rm(staging, { recursive: true, force: true });
	}
}
