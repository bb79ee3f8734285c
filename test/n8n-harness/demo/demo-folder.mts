import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import {
	fingerprint,
	installPackage,
	packPackage,
	preparedTarball,
} from '../package-under-test.mjs';
import { tryLock } from '../system/lock.mjs';
import { shownOnTerminal } from '../system/progress.mjs';
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
	const folder = path.resolve(projectRoot(), process.env.N8N_SANDBOX_DATA || '.n8n-sandbox/demo');
	await mkdir(folder, { recursive: true });
	const release = await tryLock(path.join(folder, 'in-use.lock'));
	if (!release) {
		throw new Error(
			`Another npm start is running on ${folder}. End it with Ctrl-C, or set N8N_SANDBOX_DATA to another folder.`,
		);
	}
	return { folder, userFolder: path.join(folder, 'n8n'), release };
}

/** Packs the package and installs it in n8n, unless the current sources are installed there already. */
export async function installPackageInN8n({ folder, userFolder }: DemoFolder): Promise<void> {
	const mark = path.join(folder, 'installed-package');
	const sources = await fingerprint();
	if (existsSync(userFolder) && (await readFile(mark, 'utf8').catch(() => '')) === sources) return;
	await rm(mark, { force: true });
	await packPackage(shownOnTerminal);
	// A path of its own, because npm caches what it knows of a tarball by path
	const tarball = path.join(folder, `package-${sources}.tgz`);
	await cp(preparedTarball(), tarball);
	await shownOnTerminal('Installing the package in n8n', () => installPackage(tarball, userFolder));
	await rm(tarball);
	// Last, so that a start that was killed halfway does it again
	await writeFile(mark, sources);
}
