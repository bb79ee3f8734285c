import type { ChildProcess } from 'node:child_process';

import { killGroup } from './process-group.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Kills a child that was spawned `detached`, and everything it started, if this process exits before it. Call the
 * function returned when the child has ended.
 */
export function endOnExit({ pid }: ChildProcess): () => void {
	const kill = () => {
		if (pid !== undefined) killGroup(pid);
	};
	process.on('exit', kill);
	return () => process.off('exit', kill);
}

/** The same, and also when this process is told to end. */
export function endWithUs(child: ChildProcess): () => void {
	const forget = endOnExit(child);
	const onSignal = (signal: NodeJS.Signals) => {
		release();
		if (child.pid !== undefined) killGroup(child.pid);
		// Nobody else has plans: end, as without us
		if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
	};
	const release = () => {
		forget();
		for (const signal of SIGNALS) process.off(signal, onSignal);
	};
	for (const signal of SIGNALS) process.on(signal, onSignal);
	return release;
}
