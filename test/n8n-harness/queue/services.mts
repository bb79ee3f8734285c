import { execFile, execFileSync } from 'node:child_process';
import { chown, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { installN8n } from '../install.mjs';
import { ManagedProcess } from '../system/child-process.mjs';
import { freePort } from '../system/ports.mjs';
import { projectRoot } from '../system/project-root.mjs';
import type { QueuePrograms } from './programs.mjs';

/** A server that ends with this process, however that ends. */
export interface Service {
	readonly port: number;
	stop(): Promise<void>;
	/** Kills the service, as a crash would, and starts it again on the same data and port. */
	restart(): Promise<void>;
}

export interface Postgres extends Service {
	readonly user: string;
	/** An empty database, which exists from the start. */
	readonly database: string;
}

interface Program {
	readonly file: string;
	readonly args: readonly string[];
	readonly folder: string;
	/** Default: the user of this process. */
	readonly user?: User | undefined;
	/** A file that claims the program is still running. It stays when the program is killed. */
	readonly lockFile?: string;
}

interface User {
	readonly uid: number;
	readonly gid: number;
}

const READY_TIMEOUT_MS = 60_000;
const POLL_INTERVAL_MS = 50;
/** In the logs of Redis and of PostgreSQL. */
const READY = /ready to accept connections/i;
const DATABASE = { user: 'n8n', database: 'postgres' };

/**
 * The data need not survive a power failure, because it is deleted after the test. But confirmed commits must survive
 * when PostgreSQL is killed, so `synchronous_commit` stays on.
 */
const WITHOUT_SYNC = ['fsync=off', 'full_page_writes=off'];

/** Starts a fresh PostgreSQL with its data in a new folder in `parent`. It needs no password. */
export async function startPostgres(
	{ initdb, postgres }: QueuePrograms,
	parent: string,
): Promise<Postgres> {
	const folder = path.join(parent, 'postgres');
	await mkdir(folder, { mode: 0o700 });
	const user = userForPostgres();
	if (user) await chown(folder, user.uid, user.gid);
	const setup = ['-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
	await promisify(execFile)(initdb, ['-D', folder, '-U', DATABASE.user, ...setup], {
		cwd: folder,
		...user,
	});
	const port = await freePort();
	const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', ...WITHOUT_SYNC];
	const args = ['-D', folder, '-p', String(port), ...settings.flatMap((one) => ['-c', one])];
	const lockFile = path.join(folder, 'postmaster.pid');
	const service = await startService({ file: postgres, args, folder, lockFile, user }, port);
	return { ...DATABASE, ...service };
}

/** Starts a Redis whose data survives a crash: it holds n8n's queue. */
export async function startRedis(file: string, folder: string): Promise<Service> {
	const port = await freePort();
	const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'yes'];
	return await startService({ file, args, folder }, port);
}

/** PostgreSQL refuses to run as root. Then it runs as the user of its package, or as `nobody`. */
function userForPostgres(): User | undefined {
	if (process.getuid?.() !== 0) return undefined;
	return idsOf('postgres') ?? idsOf('nobody');
}

function idsOf(name: string): User | undefined {
	const id = (flag: string) =>
		Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
	try {
		return { uid: id('-u'), gid: id('-g') };
	} catch {
		return undefined;
	}
}

/** Resolves when the program's log says that it is ready. */
async function startService(program: Program, port: number): Promise<Service> {
	let service = await launch(program);
	return {
		port,
		stop: async () => await service.stop(),
		restart: async () => {
			await service.kill();
			if (program.lockFile) await rm(program.lockFile, { force: true });
			service = await launch(program);
		},
	};
}

async function launch({ file, args, folder, user }: Program): Promise<ManagedProcess> {
	const { node } = await installN8n();
	const service = new ManagedProcess({
		node,
		script: path.join(projectRoot(), 'test', 'n8n-harness', 'queue', 'run-in-group.mts'),
		args: [file, ...args],
		cwd: folder,
		env: { ...process.env, ...(user && { RUN_AS: `${user.uid}:${user.gid}` }) },
	});
	const deadline = Date.now() + READY_TIMEOUT_MS;
	while (!READY.test(service.logs())) {
		if (!service.isRunning || Date.now() > deadline) {
			await service.kill();
			throw new Error(`${file} did not start:\n${service.logs()}`);
		}
		await sleep(POLL_INTERVAL_MS);
	}
	return service;
}
