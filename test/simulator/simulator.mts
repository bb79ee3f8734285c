import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

import { apiListener } from './api-server.mjs';
import type { Simulator } from './controls.mjs';
import type { SimulatorSettings } from './settings.mjs';
import { SimulatorState } from './state.mjs';
import type { TaskScript } from './task-script.mjs';
import { videoListener } from './video-server.mjs';

/** The controls have no password. */
const HOST = '127.0.0.1';

export interface SimulatorOptions extends Partial<SimulatorSettings> {
	/** For the API and the controls; default 0: any free one. */
	port?: number;
	/** For the videos; default 0. */
	videoPort?: number;
	/** There from the start, and after each `reset()`. */
	tasks?: readonly TaskScript[];
	/** The tasks' clock, in epoch milliseconds; default the real one. */
	now?: () => number;
}

/**
 * Starts a server that plays the API, and one for the videos, in this process. Throws a PortInUseError if a port is
 * taken.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
	const { port = 0, videoPort = 0, tasks = [], now, ...settings } = options;
	const state = new SimulatorState({ settings, tasks, now: now ?? Date.now });
	const api = await listen(apiListener(state), port);
	const videos = await listen(videoListener(state), videoPort).catch(async (error) => {
		await api.close();
		throw error;
	});
	state.baseUrl = `http://${HOST}:${api.port}`;
	state.videoBaseUrl = `http://${HOST}:${videos.port}`;
	state.closeServers = async () => {
		await Promise.all([api.close(), videos.close()]);
	};
	return state;
}

export class PortInUseError extends Error {
	override readonly name = 'PortInUseError';

	constructor(
		readonly port: number,
		cause: unknown,
	) {
		super(`Port ${port} is in use by another program`, { cause });
	}
}

export interface ListeningServer {
	readonly port: number;
	/** Destroys all connections at once; resolves when the port is free again. */
	close(): Promise<void>;
}

/** Many clients may connect at the same moment; the default of 511 would drop some. */
const BACKLOG = 8192;
/** Longer than any client keeps an idle connection, so that none is closed while a request is on its way. */
const KEEP_ALIVE_MS = 120_000;

/** Listens on a port (0: any free one). Throws a PortInUseError if it is taken. */
export async function listen(listener: RequestListener, port: number): Promise<ListeningServer> {
	const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, listener);
	await new Promise<void>((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) =>
			reject(error.code === 'EADDRINUSE' ? new PortInUseError(port, error) : error),
		);
		server.listen({ port, host: HOST, backlog: BACKLOG }, resolve);
	});
	return {
		port: (server.address() as AddressInfo).port,
		close: async () =>
			await new Promise<void>((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}
