import { freePort } from '../system/ports.mjs';
import { startService, type Service } from './service.mjs';

export interface Redis extends Service {
	readonly port: number;
}

/** Starts a Redis whose data survives a crash: it holds n8n's queue. */
export async function startRedis(file: string, folder: string): Promise<Redis> {
	const port = await freePort();
	const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'yes'];
	const service = await startService({ file, args, folder }, /ready to accept connections/i);
	return { port, ...service };
}
