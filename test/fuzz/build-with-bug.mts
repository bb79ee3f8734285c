/** Builds the node with a known bug: patches the TypeScript source, and compiles it into a copy of dist/. */
import { transform } from '@swc/core';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import { BUGS, type Bug } from './bugs.mjs';

/** The bugs that no longer fit the sources, each with its file and the reason. */
export async function staleBugs(): Promise<string[]> {
	const reasons = await Promise.all(
		BUGS.map(async (bug) => {
			try {
				await patchedSource(bug);
				return [];
			} catch (error) {
				return [(error as Error).message];
			}
		}),
	);
	return reasons.flat();
}

/** Calls `use` with the dist folder of a build that has the bug, and removes the build afterwards. */
export async function withBug<T>(bug: Bug, use: (dist: string) => Promise<T>): Promise<T> {
	const folder = await mkdtemp(path.join(tmpdir(), 'fuzz-bug-'));
	try {
		const dist = path.join(folder, 'dist');
		await cp(path.join(projectRoot(), 'dist'), dist, { recursive: true });
		// The node loads packages
		await symlink(
			path.join(projectRoot(), 'node_modules'),
			path.join(folder, 'node_modules'),
			'junction',
		);
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
	const source = await readFile(path.join(projectRoot(), file), 'utf8').catch(() => null);
	if (source === null) throw new Error(`"${name}": there is no file ${file}`);
	const [before, after, ...others] = source.split(find);
	if (before === undefined || after === undefined || others.length > 0) {
		const count = source.split(find).length - 1;
		throw new Error(`"${name}": ${file} contains "${find}" ${count} times instead of once`);
	}
	return before + replace + after;
}
