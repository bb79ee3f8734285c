import { apiListener } from './api-server.mjs';
import type { Simulator } from './controls.mjs';
import { listen } from './listening.mjs';
import type { SimulatorSettings } from './settings.mjs';
import { SimulatorState } from './state.mjs';
import type { TaskScript } from './task-script.mjs';
import { videoListener } from './video-server.mjs';

export interface SimulatorOptions extends Partial<SimulatorSettings> {
	/** Of the API and the controls; default 0: any free one. */
	port?: number;
	/** Of the videos; default 0. */
	videoPort?: number;
	/** Default 127.0.0.1. The controls have no password: keep it there. */
	host?: string;
	/** There from the start, and after each `reset()`. */
	tasks?: readonly TaskScript[];
	/** The tasks' clock, in epoch milliseconds; default the real one. */
	now?: () => number;
}

/**
 * Starts a server that plays the API, and one for the videos, in this process. Throws a PortInUseError
 * when a port is taken.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
	const { port = 0, videoPort = 0, host = '127.0.0.1', tasks = [], now, ...settings } = options;
	const state = new SimulatorState({ settings, tasks, now: now ?? Date.now });
	const api = await listen(apiListener(state), port, host);
	const videos = await listen(videoListener(state), videoPort, host).catch(async (error) => {
		await api.close();
		throw error;
	});
	const baseUrl = `http://${host}:${api.port}`;
	const videoBaseUrl = `http://${host}:${videos.port}`;
	state.listensOn({ baseUrl, videoBaseUrl }, async () => {
		await Promise.all([api.close(), videos.close()]);
	});
	return state;
}
