import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_INTERVAL_MS = 200;
const GONE_TIMEOUT_MS = 15_000;

/** The demo as a user starts it, in its own process group as in a terminal. */
export class DemoProcess {
	/** The output so far. */
	stdout = '';
	stderr = '';
	private readonly child: ChildProcess;
	private readonly exit: Promise<unknown[]>;

	/** `env` has the user's variables, except the folder of n8n's data. */
	constructor(
		command: readonly [string, ...string[]],
		dataFolder: string,
		env: Readonly<Record<string, string>> = {},
	) {
		const [program, ...args] = command;
		this.child = spawn(program, args, {
			env: { ...environment(), N8N_SANDBOX_DATA: dataFolder, ...env },
			detached: true,
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		this.exit = once(this.child, 'exit');
		this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
		this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
	}

	/** Resolves with the exit code, or the signal that ended it. */
	async end(): Promise<number | string> {
		const [code, signal] = (await this.exit) as [number | null, string | null];
		return code ?? signal ?? 'unknown';
	}

	/** Resolves when `stream` contains `text`. Throws an Error with the whole output if the demo ends without it. */
	async shows(text: string, stream: 'stdout' | 'stderr' = 'stdout'): Promise<void> {
		while (!this[stream].includes(text)) {
			if (this.child.exitCode !== null || this.child.signalCode !== null) {
				throw new Error(`The demo ended without "${text}":\n${this.stdout}\n${this.stderr}`);
			}
			await sleep(POLL_INTERVAL_MS);
		}
	}

	/** The process IDs of the demo and everything it has started. */
	family(): number[] {
		const family = [this.child.pid ?? 0];
		const all = processes();
		// The list grows during the iteration
		for (const member of family) {
			family.push(...all.filter(({ parent }) => parent === member).map(({ pid }) => pid));
		}
		return family;
	}

	/** Resolves when the demo has started a process whose command line contains `text`. */
	async starts(text: string): Promise<void> {
		const commands = () => {
			const family = this.family();
			return processes().filter(({ pid }) => family.includes(pid));
		};
		while (!commands().some(({ command }) => command.includes(text))) await sleep(POLL_INTERVAL_MS);
	}

	/** Sends a signal to the whole process group, as Ctrl-C in a terminal does. */
	killGroup(signal: NodeJS.Signals): void {
		process.kill(-(this.child.pid ?? 0), signal);
	}

	/** Sends a signal only to the started process. */
	kill(signal: NodeJS.Signals): void {
		this.child.kill(signal);
	}
}

/** Returns the processes that still exist after they had time to end. */
export async function survivors(pids: readonly number[]): Promise<number[]> {
	const deadline = Date.now() + GONE_TIMEOUT_MS;
	for (;;) {
		const alive = processes().filter(({ pid }) => pids.includes(pid));
		if (alive.length === 0 || Date.now() > deadline) return alive.map(({ pid }) => pid);
		await sleep(POLL_INTERVAL_MS);
	}
}

interface RunningProcess {
	readonly pid: number;
	readonly parent: number;
	readonly command: string;
}

/** All processes of this machine, without zombies. */
function processes(): RunningProcess[] {
	const { stdout } = spawnSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,stat=,args='], {
		encoding: 'utf8',
		maxBuffer: 100_000_000,
	});
	return [...stdout.matchAll(/^\s*(\d+)\s+(\d+)\s+([^Z\s]\S*)\s+(.*)$/gm)].map(
		([, pid, parent, , command = '']) => ({ pid: Number(pid), parent: Number(parent), command }),
	);
}

/** The environment of a user who has set nothing for the real API. */
function environment(): NodeJS.ProcessEnv {
	const inherited = Object.entries(process.env).filter(
		([name]) => !/^(APIKLEY_|JEST_|NODE_ENV$|npm_)/.test(name),
	);
	return Object.fromEntries(inherited);
}
