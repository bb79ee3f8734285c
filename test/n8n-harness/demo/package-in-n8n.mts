import { existsSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { fingerprint, installPackage, packPackage } from '../package-under-test.mjs';
import { preparedTarball } from '../sandbox.mjs';
import type { Progress } from '../system/progress.mjs';
import type { DemoFolder } from './demo-folder.mjs';

/** Packs the package and installs it in n8n, unless the current sources are installed there already. */
export async function installPackageInN8n(
	{ folder, userFolder }: DemoFolder,
	progress: Progress,
): Promise<void> {
	const mark = path.join(folder, 'installed-package');
	const sources = await fingerprint();
	if (existsSync(userFolder) && (await readFile(mark, 'utf8').catch(() => '')) === sources) return;
	await rm(mark, { force: true });
	await packPackage(preparedTarball(), progress);
	// A path of its own, because npm caches what it knows of a tarball by path
	const tarball = path.join(folder, `package-${sources}.tgz`);
	await cp(preparedTarball(), tarball);
	await progress('Installing the package in n8n', () => installPackage(tarball, userFolder));
	await rm(tarball);
	// Last, so that a start that was killed halfway does it again
	await writeFile(mark, sources);
}
