import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** What n8n's queue mode needs beside n8n. */
export interface QueuePrograms {
	readonly redisServer: string;
	readonly initdb: string;
	readonly postgres: string;
	/** Writes a database as text. */
	readonly pgDump: string;
}

/** Where Debian and its like put the programs of a PostgreSQL server: in a folder for each version. */
const DEBIAN_POSTGRES = '/usr/lib/postgresql';

const ELSEWHERE = ['/usr/local/bin', '/opt/homebrew/bin', '/usr/local/pgsql/bin'];

/** The installed Redis and PostgreSQL, from the PATH or where packages put them; the names of those missing. */
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

/** The newest version first. */
function debianFolders(): string[] {
	if (!existsSync(DEBIAN_POSTGRES)) return [];
	const versions = readdirSync(DEBIAN_POSTGRES).sort((a, b) => Number(b) - Number(a));
	return versions.map((version) => path.join(DEBIAN_POSTGRES, version, 'bin'));
}
