import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_AGAIN_MS = 200;
const GONE_TIMEOUT_MS = 15_000;

/** A demo as a user starts it, in a process group of its own as in a terminal. */
export class DemoProcess {
	/** Both as written so far. */
	stdout = '';
	stderr = '';
	private readonly child: ChildProcess;
	private readonly exit: Promise<unknown[]>;

	/** `env` is what the user has set, beside the folder for n8n's data. */
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

	/** The exit code, or the signal that ended it. */
	async end(): Promise<number | string> {
		const [code, signal] = (await this.exit) as [number | null, string | null];
		return code ?? signal ?? 'unknown';
	}

	/** Resolves when `stream` shows `text`; throws an Error with all that was written when it ends without. */
	async shows(text: string, stream: 'stdout' | 'stderr' = 'stdout'): Promise<void> {
		while (!this[stream].includes(text)) {
			if (this.child.exitCode !== null || this.child.signalCode !== null) {
				throw new Error(`The demo ended without "${text}":\n${this.stdout}\n${this.stderr}`);
			}
			await sleep(LOOK_AGAIN_MS);
		}
	}

	/** Itself and all that it has started, by their process IDs. */
	family(): number[] {
		const family = [this.child.pid ?? 0];
		const all = processes();
		// The list grows while it is walked
		for (const member of family) {
			family.push(...all.filter(({ parent }) => parent === member).map(({ pid }) => pid));
		}
		return family;
	}

	/** Resolves when it has started a process with these words in its command line. */
	async starts(words: string): Promise<void> {
		const commands = () => {
			const family = this.family();
			return processes().filter(({ pid }) => family.includes(pid));
		};
		while (!commands().some(({ command }) => command.includes(words))) await sleep(LOOK_AGAIN_MS);
	}

	/** To every process of its group, as Ctrl-C in a terminal sends SIGINT. */
	killGroup(signal: NodeJS.Signals): void {
		process.kill(-(this.child.pid ?? 0), signal);
	}

	/** To the process that was started, and to it alone. */
	kill(signal: NodeJS.Signals): void {
		this.child.kill(signal);
	}
}

/** Which of the processes are still there when there was time to end. */
export async function survivors(pids: readonly number[]): Promise<number[]> {
	const deadline = Date.now() + GONE_TIMEOUT_MS;
	for (;;) {
		const alive = processes().filter(({ pid }) => pids.includes(pid));
		if (alive.length === 0 || Date.now() > deadline) return alive.map(({ pid }) => pid);
		await sleep(LOOK_AGAIN_MS);
	}
}

interface RunningProcess {
	readonly pid: number;
	readonly parent: number;
	readonly command: string;
}

/** All of this machine, but those that have ended and are only not reaped. */
function processes(): RunningProcess[] {
	const { stdout } = spawnSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,stat=,args='], {
		encoding: 'utf8',
		maxBuffer: 100_000_000,
	});
	return [...stdout.matchAll(/^\s*(\d+)\s+(\d+)\s+([^Z\s]\S*)\s+(.*)$/gm)].map(
		([, pid, parent, , command = '']) => ({ pid: Number(pid), parent: Number(parent), command }),
	);
}

/** Of a user who has set nothing for the real API. */
function environment(): NodeJS.ProcessEnv {
	const inherited = Object.entries(process.env).filter(
		([name]) => !/^(APIKLEY_|JEST_|NODE_ENV$|npm_)/.test(name),
	);
	return Object.fromEntries(inherited);
}
