import { spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { CommandFailed, runCommand } from '../../test/n8n-harness/system/command.mjs';
import { runNpm } from '../../test/n8n-harness/system/npm.mjs';
import { projectRoot } from '../../test/n8n-harness/system/project-root.mjs';
import { readReleases } from '../../test/released/releases.mjs';
import { entryFor } from './changelog.mjs';
import { differences, packAndRead } from './tarball.mjs';
import { unpinnedActions } from './workflows.mjs';

/** The result of a check: `skipped` could not be checked here, and `problem` stops the release. */
export type Verdict =
	| { readonly kind: 'fine'; readonly note?: string }
	| { readonly kind: 'skipped' | 'problem'; readonly why: string };

export interface Check {
	readonly title: string;
	/** It takes minutes, and runs elsewhere too. */
	readonly isLong?: boolean;
	/** It cannot pass between two releases, so a dry run only reports it. */
	readonly isForRelease?: boolean;
	run(): Promise<Verdict>;
}

const root = projectRoot();
const fine: Verdict = { kind: 'fine' };
const NO_GIT: Verdict = { kind: 'skipped', why: 'this is not a git repository, or git is missing' };

interface Manifest {
	readonly version: string;
	readonly dependencies?: object;
	readonly optionalDependencies?: object;
	readonly bundledDependencies?: unknown;
	readonly peerDependencies?: object;
}

export async function readManifest(): Promise<Manifest> {
	return JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as Manifest;
}

/** Run in this order: the quick and often forgotten ones first. */
export const CHECKS: readonly Check[] = [
	{ title: 'Everything is committed', isForRelease: true, run: cleanTree },
	{ title: 'CHANGELOG.md has the version with its date', isForRelease: true, run: changelog },
	{ title: 'The version is not released yet', isForRelease: true, run: newTag },
	{ title: 'The saved workflows of the version are recorded', isForRelease: true, run: snapshot },
	{ title: 'No runtime dependency', run: noDependencies },
	{ title: 'Workflows use actions by their commit', run: pinnedActions },
	{ title: 'No known vulnerability in the package', run: audit },
	{ title: 'Two builds in two folders give the same tarball', run: reproducible },
	{ title: 'Lint, types, format, all tests', isLong: true, run: npmTest },
];

async function cleanTree(): Promise<Verdict> {
	const changes = await git('status', '--porcelain');
	if (changes === null) return NO_GIT;
	return changes === '' ? fine : problem(`not committed:\n${changes.trimEnd()}`);
}

async function changelog(): Promise<Verdict> {
	const { version } = await readManifest();
	const entry = entryFor(await readFile(path.join(root, 'CHANGELOG.md'), 'utf8'), version);
	if (entry === null) return problem(`there is no section "## ${version} - <date>" with entries`);
	return entry.date === null ? problem(`the section ${version} has no date`) : fine;
}

async function newTag(): Promise<Verdict> {
	const { version } = await readManifest();
	const tags = await git('tag', '--list', `v${version}`);
	if (tags === null) return NO_GIT;
	return tags === '' ? fine : problem(`the tag v${version} already exists`);
}

async function snapshot(): Promise<Verdict> {
	const { version } = await readManifest();
	const isRecorded = readReleases().some((release) => release.version === version);
	return isRecorded ? fine : problem('not in test/released/: run npm run snapshot:release');
}

async function noDependencies(): Promise<Verdict> {
	const manifest = await readManifest();
	const found = (['dependencies', 'optionalDependencies', 'bundledDependencies'] as const).filter(
		(kind) => manifest[kind] !== undefined,
	);
	const peers = Object.keys(manifest.peerDependencies ?? {}).join();
	if (found.length > 0) return problem(`package.json has ${found.join(', ')}`);
	return peers === 'n8n-workflow' ? fine : problem(`the peers are ${peers}`);
}

async function pinnedActions(): Promise<Verdict> {
	const folder = path.join(root, '.github', 'workflows');
	const unpinned: string[] = [];
	for (const name of await readdir(folder)) {
		const actions = unpinnedActions(await readFile(path.join(folder, name), 'utf8'));
		unpinned.push(...actions.map((action) => `${name}: ${action}`));
	}
	return unpinned.length === 0 ? fine : problem(`not pinned:\n${unpinned.join('\n')}`);
}

/** Some registries offer no audit. */
async function audit(): Promise<Verdict> {
	try {
		await runNpm(['audit', '--omit=dev', '--omit=peer'], { cwd: root });
		return fine;
	} catch (error) {
		if (!(error instanceof CommandFailed)) throw error;
		const found = /\d+ (?:\w+ severity )?vulnerabilit/.test(error.output);
		return found
			? problem(error.output.trim())
			: { kind: 'skipped', why: 'the registry offers no audit' };
	}
}

async function reproducible(): Promise<Verdict> {
	const [one, other] = await Promise.all([packAndRead(), packAndRead()]);
	const differing = differences(one, other);
	if (differing.length > 0) return problem(`they differ in:\n${differing.join('\n')}`);
	return { kind: 'fine', note: `SHA-256 ${one.sha256}, ${one.files.size} files` };
}

async function npmTest(): Promise<Verdict> {
	// On this terminal, because it takes long
	const shell = process.platform === 'win32';
	const { status } = spawnSync('npm', ['test'], { cwd: root, stdio: 'inherit', shell });
	return status === 0 ? fine : problem('npm test failed');
}

async function git(...args: readonly string[]): Promise<string | null> {
	return await runCommand('git', args, { cwd: root }).catch(() => null);
}

function problem(why: string): Verdict {
	return { kind: 'problem', why };
}
