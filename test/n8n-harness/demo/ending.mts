import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const LOOK_FOR_PARENT_MS = 500;

/**
 * Resolves with the signal when this process is told to end, and from now on ignores all further signals: Ctrl-C
 * comes twice under npm, from the terminal and passed on. The death of the npm that started us counts as SIGHUP;
 * start.mjs says which it is.
 */
export async function toldToEnd(): Promise<NodeJS.Signals> {
	surviveClosedTerminal();
	return await new Promise((resolve) => {
		for (const signal of SIGNALS) process.on(signal, resolve);
		const parent = Number(process.env.N8N_SANDBOX_PARENT ?? 0);
		if (parent > 0) whenItDies(parent, () => resolve('SIGHUP'));
	});
}

/** As a shell has it. */
export function exitCodeFor(signal: NodeJS.Signals): number {
	return 128 + constants.signals[signal];
}

/** After a hang-up there is nobody to write to; that must not keep us from ending in good order. */
function surviveClosedTerminal(): void {
	for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

function whenItDies(parent: number, act: () => void): void {
	const timer = setInterval(() => {
		if (process.ppid === parent) return;
		clearInterval(timer);
		act();
	}, LOOK_FOR_PARENT_MS);
	timer.unref();
}

/** Ends what was started, the last first. */
export class Ending {
	/** From then on nothing new need be started or told. */
	hasBegun = false;
	private readonly steps: Array<() => Promise<void>> = [];

	/** Returns `started`, which `step` is to end. */
	after<T>(started: T, step: (started: T) => Promise<void>): T {
		this.steps.push(async () => await step(started));
		return started;
	}

	/** A step that fails does not keep the others from being done. */
	async run(): Promise<void> {
		this.hasBegun = true;
		for (const step of this.steps.splice(0).reverse()) {
			await step().catch((error: unknown) => console.error(error));
		}
	}
}
