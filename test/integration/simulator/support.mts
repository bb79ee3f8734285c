import { Agent } from 'node:http';

import axios from 'axios';

import type { Simulator } from '../../simulator/controls.mjs';
import { startSimulator, type SimulatorOptions } from '../../simulator/simulator.mjs';

export const START = Date.parse('2025-06-06T10:25:00Z');
export const KEY = { authorization: 'Bearer test-key' };

/** A response of the API. */
export interface Body {
	code: number;
	msg: string;
	data: Record<string, unknown> | null;
}

export let simulator: Simulator;

let now = START;

/** Sets the tasks' clock. */
export function at(seconds: number): void {
	now = START + seconds * 1000;
}

/** Starts a simulator with a clock of its own before each test. */
export function useSimulator(options: SimulatorOptions = {}): void {
	// Long enough for a busy machine
	jest.setTimeout(60_000);
	beforeEach(async () => {
		at(0);
		simulator = await startSimulator({ now: () => now, ...options });
	});
	afterEach(async () => await simulator.close());
}

/** Returns every response, whatever its status. */
export const client = axios.create({
	validateStatus: () => true,
	maxRedirects: 0,
	headers: KEY,
	// Else a request after the end may go to a connection whose close has not been noticed yet
	httpAgent: new Agent({ keepAlive: false }),
});

export async function get(path: string) {
	return await client.get<Body>(`${simulator.baseUrl}${path}`);
}

export async function post(path: string, content: unknown) {
	return await client.post<Body>(`${simulator.baseUrl}${path}`, content);
}

/** Creates a task, and returns the response's body. */
export async function generate(fields: object = {}): Promise<Body> {
	const { data } = await post('/api/v1/veo/generate', {
		prompt: 'A dog',
		model: 'veo3_fast',
		...fields,
	});
	return data;
}

export async function extend(fields: object): Promise<Body> {
	return (await post('/api/v1/veo/extend', { prompt: 'And then', ...fields })).data;
}

/** Returns the record of a task. */
export async function lookUp(taskId: unknown) {
	return (await get(`/api/v1/veo/record-info?taskId=${String(taskId)}`)).data.data;
}

/** Returns the error code of a request that fails. */
export async function failureOf(request: Promise<unknown>): Promise<string | undefined> {
	return await request.then(
		() => undefined,
		(error: { code?: string }) => error.code ?? String(error),
	);
}

export function matching(pattern: RegExp): string {
	return expect.stringMatching(pattern) as string;
}
