/** Builds the node with a known bug: patches the TypeScript source, and compiles it into a copy of dist/. */
import { transform } from '@swc/core';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import { BUGS, type Bug } from './bugs.mjs';

/** Why bugs no longer fit the sources, each with its name and its file. */
export async function staleBugs(): Promise<string[]> {
	const patched = await Promise.allSettled(BUGS.map(patchedSource));
	return patched.flatMap((result) =>
		result.status === 'rejected' ? [(result.reason as Error).message] : [],
	);
}

/** Calls `use` with the dist folder of a build that has the bug, and removes the build afterwards. */
export async function withBug<T>(bug: Bug, use: (dist: string) => Promise<T>): Promise<T> {
	const root = projectRoot();
	const folder = await mkdtemp(path.join(tmpdir(), 'fuzz-bug-'));
	try {
		const dist = path.join(folder, 'dist');
		await cp(path.join(root, 'dist'), dist, { recursive: true });
		// The node imports packages
		await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
		const { code } = await transform(await patchedSource(bug), {
			jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
			module: { type: 'commonjs' },
		});
		await writeFile(path.join(dist, bug.file.replace(/\.ts$/, '.js')), code);
		return await use(dist);
	} finally {
		await rm(folder, { recursive: true });
	}
}

/** Throws an Error that names the bug and its file unless `find` occurs exactly once. */
async function patchedSource({ name, file, find, replace }: Bug): Promise<string> {
	const source = await readFile(path.join(projectRoot(), file), 'utf8').catch(() => {
		throw new Error(`"${name}": there is no file ${file}`);
	});
	const parts = source.split(find);
	if (parts.length !== 2) {
		const count = parts.length - 1;
		throw new Error(`"${name}": ${file} contains "${find}" ${count} times instead of once`);
	}
	return parts.join(replace);
}
