import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { installN8n, type N8nRelease } from './install.mjs';
import { n8nEnvironment } from './n8n-environment.mjs';
import { silent } from './system/progress.mjs';
import { freePort } from './system/ports.mjs';
import { ManagedProcess } from './system/child-process.mjs';

export interface StartOptions {
	/** Default: the pinned version. */
	release?: N8nRelease;
	/** n8n's data: database, settings, community packages. Default: a temporary folder, removed by `stop()`. */
	userFolder?: string;
	/** The preferred port. If it is taken, n8n gets another. */
	port?: number;
	/** More environment variables for n8n, e.g. `{ N8N_CONCURRENCY_PRODUCTION_LIMIT: '5' }`. They override ours. */
	env?: Readonly<Record<string, string>>;
	/** `worker` is for queue mode. Its `url` is that of its health check. */
	command?: 'start' | 'worker';
	/** More arguments, e.g. `['--concurrency=5']`. */
	args?: readonly string[];
	readyTimeoutMs?: number;
}

export interface RunningN8n {
	/** `http://127.0.0.1:PORT`, without a slash at the end. */
	readonly url: string;
	readonly port: number;
	/** The n8n process itself, e.g. to read its CPU time. */
	readonly pid: number;
	/** Start n8n with it after `stop()` or `kill()` to continue with the same data. */
	readonly userFolder: string;
	/** Resolves when n8n has exited, for whatever reason. */
	readonly ended: Promise<void>;
	logs(): string;
	/** Shuts n8n down (running executions get 5 s). No process is left. Can be called twice. */
	stop(): Promise<void>;
	/** Ends n8n as a power failure would. The user folder stays, and no process is left. */
	kill(): Promise<void>;
}

const READY_TIMEOUT_MS = 120_000;
const POLL_INTERVAL_MS = 100;
/** Another process can take a free port before n8n listens on it. */
const PORT_ATTEMPTS = 3;

/**
 * Starts the real n8n and resolves when it is ready for requests. It ends with this process, however that ends. Installs
 * n8n first if necessary (silently: call `installN8n` first to show progress). Throws an Error with n8n's log if n8n
 * does not become ready.
 */
export async function startN8n(options: StartOptions = {}): Promise<RunningN8n> {
	const userFolder = options.userFolder ?? (await mkdtemp(path.join(tmpdir(), 'n8n-sandbox-')));
	await mkdir(userFolder, { recursive: true });
	const { n8n, port } = await startOnFreePorts({ ...options, userFolder });
	return {
		url: `http://127.0.0.1:${port}`,
		port,
		pid: n8n.pid,
		userFolder,
		ended: n8n.ended,
		logs: () => n8n.logs(),
		stop: async () => {
			await n8n.stop();
			if (options.userFolder === undefined) await rm(userFolder, { recursive: true, force: true });
		},
		kill: async () => await n8n.kill(),
	};
}

interface Started {
	n8n: ManagedProcess;
	port: number;
	/** n8n is ready when all of these respond. */
	readyPaths: readonly string[];
}

async function startOnFreePorts(options: StartOptions & { userFolder: string }): Promise<Started> {
	for (let attempt = 1; ; attempt++) {
		const started = await launch(options, attempt === 1 ? options.port : undefined);
		if (await isReady(started, options.readyTimeoutMs ?? READY_TIMEOUT_MS)) return started;
		await started.n8n.kill();
		const log = started.n8n.logs();
		if (!/port \d+ is already in use|EADDRINUSE/.test(log) || attempt === PORT_ATTEMPTS) {
			throw new Error(`n8n did not become ready. Its log:\n${log.slice(-5_000)}`);
		}
	}
}

async function launch(
	{
		release,
		userFolder,
		env = {},
		command = 'start',
		args = [],
	}: StartOptions & { userFolder: string },
	wishedPort: number | undefined,
): Promise<Started> {
	const installed = await installN8n(silent, release);
	// After a crash n8n waits 10 s before it starts, to avoid a crash loop
	await rm(path.join(userFolder, '.n8n', 'crash.journal'), { force: true });
	const port = await freePort(wishedPort);
	const settings = {
		userFolder,
		port,
		brokerPort: await freePort(),
		node: installed.node,
		compileCache: path.join(installed.folder, 'compile-cache'),
		extra: env,
	};
	// n8n reads a .env file in its working directory
	const n8n = new ManagedProcess({
		node: installed.node,
		script: installed.n8nBin,
		args: [command, ...args],
		cwd: userFolder,
		env: n8nEnvironment(settings),
	});
	// n8n 1.x reports that it is ready before its API is
	const readyPaths = ['/healthz/readiness', ...(command === 'start' ? ['/rest/settings'] : [])];
	return { n8n, port, readyPaths };
}

/** Returns false if n8n has exited or the time is up. */
async function isReady({ n8n, port, readyPaths }: Started, timeoutMs: number): Promise<boolean> {
	const deadline = Date.now() + timeoutMs;
	const responds = async (path: string) => await isAvailable(`http://127.0.0.1:${port}${path}`);
	while (n8n.isRunning && Date.now() < deadline) {
		if ((await Promise.all(readyPaths.map(responds))).every(Boolean)) return true;
		await sleep(POLL_INTERVAL_MS);
	}
	return false;
}

async function isAvailable(url: string): Promise<boolean> {
	const signal = AbortSignal.timeout(2_000);
	const response = await fetch(url, { signal }).catch(() => undefined);
	await response?.body?.cancel();
	return response?.ok === true;
}
