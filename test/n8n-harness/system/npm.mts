import { CommandFailed, runCommand, type CommandOptions } from './command.mjs';

/** Overrides settings of the user's npm that would make an install fail or differ from its lock file. */
const AS_LOCKED = [
	'--no-audit',
	'--no-fund',
	'--global=false',
	'--engine-strict=false',
	'--replace-registry-host=npmjs',
	'--legacy-peer-deps=false',
	'--strict-peer-deps=false',
	'--install-strategy=hoisted',
	'--loglevel=error',
];

/** Runs npm and returns its stdout. Throws CommandFailed. */
export async function runNpm(args: readonly string[], options: CommandOptions): Promise<string> {
	return await runCommand(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, options);
}

/** Runs `npm ci` or `npm rebuild` in a folder with a lock file. Throws an Error that says what to do. */
export async function installWithNpm(
	args: readonly string[],
	folder: string,
	env?: NodeJS.ProcessEnv,
): Promise<void> {
	try {
		await runNpm([...args, ...AS_LOCKED], { cwd: folder, ...(env && { env }) });
	} catch (error) {
		throw error instanceof CommandFailed ? new Error(advice(error), { cause: error }) : error;
	}
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
	return `${found?.[1] ?? 'The install failed.'}\n\n${error.message}`;
}
