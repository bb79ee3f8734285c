import type { ChildProcess } from 'node:child_process';

import { killGroup } from './process-group.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Kills a child that was spawned `detached`, and everything it started, if this process exits or is told to end
 * before it. Call the function returned when the child has ended.
 */
export function endWithUs({ pid }: ChildProcess): () => void {
	const kill = () => {
		if (pid !== undefined) killGroup(pid);
	};
	const onSignal = (signal: NodeJS.Signals) => {
		release();
		kill();
		// Nobody else has plans: end, as without us
		if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
	};
	const release = () => {
		process.off('exit', kill);
		for (const signal of SIGNALS) process.off(signal, onSignal);
	};
	process.on('exit', kill);
	for (const signal of SIGNALS) process.on(signal, onSignal);
	return release;
}
