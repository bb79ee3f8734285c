import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { CommandFailed, runCommand, runNpm } from './command.mjs';
import type { Progress } from './progress.mjs';

/** What an install is made from. */
export const MANIFESTS = ['package.json', 'package-lock.json'] as const;

/** Against settings of a user's own npm that would make the install differ from the lock file, or fail. */
const NPM_FLAGS = [
	'--no-audit',
	'--no-fund',
	'--global=false',
	'--engine-strict=false',
	'--legacy-peer-deps=false',
	'--strict-peer-deps=false',
	'--install-strategy=hoisted',
	'--loglevel=error',
];

/** Where npm puts the Node.js binary of the package `node`. */
export function nodeBinary(folder: string): string {
	const name = process.platform === 'win32' ? 'node.exe' : 'node';
	return path.join(folder, 'node_modules', 'node', 'bin', name);
}

export function n8nScript(folder: string): string {
	return path.join(folder, 'node_modules', 'n8n', 'bin', 'n8n');
}

/**
 * Installs what the manifests in `folder` name. Of all install scripts only the two that matter are run: some of
 * the others fail where they cannot download a prebuilt binary. Throws an Error with advice.
 */
export async function installPackages(folder: string, progress: Progress): Promise<void> {
	const npm = async (...args: string[]) =>
		await runNpm([...args, ...NPM_FLAGS], {
			cwd: folder,
			env: withHeaders(await nodeHeaders(folder)),
		});
	try {
		await progress('Downloading n8n and its 2,300 packages (once, 1 to 5 minutes)', () =>
			npm('ci', '--ignore-scripts'),
		);
		await progress('Downloading the Node.js that n8n needs', () =>
			npm('rebuild', 'node', '--ignore-scripts=false'),
		);
		await progress('Building SQLite for n8n (up to 3 minutes)', () =>
			npm('rebuild', 'sqlite3', '--ignore-scripts=false'),
		);
		await progress('Trying n8n', () =>
			runCommand(nodeBinary(folder), [n8nScript(folder), '--version'], { cwd: folder }),
		);
	} catch (error) {
		throw error instanceof CommandFailed ? new Error(advice(error), { cause: error }) : error;
	}
}

/** The package `node` brings the C headers of its version; with them nothing is fetched from nodejs.org. */
async function nodeHeaders(folder: string): Promise<string | undefined> {
	const packages = path.join(folder, 'node_modules', 'node', 'node_modules');
	const names = await readdir(packages).catch(() => []);
	return names
		.map((name) => path.join(packages, name))
		.find((candidate) => existsSync(path.join(candidate, 'include', 'node', 'node_api.h')));
}

function withHeaders(headers: string | undefined): NodeJS.ProcessEnv {
	return headers === undefined ? process.env : { ...process.env, npm_config_nodedir: headers };
}

const ADVICE: ReadonlyArray<readonly [RegExp, string]> = [
	[
		/ENOSPC/,
		'The disk is full: n8n needs 4 GB. N8N_SANDBOX_CACHE can name a folder on another disk.',
	],
	[
		/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/,
		'The npm registry could not be reached. Check the network, proxy and registry settings of npm, then try again.',
	],
	[
		/gyp ERR!|not found: make|no acceptable C compiler/,
		'SQLite could not be built. It needs Python 3, make and a C++ compiler (Debian: apt-get install python3 make g++; macOS: xcode-select --install).',
	],
];

function advice(error: CommandFailed): string {
	const found = ADVICE.find(([pattern]) => pattern.test(error.output));
	return `${found?.[1] ?? 'n8n could not be installed.'}\n\n${error.message}`;
}
