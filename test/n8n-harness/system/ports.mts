import { createServer, type AddressInfo } from 'node:net';

const NEARBY = 20;

/**
 * Returns a TCP port of the loopback interface that is free now: the first of the 20 from `preferred` on if there is one,
 * else one that the system picks. Another process can still take it before the caller listens on it.
 */
export async function freePort(preferred?: number): Promise<number> {
	for (let nearby = 0; preferred !== undefined && nearby < NEARBY; nearby++) {
		const port = await bindOnce(preferred + nearby).catch(() => undefined);
		if (port !== undefined) return port;
	}
	return await bindOnce(0);
}

/** Rejects if the port is taken. */
async function bindOnce(port: number): Promise<number> {
	const server = createServer();
	return await new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', () => {
			const { port: bound } = server.address() as AddressInfo;
			server.close(() => resolve(bound));
		});
	});
}
