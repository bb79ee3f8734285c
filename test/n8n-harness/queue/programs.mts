import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** The programs that n8n's queue mode needs besides n8n. */
export interface QueuePrograms {
	readonly redisServer: string;
	readonly initdb: string;
	readonly postgres: string;
	/** Dumps a database as text. */
	readonly pgDump: string;
}

/** Debian-like systems put the programs of each PostgreSQL version in a folder here. */
const DEBIAN_POSTGRES = '/usr/lib/postgresql';

const ELSEWHERE = ['/usr/local/bin', '/opt/homebrew/bin', '/usr/local/pgsql/bin'];

/** Finds Redis and PostgreSQL in the PATH and in the folders of their packages, or returns the names of the missing ones. */
export function findQueuePrograms(): QueuePrograms | { missing: string[] } {
	const redisServer = find('redis-server');
	const initdb = find('initdb');
	const postgres = find('postgres');
	const pgDump = find('pg_dump');
	if (redisServer && initdb && postgres && pgDump) {
		return { redisServer, initdb, postgres, pgDump };
	}
	return {
		missing: [
			...(redisServer ? [] : ['Redis (redis-server)']),
			...(initdb && postgres && pgDump ? [] : ['PostgreSQL (initdb, postgres, pg_dump)']),
		],
	};
}

function find(program: string): string | undefined {
	const folders = [
		...(process.env.PATH ?? '').split(path.delimiter),
		...debianFolders(),
		...ELSEWHERE,
	];
	return folders.map((folder) => path.join(folder, program)).find((file) => existsSync(file));
}

/** The folders of the versions, the newest first. */
function debianFolders(): string[] {
	if (!existsSync(DEBIAN_POSTGRES)) return [];
	const versions = readdirSync(DEBIAN_POSTGRES).sort((a, b) => Number(b) - Number(a));
	return versions.map((version) => path.join(DEBIAN_POSTGRES, version, 'bin'));
}
