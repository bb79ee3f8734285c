import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import type { QueuePrograms } from '../n8n-harness/queue/programs.mjs';
import { filesIn } from '../n8n-harness/system/files.mjs';
import type { System } from './process-killer.mjs';

/** A place where a secret may have been stored. */
export interface Place {
	readonly name: string;
	readonly text: string;
}

/** Every place that contains a secret, with the form in which it does. */
export function leaksOf(secret: string, places: readonly Place[]): string[] {
	return places.flatMap(({ name, text }) =>
		[...encodingsOf(secret)]
			.filter(([, encoded]) => text.includes(encoded))
			.map(([kind]) => `${name}: ${kind}`),
	);
}

/** Places that contain the secrets of addresses at which executions can be resumed. */
export function tokenLeaksOf(addresses: readonly string[], places: readonly Place[]): string[] {
	const parameters = addresses.flatMap((address) => [...new URL(address).searchParams]);
	return places.flatMap((place) => {
		const found = parameters.filter(([name, token]) =>
			// n8n keeps the tokens of its executions in its database, and the node those of uncertain creations
			place.text.includes(isOfDatabase(place) ? `${name}=${token}` : token),
		);
		return found.length === 0 ? [] : [`${place.name}: ${found.length} tokens`];
	});
}

function isOfDatabase({ name }: Place): boolean {
	return name.includes('database') || name.startsWith(`postgres${path.sep}`);
}

function encodingsOf(secret: string): Map<string, string> {
	const half = Math.ceil(secret.length / 2);
	return new Map([
		['as it is', secret],
		['its first half', secret.slice(0, half)],
		['its second half', secret.slice(half)],
		['URL-encoded', encodeURIComponent(secret)],
		['URL-encoded in lower case', encodeURIComponent(secret).toLowerCase()],
		['in JSON', JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/')],
		['backwards', [...secret].reverse().join('')],
		['in hexadecimal', Buffer.from(secret).toString('hex')],
		...[0, 1, 2].flatMap((offset) => {
			const text = base64At(offset, secret);
			const forUrls = text.replaceAll('+', '-').replaceAll('/', '_');
			return [
				[`base64 at ${offset}`, text] as const,
				[`base64 for URLs at ${offset}`, forUrls] as const,
			];
		}),
	]);
}

/** The base64 of a secret at some offset in a text, without the characters that also depend on the text around it. */
function base64At(offset: number, secret: string): string {
	const text = Buffer.from('x'.repeat(offset) + secret).toString('base64');
	return text.slice(offset === 0 ? 0 : offset + 1).replace(/.?=*$/, '');
}

/** Everything that n8n and its services store and show: database, queue, files, logs, and the arguments of all processes. */
export async function placesOf(system: System, programs: QueuePrograms | null): Promise<Place[]> {
	const { n8n } = system;
	const places = [
		{ name: 'log of main', text: n8n.logs() },
		{ name: 'arguments of processes', text: await outputOf('ps', '-A', '-ww', '-o', 'args=') },
		...(await placesIn(n8n.userFolder)),
	];
	if (programs === null || !('workers' in system)) return places;
	const { port, user, database } = system.postgres;
	const server = ['-h', '127.0.0.1', '-p', String(port), '-U', user];
	return [
		...places,
		...system.workers.map((worker, n) => ({ name: `log of worker ${n + 1}`, text: worker.logs() })),
		// As text, because its own files are partly compressed
		{ name: 'database', text: await outputOf(programs.pgDump, ...server, database) },
		...(await placesIn(system.folder)),
	];
}

async function outputOf(program: string, ...args: readonly string[]): Promise<string> {
	return (await promisify(execFile)(program, args, { maxBuffer: 2 ** 30 })).stdout;
}

async function placesIn(folder: string): Promise<Place[]> {
	const files = await filesIn(folder);
	const own = files.filter((file) => !file.includes(`${path.sep}node_modules${path.sep}`));
	return await Promise.all(
		own.map(async (file) => ({
			name: path.relative(folder, file),
			// A file may be gone by now
			text: await readFile(file, 'latin1').catch(() => ''),
		})),
	);
}
