import axios from 'axios';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { installN8n, type N8nRelease } from './install.mjs';
import { ManagedProcess } from './system/child-process.mjs';
import { freePort } from './system/ports.mjs';
import { silent } from './system/progress.mjs';

export interface StartOptions {
	/** Default: the pinned version. */
	release?: N8nRelease;
	/** The preferred port of the editor. If it is taken, n8n gets one near it. */
	port?: number;
	/** More environment variables for n8n, e.g. `{ N8N_CONCURRENCY_PRODUCTION_LIMIT: '5' }`. They override ours. */
	env?: Readonly<Record<string, string>>;
	/** `worker` is for queue mode. Its port is that of its health check. */
	command?: 'start' | 'worker';
	/** More arguments, e.g. `['--concurrency=5']`. */
	args?: readonly string[];
	/** How long n8n waits for running executions when it is stopped. n8n's own default is 30 s. Default: 5 s. */
	shutdownSeconds?: number;
}

/** Start n8n with the same user folder after `stop()` or `kill()` to continue with the same data. */
export interface RunningN8n extends ManagedProcess {
	/** `http://127.0.0.1:PORT`, without a slash at the end. */
	readonly url: string;
	readonly userFolder: string;
}

const READY_TIMEOUT_MS = 120_000;
const POLL_INTERVAL_MS = 100;
/** What n8n needs to exit, apart from its executions. */
const SHUTDOWN_MARGIN_SECONDS = 5;
/** Another process can take a free port before n8n listens on it. */
const PORT_ATTEMPTS = 3;

/**
 * Starts the real n8n and resolves when it is ready for requests. It ends with this process, however that ends. Installs
 * n8n first if necessary (silently: call `installN8n` first to show progress). Throws an Error with n8n's log if n8n
 * does not become ready. `userFolder` has its database, settings and community packages.
 */
export async function startN8n(
	userFolder: string,
	options: StartOptions = {},
): Promise<RunningN8n> {
	await mkdir(userFolder, { recursive: true });
	for (let attempt = 1; ; attempt++) {
		const n8n = await launch(userFolder, options);
		if (await isReady(n8n, options)) return n8n;
		await n8n.kill();
		const log = n8n.logs();
		if (!/port \d+ is already in use|EADDRINUSE/i.test(log) || attempt === PORT_ATTEMPTS) {
			throw new Error(`n8n did not become ready. Its log:\n${log.slice(-5_000)}`);
		}
	}
}

async function launch(
	userFolder: string,
	{
		release,
		port: wishedPort,
		env,
		command = 'start',
		args = [],
		shutdownSeconds = 5,
	}: StartOptions,
): Promise<RunningN8n> {
	const { node, n8nBin, folder } = await installN8n(silent, release);
	// After a crash n8n waits 10 s before it starts, to avoid a crash loop
	await rm(path.join(userFolder, '.n8n', 'crash.journal'), { force: true });
	const port = String(await freePort(wishedPort));
	const url = `http://127.0.0.1:${port}`;
	const n8n = new ManagedProcess({
		node,
		script: n8nBin,
		args: [command, ...args],
		// n8n reads a .env file in its working directory
		cwd: userFolder,
		env: {
			...inherited(),
			...QUIET,
			NODE_ENV: 'production',
			// Makes later starts of n8n 20 % faster
			NODE_COMPILE_CACHE: path.join(folder, 'compile-cache'),
			GENERIC_TIMEZONE: 'UTC',
			PATH: [path.dirname(node), process.env.PATH].join(path.delimiter),
			N8N_USER_FOLDER: userFolder,
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_PORT: port,
			N8N_RUNNERS_BROKER_PORT: String(await freePort()),
			N8N_EDITOR_BASE_URL: url,
			N8N_WEBHOOK_URL: url,
			N8N_SECURE_COOKIE: 'false',
			N8N_GRACEFUL_SHUTDOWN_TIMEOUT: String(shutdownSeconds),
			QUEUE_HEALTH_CHECK_ACTIVE: 'true',
			QUEUE_HEALTH_CHECK_PORT: port,
			...env,
		},
		shutdownMs: (shutdownSeconds + SHUTDOWN_MARGIN_SECONDS) * 1_000,
	});
	return Object.assign(n8n, { url, userFolder });
}

/** Returns false if n8n has exited or the time is up. */
async function isReady(n8n: RunningN8n, { command }: StartOptions): Promise<boolean> {
	// n8n 1.x reports that it is ready before its API is
	const paths = ['/healthz/readiness', ...(command === 'worker' ? [] : ['/rest/settings'])];
	const deadline = Date.now() + READY_TIMEOUT_MS;
	while (n8n.isRunning && Date.now() < deadline) {
		const available = await Promise.all(paths.map((each) => isAvailable(`${n8n.url}${each}`)));
		if (available.every(Boolean)) return true;
		await sleep(POLL_INTERVAL_MS);
	}
	return false;
}

async function isAvailable(url: string): Promise<boolean> {
	return await axios.get(url, { timeout: 2_000, proxy: false }).then(
		() => true,
		() => false,
	);
}

/** Variables of the shell, npm or jest that would change how n8n behaves, and the API key, which n8n does not need. */
const NOT_INHERITED =
	/^(APIKLEY_|N8N_|DB_|EXECUTIONS_|QUEUE_|OFFLOAD_|NODES_|CREDENTIALS_|WEBHOOK_|VUE_APP_|E2E_|JEST_|npm_|NODE_OPTIONS$|NODE_ENV$|GENERIC_TIMEZONE$|ENVIRONMENT$)/;

/** Stops all traffic with n8n's own servers, and everything that would cover the editor. */
const QUIET = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_DISABLED_MODULES: 'mcp-registry',
};

function inherited(): NodeJS.ProcessEnv {
	const all = Object.entries(process.env);
	return Object.fromEntries(all.filter(([name]) => !NOT_INHERITED.test(name)));
}
