import { constants } from 'node:os';

const PARENT_CHECK_MS = 500;

/**
 * Resolves with the first signal that asks this process to end, and ignores all later ones: under npm, Ctrl-C comes
 * twice, from the terminal and from npm. The death of the npm that started us (start.mjs sets its process ID) counts
 * as SIGHUP.
 */
export async function shutdownSignal(): Promise<NodeJS.Signals> {
	// After a hang-up nothing can be written any more. That must not prevent an orderly shutdown
	for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
	return await new Promise((resolve) => {
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, resolve);
		const parent = Number(process.env.N8N_SANDBOX_PARENT ?? 0);
		const check = () => process.ppid !== parent && resolve('SIGHUP');
		if (parent > 0) setInterval(check, PARENT_CHECK_MS).unref();
	});
}

/** The exit code that a shell reports for a signal. */
export function exitCodeFor(signal: NodeJS.Signals): number {
	return 128 + constants.signals[signal];
}
