import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { runCommand } from './system/command.mjs';
import { filesIn } from './system/files.mjs';
import { withLock } from './system/lock.mjs';
import { runNpm } from './system/npm.mjs';
import { silent, type Progress } from './system/progress.mjs';
import { projectRoot } from './system/project-root.mjs';

/** Everything that the content of the tarball depends on. */
const SOURCES = [
	'nodes',
	'credentials',
	'package.json',
	'package-lock.json',
	'tsconfig.json',
	'tsconfig.build.json',
	'gulpfile.js',
	'README.md',
	'README.ru.md',
	'LICENSE',
];

/** What a fresh clone does not have. */
const NOT_COPIED = ['node_modules', 'dist', 'coverage', '.git', '.n8n-sandbox'];

/** The tarball that all sandboxes of this project install. */
export function preparedTarball(): string {
	return path.join(projectRoot(), '.n8n-sandbox', 'package-under-test.tgz');
}

/**
 * Builds the package and packs it to the prepared tarball, unless that was made of the same sources. Safe in several
 * processes at once. Throws CommandFailed with the compiler's output.
 */
export async function packPackage(progress: Progress = silent): Promise<void> {
	const tarball = preparedTarball();
	const mark = `${tarball}.sources`;
	await fs.mkdir(path.dirname(tarball), { recursive: true });
	await withLock(`${tarball}.lock`, progress, async () => {
		const sources = await fingerprint();
		const packed = existsSync(tarball) && (await fs.readFile(mark, 'utf8').catch(() => ''));
		if (packed === sources) return;
		await fs.rm(mark, { force: true });
		const folder = await fs.mkdtemp(path.join(tmpdir(), 'n8n-nodes-apikley-pack-'));
		await fs.cp(await progress('Building the package', () => packCopy(folder)), `${tarball}.new`);
		// At once, so that no reader sees half of it
		await fs.rename(`${tarball}.new`, tarball);
		await fs.rm(folder, { recursive: true });
		await fs.writeFile(mark, sources);
	});
}

/**
 * Builds and packs a copy of the project in `folder`, which is outside the project, and leaves `dist/` as it is. Returns
 * the tarball.
 */
export async function packCopy(folder: string): Promise<string> {
	const root = projectRoot();
	const copy = path.join(folder, 'project');
	const isCopied = (file: string) => !NOT_COPIED.includes(path.relative(root, file));
	await fs.cp(root, copy, { recursive: true, filter: isCopied });
	return await pack(copy, path.join(folder, 'packed'));
}

/** The same with the project as it was at a commit. Throws CommandFailed if git does not have it, as in a shallow clone. */
export async function packCommit(commit: string, folder: string): Promise<string> {
	const archive = path.join(folder, 'project.tar');
	const copy = path.join(folder, 'project');
	await runCommand('git', ['archive', `--output=${archive}`, commit], { cwd: projectRoot() });
	await fs.mkdir(copy);
	await runCommand('tar', ['-xf', archive], { cwd: copy });
	return await pack(copy, path.join(folder, 'packed'));
}

async function pack(project: string, into: string): Promise<string> {
	const modules = path.join(projectRoot(), 'node_modules');
	await fs.symlink(modules, path.join(project, 'node_modules'), 'junction');
	await runNpm(['run', 'build'], { cwd: project });
	await fs.mkdir(into);
	await runNpm(['pack', '--pack-destination', into], { cwd: project });
	const [name = ''] = await fs.readdir(into);
	return path.join(into, name);
}

/** A hash of everything that the package is built of. */
export async function fingerprint(): Promise<string> {
	const hash = createHash('sha256');
	for (const source of SOURCES) {
		const fileOrFolder = path.join(projectRoot(), source);
		const isFolder = (await fs.stat(fileOrFolder)).isDirectory();
		for (const file of isFolder ? await filesIn(fileOrFolder) : [fileOrFolder]) {
			hash.update(`${path.relative(projectRoot(), file)}\n`).update(await fs.readFile(file));
		}
	}
	return hash.digest('hex').slice(0, 12);
}

/** Installs a tarball into n8n's user folder, where n8n looks for community packages when it starts. */
export async function installPackage(tarball: string, userFolder: string): Promise<void> {
	const folder = path.join(userFolder, '.n8n', 'nodes');
	await fs.mkdir(folder, { recursive: true });
	const manifest = path.join(folder, 'package.json');
	if (!existsSync(manifest)) await fs.writeFile(manifest, '{ "private": true }');
	const flags = ['--ignore-scripts', '--legacy-peer-deps', '--offline', '--no-audit', '--no-fund'];
	await runNpm(['install', ...flags, tarball], { cwd: folder });
}
