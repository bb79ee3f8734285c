import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const PARENT_CHECK_MS = 500;

/**
 * Resolves with the first signal that asks this process to end, and ignores all later ones: under npm, Ctrl-C comes
 * twice, from the terminal and from npm. The death of the npm that started us (start.mjs sets its process ID) counts
 * as SIGHUP.
 */
export async function shutdownSignal(): Promise<NodeJS.Signals> {
	ignoreClosedTerminal();
	return await new Promise((resolve) => {
		for (const signal of SIGNALS) process.on(signal, resolve);
		const parent = Number(process.env.N8N_SANDBOX_PARENT ?? 0);
		if (parent > 0) onParentExit(parent, () => resolve('SIGHUP'));
	});
}

/** The exit code that a shell reports for a signal. */
export function exitCodeFor(signal: NodeJS.Signals): number {
	return 128 + constants.signals[signal];
}

/** After a hang-up nothing can be written any more. That must not prevent an orderly shutdown. */
function ignoreClosedTerminal(): void {
	for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

function onParentExit(parent: number, act: () => void): void {
	const timer = setInterval(() => {
		if (process.ppid === parent) return;
		clearInterval(timer);
		act();
	}, PARENT_CHECK_MS);
	timer.unref();
}

/** Stops everything that was started, in reverse order. */
export class Shutdown {
	/** Once true, nothing new needs to be started or reported. */
	hasBegun = false;
	private readonly steps: Array<() => Promise<void>> = [];

	/** Returns `started`, and stops it with `stop` on shutdown. */
	register<T>(started: T, stop: (started: T) => Promise<void>): T {
		this.steps.push(async () => await stop(started));
		return started;
	}

	/** Runs all steps, also after one of them has failed. */
	async run(): Promise<void> {
		this.hasBegun = true;
		for (const step of this.steps.splice(0).reverse()) {
			await step().catch((error: unknown) => console.error(error));
		}
	}
}
