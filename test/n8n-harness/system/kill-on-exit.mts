import type { ChildProcess } from 'node:child_process';

import { killGroup } from './process-group.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Kills a child that was spawned `detached`, and everything it started, if this process exits first. Call the
 * returned function when the child has exited.
 */
export function killOnExit({ pid }: ChildProcess): () => void {
	const kill = () => {
		if (pid !== undefined) killGroup(pid);
	};
	process.on('exit', kill);
	return () => process.off('exit', kill);
}

/** Does the same, also when a signal ends this process. */
export function killOnExitOrSignal(child: ChildProcess): () => void {
	const removeExitListener = killOnExit(child);
	const onSignal = (signal: NodeJS.Signals) => {
		release();
		if (child.pid !== undefined) killGroup(child.pid);
		// Without another listener the signal ends the process, as it would have without this one
		if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
	};
	const release = () => {
		removeExitListener();
		for (const signal of SIGNALS) process.off(signal, onSignal);
	};
	for (const signal of SIGNALS) process.on(signal, onSignal);
	return release;
}
