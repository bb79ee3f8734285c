import { chmod, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { startSandbox, type Sandbox } from '../sandbox.mjs';
import { startN8n, type StartOptions } from '../server.mjs';
import { freePort } from '../system/ports.mjs';
import { Shutdown } from '../system/shutdown.mjs';
import type { QueuePrograms } from './programs.mjs';
import { startPostgres, startRedis, type Postgres, type Service } from './services.mjs';

/** n8n in queue mode: a main process, which is the sandbox, and workers that run the production executions. */
export interface Cluster extends Sandbox {
	readonly workers: readonly Worker[];
	readonly postgres: Postgres;
	readonly redis: Service;
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
	/** The preferred port of the editor, which all processes then take as that of webhooks. */
	readonly port?: number;
	/** More environment variables for the main process and the workers. */
	readonly env?: Readonly<Record<string, string>>;
}

/** Outside of the range from which the system takes ports for connections, so it is free again after a restart. */
const FIRST_PORT = 15_678;

/** Starts PostgreSQL, Redis, the main process and the workers, in this order. They end with this process. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
	const shutdown = new Shutdown();
	try {
		const folder = await mkdtemp(path.join(tmpdir(), 'n8n-queue-'));
		shutdown.register(async () => await rm(folder, { recursive: true, force: true }));
		// PostgreSQL may run as another user
		await chmod(folder, 0o755);
		const postgres = await startPostgres(options.programs, folder);
		shutdown.register(postgres.stop);
		const redis = await startRedis(options.programs.redisServer, folder);
		shutdown.register(redis.stop);
		const env = { ...queueMode(postgres, redis), ...options.env };
		// A fixed port, because the workers build the addresses at which parked executions can be called
		const port = options.port ?? (await freePort(FIRST_PORT));
		let main = await startSandbox({ env, port });
		shutdown.register(async () => await main.close());
		const workerEnv = { ...env, N8N_WEBHOOK_URL: main.n8n.url };
		const args = [`--concurrency=${options.concurrency}`];
		// After the main process, which sets up the database
		const workers = await Promise.all(
			Array.from({ length: options.workers }, async (_, number) => {
				const userFolder = path.join(folder, `worker-${number}`);
				await copyPackages(main.n8n.userFolder, userFolder);
				return await startWorker(userFolder, { command: 'worker', args, env: workerEnv }, shutdown);
			}),
		);
		const close = async () => await shutdown.run();
		const cluster = (): Cluster => ({ ...main, workers, folder, postgres, redis, restart, close });
		const restart = async (how: 'stop' | 'kill') => {
			main = await main.restart(how);
			return cluster();
		};
		return cluster();
	} catch (error) {
		await shutdown.run();
		throw error;
	}
}

function queueMode(postgres: Postgres, redis: Service) {
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

/** Copies the community packages. */
async function copyPackages(from: string, to: string): Promise<void> {
	const packages = path.join('.n8n', 'nodes');
	await cp(path.join(from, packages), path.join(to, packages), { recursive: true });
}

async function startWorker(
	userFolder: string,
	options: StartOptions,
	shutdown: Shutdown,
): Promise<Worker> {
	let worker = await startN8n(userFolder, options);
	shutdown.register(async () => await worker.stop());
	return {
		restart: async () => {
			await worker.kill();
			worker = await startN8n(userFolder, options);
		},
		logs: () => worker.logs(),
	};
}
