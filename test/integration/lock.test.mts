import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { tryLock } from '../n8n-harness/system/lock.mjs';

jest.setTimeout(60_000);

let folder: string;
let lockFile: string;
let started: ChildProcess[] = [];

beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'lock-test-'));
	lockFile = path.join(folder, 'in-use.lock');
});

afterEach(async () => {
	for (const child of started) child.kill('SIGKILL');
	started = [];
	await rm(folder, { recursive: true, force: true });
});

/** Starts a shell script. Resolves with the first thing that it prints. */
async function shell(script: string): Promise<string> {
	const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
	started.push(child);
	const [printed] = (await once(child.stdout, 'data')) as [Buffer];
	return printed.toString().trim();
}

async function leaveLockOf(pid: string): Promise<void> {
	await writeFile(lockFile, `${hostname()} ${pid}`);
}

test('a lock has one holder at a time', async () => {
	const release = await tryLock(lockFile);
	expect(await tryLock(lockFile)).toBeUndefined();
	await release?.();
	expect(await tryLock(lockFile)).toBeDefined();
});

test('the lock of a running process is not taken over', async () => {
	await leaveLockOf(await shell('echo $$; exec sleep 60'));
	expect(await tryLock(lockFile)).toBeUndefined();
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('the lock of a process that was killed but never reaped is taken over', async () => {
	// The program that replaces the shell does not know the shell's child, and so never reaps it
	const killed = await shell('sleep 60 & echo $!; exec tail -f /dev/null');
	const [parent] = started;
	await waitForText(`/proc/${parent?.pid}/comm`, 'tail');
	process.kill(Number(killed), 'SIGKILL');
	await waitForText(`/proc/${killed}/stat`, ') Z ');
	await leaveLockOf(killed);
	expect(await tryLock(lockFile)).toBeDefined();
});

async function waitForText(file: string, text: string): Promise<void> {
	while (!(await readFile(file, 'utf8')).includes(text)) await sleep(10);
}
