import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import { endOnExit } from './kill-on-exit.mjs';
import { killGroup } from './process-group.mjs';
import { projectRoot } from './project-root.mjs';

const KEPT_LOG_CHARACTERS = 4_000_000;
/** n8n gives running executions 5 s (n8n-environment.mts), then ends itself; the others are quicker. */
const SHUTDOWN_MS = 10_000;
const PARENT_PIPE_FD = 3;

/** What to run, with everything that it needs. */
export interface NodeCommand {
	/** The Node.js to run it with. */
	readonly node: string;
	readonly script: string;
	readonly args: readonly string[];
	readonly cwd: string;
	/** The whole environment. */
	readonly env: NodeJS.ProcessEnv;
}

/** A process of Node.js with all that it starts, which ends when this process does, and what it has logged. */
export class TiedProcess {
	/** Resolves when it is gone, for whatever reason. */
	readonly ended: Promise<void>;
	private readonly child: ChildProcess;
	private log = '';
	private killed = false;

	constructor({ node, script, args, cwd, env }: NodeCommand) {
		const preload = path.join(projectRoot(), 'test', 'n8n-harness', 'exit-with-parent.mjs');
		this.child = spawn(node, ['--import', pathToFileURL(preload).href, script, ...args], {
			cwd,
			env: { ...env, N8N_SANDBOX_PARENT_PIPE: String(PARENT_PIPE_FD) },
			detached: true,
			stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
		});
		// The pipe does the same after a crash, but only when it is not busy
		const forget = endOnExit(this.child);
		this.ended = once(this.child, 'exit').then(forget, (error: unknown) =>
			this.keep(String(error)),
		);
		this.child.stdout?.setEncoding('utf8').on('data', (text: string) => this.keep(text));
		this.child.stderr?.setEncoding('utf8').on('data', (text: string) => this.keep(text));
	}

	/** 0 when it could not even be started. */
	get pid(): number {
		return this.child.pid ?? 0;
	}

	get isRunning(): boolean {
		return (
			this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null
		);
	}

	/** Everything logged so far, stdout and stderr together (the last 4 MB). */
	logs(): string {
		return this.log;
	}

	/** Asks it to end, and kills what is left after 10 s. Resolves when all is gone. */
	async stop(): Promise<void> {
		if (this.isRunning) {
			this.child.kill('SIGTERM');
			const patience = new AbortController();
			await Promise.race([
				this.ended,
				sleep(SHUTDOWN_MS, undefined, { signal: patience.signal }).catch(() => {}),
			]);
			patience.abort();
		}
		await this.kill();
	}

	/** `kill -9` for it and everything it started. Resolves when it is gone. */
	async kill(): Promise<void> {
		if (this.child.pid === undefined) return;
		// Once: later the number may belong to others
		if (!this.killed) killGroup(this.child.pid);
		this.killed = true;
		await this.ended;
	}

	private keep(text: string): void {
		this.log = (this.log + text).slice(-KEPT_LOG_CHARACTERS);
	}
}
