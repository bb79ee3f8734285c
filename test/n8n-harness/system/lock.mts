import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Progress } from './progress.mjs';

const HEARTBEAT_MS = 2_000;
const STALE_AFTER_MS = 20_000;
const LOOK_AGAIN_MS = 500;

type Release = () => Promise<void>;

/**
 * Takes the lock, or returns undefined when another process holds it. The lock of a holder that was killed is taken
 * over. It cannot be airtight (a suspended machine looks dead), so what it guards must stand a rival.
 */
export async function tryLock(lockFile: string): Promise<Release | undefined> {
	if (!(await create(lockFile)) && !((await removeIfDead(lockFile)) && (await create(lockFile)))) {
		return undefined;
	}
	const heartbeat = setInterval(() => {
		const now = new Date();
		utimes(lockFile, now, now).catch(() => {});
	}, HEARTBEAT_MS);
	heartbeat.unref();
	return async () => {
		clearInterval(heartbeat);
		await rm(lockFile, { force: true });
	};
}

/** Runs `work` while no other process runs work under the same lock file; waits for its turn. */
export async function withLock<T>(
	lockFile: string,
	progress: Progress,
	work: () => Promise<T>,
): Promise<T> {
	const release =
		(await tryLock(lockFile)) ??
		(await progress('Waiting for another process that does the same', () =>
			lockWhenFree(lockFile),
		));
	try {
		return await work();
	} finally {
		await release();
	}
}

async function lockWhenFree(lockFile: string): Promise<Release> {
	for (;;) {
		const release = await tryLock(lockFile);
		if (release) return release;
		await sleep(LOOK_AGAIN_MS);
	}
}

/** False when it is there already. */
async function create(lockFile: string): Promise<boolean> {
	try {
		await writeFile(lockFile, `${hostname()} ${process.pid}`, { flag: 'wx' });
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
		return false;
	}
}

/** True when this process has removed it: of several that see it dead, rename lets one win. */
async function removeIfDead(lockFile: string): Promise<boolean> {
	if (await isAlive(lockFile)) return false;
	const aside = `${lockFile}.${randomUUID()}`;
	return await rename(lockFile, aside).then(
		async () => {
			await rm(aside, { force: true });
			return true;
		},
		() => false,
	);
}

async function isAlive(lockFile: string): Promise<boolean> {
	try {
		const { mtimeMs } = await stat(lockFile);
		if (Date.now() - mtimeMs > STALE_AFTER_MS) return false;
		const [host, pid] = (await readFile(lockFile, 'utf8')).split(' ');
		// The numbers of processes mean nothing across machines and containers
		return host !== hostname() || (await isRunning(Number(pid)));
	} catch {
		// Gone meanwhile, or not written yet
		return true;
	}
}

async function isRunning(pid: number): Promise<boolean> {
	try {
		process.kill(pid, 0);
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
	return !(await isZombie(pid));
}

/** Ended, but not reaped: where the first process of a container reaps nobody, it stays like this for ever. */
async function isZombie(pid: number): Promise<boolean> {
	// proc_pid_stat(5): "pid (name) state …". Systems without /proc have a first process that reaps
	const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
	return /\) Z [^)]*$/.test(status);
}
