import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import { PortInUseError } from './port-in-use-error.mjs';

export interface ListeningServer {
	readonly port: number;
	/** Destroys all connections at once; resolves when the port is free again. */
	close(): Promise<void>;
}

/** Many clients may come at the same moment; the default of 511 would drop some. */
const BACKLOG = 8192;
/** Longer than any client keeps an idle connection, so that none is closed while a request is on its way. */
const KEEP_ALIVE_MS = 120_000;

/** Listens on a port (0: any free one). Throws a PortInUseError when it is taken. */
export async function listen(
	listener: RequestListener,
	port: number,
	host: string,
): Promise<ListeningServer> {
	const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, listener);
	const sockets = trackSockets(server);
	await new Promise<void>((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) =>
			reject(error.code === 'EADDRINUSE' ? new PortInUseError(port, error) : error),
		);
		server.listen({ port, host, backlog: BACKLOG }, resolve);
	});
	return {
		port: (server.address() as AddressInfo).port,
		close: async () =>
			await new Promise<void>((resolve) => {
				server.close(() => resolve());
				for (const socket of sockets) socket.destroy();
			}),
	};
}

function trackSockets(server: Server): Set<Socket> {
	const sockets = new Set<Socket>();
	server.on('connection', (socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
	return sockets;
}
