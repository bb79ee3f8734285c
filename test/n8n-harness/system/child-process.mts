import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import { killGroup, killOnExit } from './kill-on-exit.mjs';
import { projectRoot } from './project-root.mjs';

const KEPT_LOG_CHARACTERS = 4_000_000;
const SHUTDOWN_MS = 10_000;
const PARENT_PIPE_FD = 3;

/** A script, and everything needed to run it. */
export interface NodeCommand {
	/** The Node.js program that runs it. */
	readonly node: string;
	readonly script: string;
	readonly args: readonly string[];
	readonly cwd: string;
	/** The whole environment. */
	readonly env: NodeJS.ProcessEnv;
	/** How long it may take to exit after SIGTERM. Default: 10 s. */
	readonly shutdownMs?: number;
}

/** A Node.js process with everything it starts, and its log. It ends when this process does. */
export class ManagedProcess {
	/** Resolves when the process has exited, for whatever reason. */
	readonly ended: Promise<void>;
	private readonly child: ChildProcess;
	private readonly shutdownMs: number;
	private log = '';
	private killed = false;

	constructor({ node, script, args, cwd, env, shutdownMs = SHUTDOWN_MS }: NodeCommand) {
		this.shutdownMs = shutdownMs;
		const preload = path.join(projectRoot(), 'test', 'n8n-harness', 'exit-with-parent.mjs');
		this.child = spawn(node, ['--import', pathToFileURL(preload).href, script, ...args], {
			cwd,
			env: { ...env, N8N_SANDBOX_PARENT_PIPE: String(PARENT_PIPE_FD) },
			detached: true,
			stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
		});
		// The pipe does the same after a crash, but only while its event loop is free
		const removeExitListener = killOnExit(this.child);
		this.ended = once(this.child, 'exit').then(removeExitListener, (error: unknown) =>
			this.keep(String(error)),
		);
		this.child.stdout?.setEncoding('utf8').on('data', (text: string) => this.keep(text));
		this.child.stderr?.setEncoding('utf8').on('data', (text: string) => this.keep(text));
	}

	get isRunning(): boolean {
		const { pid, exitCode, signalCode } = this.child;
		return pid !== undefined && exitCode === null && signalCode === null;
	}

	/** The last 4 MB of stdout and stderr together. */
	logs(): string {
		return this.log;
	}

	/** Sends SIGTERM, and kills what is left after `shutdownMs`. Resolves when everything has exited. Can be called twice. */
	async stop(): Promise<void> {
		if (this.isRunning) {
			this.child.kill('SIGTERM');
			await Promise.race([this.ended, sleep(this.shutdownMs, undefined, { ref: false })]);
		}
		await this.kill();
	}

	/** Sends SIGKILL to the process and everything it started. Resolves when it has exited. */
	async kill(): Promise<void> {
		// Only once: later the ID may belong to another process group
		if (!this.killed) killGroup(this.child);
		this.killed = true;
		await this.ended;
	}

	private keep(text: string): void {
		this.log = (this.log + text).slice(-KEPT_LOG_CHARACTERS);
	}
}
