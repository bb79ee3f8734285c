import { freePort } from '../machine/ports.mjs';
import { startService, type Service } from './service.mjs';

export interface Redis extends Service {
	readonly port: number;
}

/** Starts a Redis that keeps nothing on disk. */
export async function startRedis(file: string, folder: string): Promise<Redis> {
	const port = await freePort();
	const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
	const service = await startService({ file, args, folder }, /ready to accept connections/i);
	return { port, ...service };
}
