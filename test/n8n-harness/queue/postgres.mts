import { execFileSync } from 'node:child_process';
import { chown, mkdir } from 'node:fs/promises';
import path from 'node:path';

import { freePort } from '../system/ports.mjs';
import { runProgram, startService, type Service, type User } from './service.mjs';

export interface Postgres extends Service {
	readonly port: number;
	readonly user: string;
	/** An empty database, which exists from the start. */
	readonly database: string;
}

const USER = 'n8n';

/**
 * The data need not survive a power failure, because it is deleted after the test. But confirmed commits must survive
 * when PostgreSQL is killed, so `synchronous_commit` stays on.
 */
const WITHOUT_SYNC = ['fsync=off', 'full_page_writes=off'];

/** Starts a fresh PostgreSQL with its data in a new folder in `parent`. It needs no password. */
export async function startPostgres(
	{ initdb, postgres }: { initdb: string; postgres: string },
	parent: string,
): Promise<Postgres> {
	const folder = path.join(parent, 'postgres');
	await mkdir(folder, { mode: 0o700 });
	const user = userForServer();
	if (user) await chown(folder, user.uid, user.gid);
	const setup = ['-D', folder, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
	await runProgram({ file: initdb, args: setup, folder, ...(user && { user }) });
	const port = await freePort();
	const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', ...WITHOUT_SYNC];
	const args = ['-D', folder, '-p', String(port), ...settings.flatMap((one) => ['-c', one])];
	const lockFile = path.join(folder, 'postmaster.pid');
	const program = { file: postgres, args, folder, lockFile, ...(user && { user }) };
	const service = await startService(program, /ready to accept connections/i);
	return { port, user: USER, database: 'postgres', ...service };
}

/** PostgreSQL refuses to run as root. Then it runs as the user of its package, or as `nobody`. */
function userForServer(): User | undefined {
	if (process.getuid?.() !== 0) return undefined;
	return idsOf('postgres') ?? idsOf('nobody');
}

function idsOf(name: string): User | undefined {
	const id = (flag: string) =>
		Number(
			execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
		);
	try {
		return { uid: id('-u'), gid: id('-g') };
	} catch {
		return undefined;
	}
}
