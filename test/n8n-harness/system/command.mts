import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

import { killOnExitOrSignal } from './kill-on-exit.mjs';

/** Enough of a build's last output to see what went wrong. */
const KEPT_OUTPUT_CHARACTERS = 20_000;

export class CommandFailed extends Error {
	constructor(
		command: string,
		exitCode: number | null,
		/** The last part of stdout, then stderr. */
		readonly output: string,
	) {
		super(`${command} failed with exit code ${exitCode}:\n${output.trim()}`);
		this.name = 'CommandFailed';
	}
}

export interface CommandOptions {
	cwd: string;
	env?: NodeJS.ProcessEnv;
}

/** Runs a program and returns its stdout. Throws CommandFailed unless its exit code is 0. */
export async function runCommand(
	program: string,
	args: readonly string[],
	{ cwd, env = process.env }: CommandOptions,
): Promise<string> {
	const child = spawn(program, args, {
		cwd,
		env,
		// Windows can only start .cmd files (npm) through its shell
		shell: process.platform === 'win32' && program.endsWith('.cmd'),
		// In its own process group, so that everything it starts can be killed
		detached: process.platform !== 'win32',
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const release = killOnExitOrSignal(child);
	const closed = once(child, 'close') as Promise<[exitCode: number | null]>;
	const [stdout, stderr, [exitCode]] = await Promise.all([
		text(child.stdout),
		text(child.stderr),
		closed,
	]).finally(release);
	if (exitCode === 0) return stdout;
	const output = `${stdout}${stderr}`.slice(-KEPT_OUTPUT_CHARACTERS);
	throw new CommandFailed([program, ...args].join(' '), exitCode, output);
}
