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
 * Acquires the lock and returns the function that releases it, or undefined if another process holds it. Takes over
 * the lock of a process that was killed. It is not airtight (a suspended machine looks dead), so the guarded work must
 * tolerate a second process.
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

/** Waits for the lock and holds it while `work` runs. */
export async function withLock<T>(
	lockFile: string,
	progress: Progress,
	work: () => Promise<T>,
): Promise<T> {
	const release =
		(await tryLock(lockFile)) ??
		(await progress('Waiting for another process that is doing the same', () =>
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

/** Returns false if the file exists. */
async function create(lockFile: string): Promise<boolean> {
	try {
		await writeFile(lockFile, `${hostname()} ${process.pid}`, { flag: 'wx' });
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
		return false;
	}
}

/** Returns true if this process removed the file. If several processes try, only one rename succeeds. */
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
		// Process IDs mean nothing across machines and containers
		return host !== hostname() || (await isRunning(Number(pid)));
	} catch {
		// The file was just removed, or has no content yet
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

/** Whether the process has exited but was never reaped, as happens in containers whose first process does not reap. */
async function isZombie(pid: number): Promise<boolean> {
	// proc_pid_stat(5): "pid (name) state …". Systems without /proc reap such processes
	const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
	return /\) Z [^)]*$/.test(status);
}
