import { createServer } from 'node:net';

const NEARBY = 20;

/**
 * Returns a TCP port of the loopback interface that is free now: `preferred` if possible, else one that the system
 * picks. Another process can still take it before the caller listens on it.
 */
export async function freePort(preferred?: number): Promise<number> {
	return (preferred && (await bindOnce(preferred))) || (await bindOnce(0)) || fail();
}

/** Returns the first free port of the 20 from `first` on, else one that the system picks. */
export async function freePortFrom(first: number): Promise<number> {
	for (let port = first; port < first + NEARBY; port++) {
		if (await bindOnce(port)) return port;
	}
	return await freePort();
}

/** Returns the port, or undefined if it is taken. */
async function bindOnce(port: number): Promise<number | undefined> {
	const server = createServer();
	return await new Promise((resolve) => {
		server.once('error', () => resolve(undefined));
		server.listen(port, '127.0.0.1', () => {
			const address = server.address();
			const bound = typeof address === 'object' && address ? address.port : undefined;
			server.close(() => resolve(bound));
		});
	});
}

function fail(): never {
	throw new Error('The system has no free TCP port on 127.0.0.1');
}
