import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { runCommand } from '../../test/n8n-harness/system/command.mjs';
import { runNpm } from '../../test/n8n-harness/system/npm.mjs';

/** What `npm pack` makes of the package. */
export interface Tarball {
	readonly sha256: string;
	/** SHA-256 by path. */
	readonly files: ReadonlyMap<string, string>;
}

/** Neither what is built nor what is installed: as a fresh clone has it. */
const LEFT_BEHIND = ['node_modules', 'dist', 'coverage', '.git', '.n8n-sandbox'];

/** Builds and packs a copy of the project, in a folder and at a time of its own. */
export async function packCopy(root: string): Promise<Tarball> {
	const temporary = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-apikley-pack-'));
	try {
		const copy = path.join(temporary, 'project');
		const isWanted = (file: string) => !LEFT_BEHIND.includes(path.relative(root, file));
		await cp(root, copy, { recursive: true, filter: isWanted });
		await symlink(path.join(root, 'node_modules'), path.join(copy, 'node_modules'), 'junction');
		await runNpm(['run', 'build'], { cwd: copy });
		const packed = path.join(temporary, 'packed');
		await mkdir(packed);
		await runNpm(['pack', '--pack-destination', packed], { cwd: copy });
		return await readTarball(packed);
	} finally {
		await rm(temporary, { recursive: true, force: true });
	}
}

async function readTarball(folder: string): Promise<Tarball> {
	const [name = ''] = await readdir(folder);
	await runCommand('tar', ['-xzf', name], { cwd: folder });
	const unpacked = path.join(folder, 'package');
	const entries = await readdir(unpacked, { recursive: true, withFileTypes: true });
	const files = new Map<string, string>();
	for (const entry of entries.filter((each) => each.isFile())) {
		const file = path.join(entry.parentPath, entry.name);
		files.set(path.relative(unpacked, file), await sha256(file));
	}
	return { sha256: await sha256(path.join(folder, name)), files };
}

async function sha256(file: string): Promise<string> {
	return createHash('sha256')
		.update(await readFile(file))
		.digest('hex');
}

/** In what two tarballs differ; empty where they are the same, byte for byte. */
export function differences(one: Tarball, other: Tarball): string[] {
	const paths = [...new Set([...one.files.keys(), ...other.files.keys()])].sort();
	const differing = paths.filter((file) => one.files.get(file) !== other.files.get(file));
	if (differing.length > 0) return differing;
	return one.sha256 === other.sha256 ? [] : ['the archive, but none of its files'];
}
