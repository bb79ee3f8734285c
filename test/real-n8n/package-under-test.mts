import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { runNpm } from './command.mjs';
import { withLock } from './install-lock.mjs';
import { silent, type Progress } from './progress.mjs';
import { projectRoot } from './project-root.mjs';

/**
 * Builds the package and packs it, as publishing does. Returns the tarball's path, in a temporary folder of its
 * own. Throws CommandFailed with the compiler's words.
 */
export async function packPackage(progress: Progress = silent): Promise<string> {
	const root = projectRoot();
	const folder = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-apikley-'));
	// A build empties dist/ first: another process must not pack at that moment
	await withLock(
		path.join(root, 'node_modules', '.package-under-test.lock'),
		progress,
		async () => {
			await progress('Building the package', () => runNpm(['run', 'build'], { cwd: root }));
			await runNpm(['pack', '--pack-destination', folder], { cwd: root });
		},
	);
	const [tarball] = await readdir(folder);
	if (tarball === undefined) throw new Error(`npm pack left nothing in ${folder}`);
	return path.join(folder, tarball);
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
