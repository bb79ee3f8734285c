import { chmod, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { startSandbox, type Sandbox } from '../sandbox.mjs';
import { startN8n, type RunningN8n } from '../server.mjs';
import { startPostgres, type Postgres } from './postgres.mjs';
import type { QueuePrograms } from './programs.mjs';
import { startRedis, type Redis } from './redis.mjs';

/** n8n in queue mode: a main process, which is the sandbox, and workers that run the production executions. */
export interface Cluster extends Sandbox {
	readonly workers: readonly Worker[];
	readonly postgres: Postgres;
	readonly redis: Redis;
	/** Holds the data of all processes except the main one. */
	readonly folder: string;
	restart(how: 'stop' | 'kill'): Promise<Cluster>;
}

export interface Worker {
	/** Ends the worker as a power failure would, and starts it again. */
	restart(): Promise<void>;
	logs(): string;
}

export interface ClusterOptions {
	readonly programs: QueuePrograms;
	readonly workers: number;
	/** How many executions each worker runs at a time. */
	readonly concurrency: number;
	/** More environment variables for the main process and the workers. */
	readonly env?: Readonly<Record<string, string>>;
}

/** Starts PostgreSQL, Redis, the main process and the workers, in this order. They end with this process. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
	const shutdown: Array<() => Promise<void>> = [];
	const close = async () => {
		for (const end of shutdown.splice(0).reverse()) await end();
	};
	try {
		const folder = await newFolder(shutdown);
		const postgres = await startPostgres(options.programs, folder);
		shutdown.push(postgres.stop);
		const redis = await startRedis(options.programs.redisServer, folder);
		shutdown.push(redis.stop);
		const env = { ...queueMode(postgres, redis), ...options.env };
		const main = await startSandbox({ env });
		return await withWorkers(main, { ...options, env, folder, postgres, redis, shutdown, close });
	} catch (error) {
		await close();
		throw error;
	}
}

async function newFolder(shutdown: Array<() => Promise<void>>): Promise<string> {
	const folder = await mkdtemp(path.join(tmpdir(), 'n8n-queue-'));
	// PostgreSQL may run as another user
	await chmod(folder, 0o755);
	shutdown.push(async () => await rm(folder, { recursive: true, force: true }));
	return folder;
}

function queueMode(postgres: Postgres, redis: Redis) {
	return {
		EXECUTIONS_MODE: 'queue',
		N8N_ENCRYPTION_KEY: 'shared-by-all-processes',
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(postgres.port),
		DB_POSTGRESDB_USER: postgres.user,
		DB_POSTGRESDB_DATABASE: postgres.database,
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: String(redis.port),
	};
}

interface ClusterParts extends ClusterOptions {
	readonly env: Readonly<Record<string, string>>;
	readonly folder: string;
	readonly postgres: Postgres;
	readonly redis: Redis;
	readonly shutdown: Array<() => Promise<void>>;
	readonly close: () => Promise<void>;
}

/** Starts the workers after the main process, which sets up the database. */
async function withWorkers(main: Sandbox, parts: ClusterParts): Promise<Cluster> {
	let running = main;
	parts.shutdown.push(async () => await running.close());
	const numbers = Array.from({ length: parts.workers }, (_, number) => number);
	const workers = await Promise.all(numbers.map((number) => startWorker(number, main, parts)));
	const { folder, postgres, redis } = parts;
	const cluster = (): Cluster => ({
		...running,
		workers,
		folder,
		postgres,
		redis,
		restart: async (how) => {
			running = await running.restart(how);
			return cluster();
		},
		close: parts.close,
	});
	return cluster();
}

async function startWorker(
	number: number,
	main: Sandbox,
	{ folder, env, concurrency, shutdown }: ClusterParts,
): Promise<Worker> {
	const userFolder = path.join(folder, `worker-${number}`);
	const packages = path.join('.n8n', 'nodes');
	const source = path.join(main.n8n.userFolder, packages);
	await cp(source, path.join(userFolder, packages), { recursive: true });
	const args = [`--concurrency=${concurrency}`];
	const start = async () => await startN8n({ command: 'worker', args, env, userFolder });
	let worker: RunningN8n = await start();
	shutdown.push(async () => await worker.stop());
	return {
		restart: async () => {
			await worker.kill();
			worker = await start();
		},
		logs: () => worker.logs(),
	};
}
