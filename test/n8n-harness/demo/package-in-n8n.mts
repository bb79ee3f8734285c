import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Progress } from '../system/progress.mjs';
import { projectRoot } from '../system/project-root.mjs';
import { installPackage, packPackage } from '../package-under-test.mjs';
import type { DemoFolder } from './demo-folder.mjs';

/** What the packed package depends on. */
const SOURCES = [
	'nodes',
	'credentials',
	'package.json',
	'package-lock.json',
	'tsconfig.json',
	'tsconfig.build.json',
	'gulpfile.js',
	'README.md',
	'LICENSE',
];

/** Packs the package and installs it in n8n, unless that was done with the sources as they are now. */
export async function putPackageInN8n(
	{ folder, userFolder }: DemoFolder,
	progress: Progress,
): Promise<void> {
	const mark = path.join(folder, 'installed-package');
	const wanted = await fingerprint();
	if (existsSync(userFolder) && (await readFile(mark, 'utf8').catch(() => '')) === wanted) return;
	await rm(mark, { force: true });
	// A name of its own: npm keeps what it knows of a tarball by its path
	const tarball = path.join(folder, `package-${wanted}.tgz`);
	await removeTarballs(folder);
	await packPackage(tarball, progress);
	await progress('Installing the package in n8n', () => installPackage(tarball, userFolder));
	// Last, so that a start killed halfway does it again
	await writeFile(mark, wanted);
}

async function fingerprint(): Promise<string> {
	const hash = createHash('sha256');
	for (const source of SOURCES) {
		for (const file of await filesOf(path.join(projectRoot(), source))) {
			hash.update(`${path.relative(projectRoot(), file)}\n`).update(await readFile(file));
		}
	}
	return hash.digest('hex').slice(0, 12);
}

/** A file itself, or all files of a folder; nothing when it is not there. */
async function filesOf(fileOrFolder: string): Promise<string[]> {
	if (!existsSync(fileOrFolder)) return [];
	const entries = await readdir(fileOrFolder, { recursive: true, withFileTypes: true }).catch(
		() => null,
	);
	if (entries === null) return [fileOrFolder];
	return entries
		.filter((entry) => entry.isFile())
		.map((entry) => path.join(entry.parentPath, entry.name))
		.sort();
}

async function removeTarballs(folder: string): Promise<void> {
	for (const name of await readdir(folder)) {
		if (/^package-.*\.tgz/.test(name)) {
			await rm(path.join(folder, name), { recursive: true, force: true });
		}
	}
}
