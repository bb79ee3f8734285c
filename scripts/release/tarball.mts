import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { packCopy } from '../../test/n8n-harness/package-under-test.mjs';
import { runCommand } from '../../test/n8n-harness/system/command.mjs';

/** The package as `npm pack` makes it. */
export interface Tarball {
	readonly sha256: string;
	/** The SHA-256 of each file, by its path. */
	readonly files: ReadonlyMap<string, string>;
}

/** Builds and packs a copy of the project, in a new folder each time. */
export async function packAndRead(): Promise<Tarball> {
	const temporary = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-apikley-pack-'));
	try {
		return await readTarball(await packCopy(temporary));
	} finally {
		await rm(temporary, { recursive: true, force: true });
	}
}

async function readTarball(tarball: string): Promise<Tarball> {
	const folder = path.dirname(tarball);
	await runCommand('tar', ['-xzf', tarball], { cwd: folder });
	const unpacked = path.join(folder, 'package');
	const entries = await readdir(unpacked, { recursive: true, withFileTypes: true });
	const files = new Map<string, string>();
	for (const entry of entries.filter((each) => each.isFile())) {
		const file = path.join(entry.parentPath, entry.name);
		files.set(path.relative(unpacked, file), await sha256(file));
	}
	return { sha256: await sha256(tarball), files };
}

async function sha256(file: string): Promise<string> {
	return createHash('sha256')
		.update(await readFile(file))
		.digest('hex');
}

/** Returns the files in which two tarballs differ; nothing if they are identical byte for byte. */
export function differences(one: Tarball, other: Tarball): string[] {
	const paths = [...new Set([...one.files.keys(), ...other.files.keys()])].sort();
	const differing = paths.filter((file) => one.files.get(file) !== other.files.get(file));
	if (differing.length > 0) return differing;
	return one.sha256 === other.sha256 ? [] : ['the archive, but none of its files'];
}
