import { spawnSync } from 'node:child_process';

/** Kills a process that was spawned `detached`, and everything it started. Does nothing if all have exited. */
export function killGroup(leaderPid: number): void {
	if (process.platform === 'win32') {
		spawnSync('taskkill', ['/pid', String(leaderPid), '/t', '/f']);
		return;
	}
	try {
		process.kill(-leaderPid, 'SIGKILL');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
	}
}
