import { spawnSync, type ChildProcess } from 'node:child_process';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Kills a child that was spawned `detached`, and everything it started. Does nothing if all have exited. */
export function killGroup({ pid }: ChildProcess): void {
	if (pid === undefined) return;
	if (process.platform === 'win32') {
		spawnSync('taskkill', ['/pid', String(pid), '/t', '/f']);
		return;
	}
	try {
		process.kill(-pid, 'SIGKILL');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
	}
}

/** Kills the group if this process exits first. Call the returned function when the child has exited. */
export function killOnExit(child: ChildProcess): () => void {
	const kill = () => killGroup(child);
	process.on('exit', kill);
	return () => process.off('exit', kill);
}

/** Does the same, also when a signal ends this process. */
export function killOnExitOrSignal(child: ChildProcess): () => void {
	const removeExitListener = killOnExit(child);
	const onSignal = (signal: NodeJS.Signals) => {
		release();
		killGroup(child);
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
