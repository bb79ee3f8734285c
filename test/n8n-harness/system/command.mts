import { spawn } from 'node:child_process';

import { killOnExitOrSignal } from './kill-on-exit.mjs';

/** Enough of a build's last output to see what went wrong. */
const KEPT_OUTPUT_CHARACTERS = 20_000;

export class CommandFailed extends Error {
	constructor(
		readonly command: string,
		readonly exitCode: number | null,
		/** The last part of stdout and stderr together. */
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
	const shown = [program, ...args].join(' ');
	// Windows can only start .cmd files (npm) through its shell
	const shell = process.platform === 'win32' && program.endsWith('.cmd');
	// In its own process group, so that everything it starts can be killed
	const detached = process.platform !== 'win32';
	const child = spawn(program, args, {
		cwd,
		env,
		shell,
		detached,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const release = killOnExitOrSignal(child);
	let stdout = '';
	let output = '';
	const keep = (text: string) => {
		output = (output + text).slice(-KEPT_OUTPUT_CHARACTERS);
	};
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		stdout += text;
		keep(text);
	});
	child.stderr.setEncoding('utf8').on('data', keep);
	const exitCode = await new Promise<number | null>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', resolve);
	}).finally(release);
	if (exitCode !== 0) throw new CommandFailed(shown, exitCode, output);
	return stdout;
}
