import { randomUUID } from 'node:crypto';
import { rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Progress } from './progress.mjs';

const HEARTBEAT_MS = 2_000;
const STALE_AFTER_MS = 20_000;
const LOOK_AGAIN_MS = 500;

/**
 * Runs `work` while no other process runs work under the same lock file, and waits for its turn. A lock whose
 * holder gives no sign of life for 20 s (it was killed) is taken over. It saves double work; it cannot exclude it
 * (a suspended machine), so the work itself must stand a rival.
 */
export async function withLock<T>(
	lockFile: string,
	progress: Progress,
	work: () => Promise<T>,
): Promise<T> {
	if (!(await take(lockFile))) {
		await progress('Waiting for another process that does the same', () => takeWhenFree(lockFile));
	}
	const heartbeat = setInterval(() => {
		const now = new Date();
		utimes(lockFile, now, now).catch(() => {});
	}, HEARTBEAT_MS);
	try {
		return await work();
	} finally {
		clearInterval(heartbeat);
		await rm(lockFile, { force: true });
	}
}

async function takeWhenFree(lockFile: string): Promise<void> {
	while (!(await take(lockFile))) await sleep(LOOK_AGAIN_MS);
}

async function take(lockFile: string): Promise<boolean> {
	try {
		await writeFile(lockFile, `${process.pid}\n`, { flag: 'wx' });
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
		await removeIfStale(lockFile);
		return false;
	}
}

async function removeIfStale(lockFile: string): Promise<void> {
	const age = await stat(lockFile).then(
		({ mtimeMs }) => Date.now() - mtimeMs,
		() => 0,
	);
	if (age < STALE_AFTER_MS) return;
	// Of several that see it stale, rename lets one win
	const aside = `${lockFile}.${randomUUID()}`;
	await rename(lockFile, aside).then(
		() => rm(aside, { force: true }),
		() => {},
	);
}
