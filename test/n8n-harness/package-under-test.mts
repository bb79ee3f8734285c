import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';

import { withLock } from './system/lock.mjs';
import { runNpm } from './system/npm.mjs';
import { silent, type Progress } from './system/progress.mjs';
import { projectRoot } from './system/project-root.mjs';

/**
 * Builds the package and packs it to the file `tarball`, as publishing does. Safe in several processes at once.
 * Throws CommandFailed with the compiler's words.
 */
export async function packPackage(tarball: string, progress: Progress = silent): Promise<void> {
	const root = projectRoot();
	// On the same disk as its destination, so that it can be renamed
	await mkdir(path.dirname(tarball), { recursive: true });
	const aside = await mkdtemp(`${tarball}-`);
	// A build empties dist/ first: another process must not pack at that moment
	await withLock(
		path.join(root, 'node_modules', '.package-under-test.lock'),
		progress,
		async () => {
			await progress('Building the package', () => runNpm(['run', 'build'], { cwd: root }));
			await runNpm(['pack', '--pack-destination', aside], { cwd: root });
		},
	);
	const [packed = ''] = await readdir(aside);
	await rename(path.join(aside, packed), tarball);
	await rm(aside, { recursive: true });
}

/** Installs a tarball into n8n's user folder, where n8n looks for community packages when it starts. */
export async function installPackage(tarball: string, userFolder: string): Promise<void> {
	const folder = path.join(userFolder, '.n8n', 'nodes');
	await mkdir(folder, { recursive: true });
	const manifest = path.join(folder, 'package.json');
	if (!existsSync(manifest))
		await writeFile(manifest, '{ "name": "installed-nodes", "private": true }\n');
	const flags = ['--ignore-scripts', '--legacy-peer-deps', '--offline', '--no-audit', '--no-fund'];
	await runNpm(['install', ...flags, tarball], { cwd: folder });
}
